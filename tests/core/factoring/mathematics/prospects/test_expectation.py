"""How many finds are to be expected of curves: a hazard that adds up, against what a simulation finds."""

import math
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.factoring.mathematics.levels.effort import DIGITS, UNIT, curve_effort, from_lanes
from core.factoring.mathematics.probability.exponentials import END, ONE
from core.factoring.mathematics.prospects.expectation import _ln, expected
from core.factoring.mathematics.prospects.posterior import left, left_in_all

CURVE = {b1: curve_effort(b1, None, 1) for b1 in (2_000, 50_000, 1_000_000)}
SMALL = ONE // 10**6


def by_formula(before, after, digits):
    many, few = (left_in_all(effort, digits) / ONE for effort in (before, after))
    return math.log(math.expm1(many) / math.expm1(few))


@given(st.sampled_from(list(CURVE)), st.integers(0, 3_000), st.integers(1, 500), st.integers(50, 220))
def test_it_is_the_hazard_of_a_composite(b1, done, curves, digits):
    before, after = CURVE[b1] * done, CURVE[b1] * (done + curves)
    if sum(left(after, digits)) > ONE // 100:
        assert abs(expected(before, after, digits) / ONE - by_formula(before, after, digits)) < 1e-4


@given(st.lists(st.integers(1, 60), min_size=1, max_size=8), st.integers(60, 220))
def test_it_adds_up_however_curves_are_reported(portions, digits):
    at, parts = 0, []
    for curves in portions:
        parts.append(expected(at, at + curves * CURVE[50_000], digits))
        at += curves * CURVE[50_000]
    assert abs(sum(parts) - expected(0, at, digits)) <= SMALL


@pytest.mark.parametrize(("digits", "without"), [(300, 0.03006), (400, 0.04008), (1_000, 0.05826), (10_000, 0.06884)])
def test_what_no_curve_finds_is_the_share_of_composites_without_a_prime_of_any_size(digits, without):
    """Of numbers without a prime of up to 7 digits, what has none of up to 100 either, prime numbers left out of both.

    The figures are (omega(D/100)/100 - 1/D) / (omega(D/7)/7 - 1/D), Buchstab's omega by numpy.
    """
    everything = from_lanes([END * UNIT] * len(DIGITS))
    assert math.exp(-expected(0, everything, digits) / ONE) == pytest.approx(without, abs=2e-5)


def test_nothing_is_expected_where_nothing_is_added_or_nothing_is_left():
    effort = CURVE[2_000] * 30
    assert expected(effort, effort, 100) == 0
    assert expected(effort, 0, 100) == 0
    assert expected(CURVE[1_000_000] * 10**6, CURVE[1_000_000] * 10**6 * 2, 60) == 0


@given(st.integers(1, ONE))
def test_the_logarithm_is_the_exact_one_rounded_down(share):
    with localcontext(prec=40):
        assert _ln(share) == int(Decimal(share).ln() * ONE)
