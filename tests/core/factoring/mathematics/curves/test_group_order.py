"""The curve of a sigma modulo a prime, and what its order says of a find."""

import math
from functools import cache

import gmpy2
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from core.factoring.mathematics.curves.bounds import bounds_of
from core.factoring.mathematics.curves.group_order import NoCurve, curve_of, is_order, judge, must_find
from tests.core.factoring.promised import finds_by_its_bounds

P = 8_000_000_000_012_429
FOUND_BY_ECM = [  # GMP-ECM 7 found P with B1 = 2000, B2 = 200000 by these; PARI counted
    (0, 2936074894376279248, {2: 2, 3: 1, 7: 1, 11: 1, 17: 1, 23: 1, 71: 1, 1877: 1, 166157: 1}),
    (1, 716873880, {2: 6, 3: 1, 23: 1, 43: 1, 449: 1, 701: 1, 133853: 1}),
    (2, 1976393994288695617, {2: 5, 3: 2, 5: 1, 7: 2, 11: 2, 13: 3, 71: 1, 6007: 1}),
    (3, 1600629961, {2: 6, 3: 6, 7: 1, 13: 2, 71: 1, 107: 1, 19079: 1}),
]
SMALL_PRIMES = [p for p in range(5, 400) if gmpy2.is_prime(p)]
NEXT = (("2", 2), ("3", 4), ("7", 1), ("663167", 1), ("5318927", 1))  # of the curve after the first
found_by_ecm = pytest.mark.parametrize(("param", "sigma", "powers"), FOUND_BY_ECM)


def written(powers):
    return tuple((str(base), exponent) for base, exponent in sorted(powers.items()))


def product(powers):
    return math.prod(base**exponent for base, exponent in powers.items())


@cache
def factored(number):
    powers = {}
    while number > 1:
        base = next(d for d in range(2, number + 1) if number % d == 0)
        powers[base] = powers.get(base, 0) + 1
        number //= base
    return powers


@cache
def counted(coefficients, p):
    """Count the points of a curve in Weierstrass form one by one, the neutral element included."""
    a1, a2, a3, a4, a6 = coefficients
    assert (a1, a3) == (0, 0)
    roots = [0] * p
    for y in range(p):
        roots[y * y % p] += 1
    return 1 + sum(roots[(x**3 + a2 * x * x + a4 * x + a6) % p] for x in range(p))


@found_by_ecm
def test_a_curve_that_found_a_factor_has_a_smooth_order(param, sigma, powers):
    curve = curve_of(param, sigma, P)
    assert is_order(curve, product(powers), written(powers))
    assert judge(curve, written(powers), bounds_of(2000, 200_000, param)).verdict == "smooth"


@found_by_ecm
def test_lower_bounds_would_not_have_found_it(param, sigma, powers):
    curve = curve_of(param, sigma, P)
    for b1, b2, why in ((2000, 0, "there was no stage 2"), (100, 200, "stage 2 meets nothing above")):
        judgement = judge(curve, written(powers), bounds_of(b1, b2, param))
        assert judgement.verdict == "doubtful"
        assert f"Stage 1 to B1 = {b1} leaves" in judgement.reason
        assert why in judgement.reason


@found_by_ecm
def test_another_number_is_not_the_order(param, sigma, powers):
    curve = curve_of(param, sigma, P)
    order = product(powers)
    assert not is_order(curve, order + 12, written({order + 12: 1}))
    assert not is_order(curve, order * 2, written({**powers, 2: powers[2] + 1}))
    assert not is_order(curve, order, written({**powers, 2: powers[2] - 1}))


def test_an_order_that_nobody_could_factor_is_doubtful():
    param, sigma, powers = FOUND_BY_ECM[0]
    hard = written({12: 1, product(powers) // 12: 1})
    judgement = judge(curve_of(param, sigma, P), hard, bounds_of(10**9, None, param))
    assert judgement.verdict == "doubtful"
    assert "could not be factored" in judgement.reason


def test_a_long_stage_2_may_have_found_by_chance_what_lies_beyond_it():
    param, sigma, _ = FOUND_BY_ECM[0]
    curve = curve_of(param, sigma + 1, P)
    long, short = (judge(curve, NEXT, bounds_of(b1, None, param)) for b1 in (50_000, 2000))
    assert (long.verdict, short.verdict) == ("doubtful", "doubtful")
    assert "Brent and Suyama" in long.reason
    assert "Brent and Suyama" not in short.reason


@given(st.integers(0, 3), st.integers(0, 2**64 - 1), st.sampled_from(SMALL_PRIMES))
def test_counting_point_by_point_gives_an_order_with_the_known_divisors(param, sigma, p):
    try:
        curve = curve_of(param, sigma, p)
    except NoCurve:
        reject()
    order = counted(curve.weierstrass, p)
    assert is_order(curve, order, written(factored(order)))
    assert order % (12 if param in {0, 2} else 4) == 0


@given(st.integers(0, 3), st.integers(0, 2**32), st.sampled_from(SMALL_PRIMES), st.integers(1, 2000))
def test_what_kills_the_starting_point_are_the_multiples_of_its_order(param, sigma, p, multiplier):
    try:
        curve = curve_of(param, sigma, p)
    except NoCurve:
        reject()
    order = next(m for m in range(1, 2 * p + 100) if curve.kills(m))
    assert curve.kills(multiplier) == (multiplier % order == 0)
    assert counted(curve.weierstrass, p) % order == 0


@given(
    st.integers(0, 3), st.integers(0, 2**32), st.sampled_from(SMALL_PRIMES), st.sampled_from((0, 120, 150, 250, None))
)
def test_a_curve_must_find_what_its_bounds_promise_and_nothing_else(param, sigma, p, b2):
    try:
        curve = curve_of(param, sigma, p)
    except NoCurve:
        reject()
    bounds = bounds_of(100, b2, param)
    orders = written(factored(counted(curve.weierstrass, p)))
    assert must_find(curve, orders, bounds, 50) == finds_by_its_bounds(curve, bounds)


def test_a_find_by_a_power_beyond_b1_was_none_that_had_to_be():
    param, sigma, powers = FOUND_BY_ECM[2]  # 13^3 is 2197: stage 2 met a multiple of 13
    curve = curve_of(param, sigma, P)
    for b1, must in ((2000, False), (2196, False), (2197, True)):
        bounds = bounds_of(b1, 200_000, param)
        assert judge(curve, written(powers), bounds).verdict == "smooth"
        assert must_find(curve, written(powers), bounds, 50) == must
        assert finds_by_its_bounds(curve, bounds) == must


@pytest.mark.parametrize(("param", "sigma"), [(0, 0), (0, P), (1, 0), (2, 0), (3, 0), (1, 2**32 % P), (3, 2**32 % P)])
def test_some_sigmas_give_no_curve(param, sigma):
    with pytest.raises(NoCurve):
        curve_of(param, sigma, P)
