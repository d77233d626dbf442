"""Whether losses have settled: known series come out as they are known to."""

import random
from itertools import accumulate
from math import inf, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.simulations.settling import LEAST, settling


def noise(count, seed=1):
    rng = random.Random(seed)
    return [rng.gauss(5, 2) for _ in range(count)]


def test_independent_noise_has_settled_with_the_error_of_its_mean():
    found = settling(noise(10_000))
    assert found.settled
    assert found.mean == pytest.approx(5, abs=0.1)
    assert found.error == pytest.approx(2 / sqrt(10_000), rel=0.25)
    assert found.effective > 5_000


def test_correlated_noise_tells_less_than_it_has_values():
    walk, values = 0.0, []
    for step in noise(10_000, seed=2):
        walk = 0.95 * walk + step - 5
        values.append(walk)
    assert settling(values).effective < 1_000


def test_a_falling_loss_has_not_settled():
    assert not settling([1 / step for step in range(1, 1_000)]).settled


def test_what_stands_still_has_settled_and_what_jumps_has_not():
    assert settling([3.0] * 100).settled
    assert settling([3.0] * 50 + [4.0] * 50).r_hat == inf


def test_it_says_what_numpy_says_of_the_same_values():
    """Of numpy: `reshape(-1, 22).mean(1).std(ddof=1) / sqrt(22)` of the last 484, `var(ddof=1)`, and R-hat by its formula."""
    values = list(accumulate((i * 7919 % 1009) / 1009 - 0.5 for i in range(501)))
    found = settling(values)
    assert found.mean == pytest.approx(0.08269981345534831, rel=1e-12)
    assert found.error == pytest.approx(0.06567574481208534, rel=1e-12)
    assert found.effective == pytest.approx(44.263992635759045, rel=1e-12)
    assert found.r_hat == pytest.approx(1.0891040412091477, rel=1e-12)


ANY = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(ANY, max_size=LEAST - 1))
def test_of_too_few_values_nothing_is_said(values):
    assert settling(values) is None


@given(st.lists(ANY, min_size=LEAST, max_size=60))
def test_of_any_other_values_the_mean_lies_among_them_and_the_rest_is_no_less_than_nothing(values):
    found = settling(values)
    assert min(values) <= found.mean <= max(values) or found.mean == pytest.approx(min(values))
    assert 0 <= found.error < inf
    assert 0 <= found.effective <= len(values)
    assert found.r_hat >= 0


@pytest.mark.parametrize("power", [-990, 1010])
def test_how_large_or_small_the_values_are_makes_no_difference(power):
    scaled = settling([value * 2.0**power for value in noise(500)])
    plain = settling(noise(500))
    assert (scaled.effective, scaled.r_hat) == (plain.effective, plain.r_hat)
    assert (scaled.mean, scaled.error) == (plain.mean * 2.0**power, plain.error * 2.0**power)
