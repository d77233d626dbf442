import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.mathematics.levels.ladder import STANDARD
from core.factoring.mathematics.prospects.cost import (
    beside_microseconds,
    nominal_microseconds,
    stage_microseconds,
    work_microseconds,
)

B1S = st.sampled_from([row.b1 for row in STANDARD])
DIGITS = st.integers(1, 10_000)


@pytest.mark.parametrize(("b1", "digits", "milliseconds"), [(50_000, 100, 58), (250_000, 100, 270)])
def test_a_curve_takes_nominally_what_it_took_when_it_was_measured(b1, digits, milliseconds):
    assert nominal_microseconds(Bounds(b1, -1, 1), digits) == pytest.approx(milliseconds * 1_000, rel=0.13)


def test_the_terms_are_those_that_were_fitted():
    length = 100 * 3.3219280948873626 / 64
    fitted = 0.0615 * 10**6 * length**1.40, 0.3835 * 10 ** (6 * 0.8935) * length**0.892
    assert stage_microseconds(Bounds(10**6, -1, 1), 100) == pytest.approx(fitted, abs=1)


@pytest.mark.parametrize(("digits", "share"), [(60, (0.46, 0.56)), (100, (0.54, 0.63)), (220, (0.59, 0.68))])
def test_stage_1_has_the_share_of_a_curve_that_was_measured(digits, share):
    for b1 in (50_000, 10**6):
        stage_1, stage_2 = stage_microseconds(Bounds(b1, -1, 1), digits)
        assert share[0] - 0.03 <= stage_1 / (stage_1 + stage_2) <= share[1] + 0.03


@given(B1S, DIGITS, st.integers(0, 3))
def test_curves_take_longer_with_larger_bounds_and_on_longer_numbers(b1, digits, param):
    whole = nominal_microseconds(Bounds(b1, -1, param), digits)
    assert nominal_microseconds(Bounds(b1, 0, param), digits) < whole
    assert (
        nominal_microseconds(Bounds(b1, b1 * 2, param), digits)
        < whole
        < nominal_microseconds(Bounds(b1, 10**18, param), digits)
    )
    assert whole < nominal_microseconds(Bounds(b1 * 2, -1, param), digits)
    assert whole <= nominal_microseconds(Bounds(b1, -1, param), digits + 1)


def test_the_shortest_curve_takes_something():
    assert nominal_microseconds(Bounds(100, 0, 1), 1) >= 1


def test_each_kind_of_work_takes_its_own_time():
    bounds = Bounds(11_000, DEFAULT_B2, 1)
    assert work_microseconds("ecm", 7, bounds, 60) == 7 * nominal_microseconds(bounds, 60)
    assert work_microseconds("pm1", 1, bounds, 60) == beside_microseconds("pm1", 11_000, 60)
    sieve = Bounds(0, 0, 0)
    assert [work_microseconds("qs", 1, sieve, digits) for digits in (70, 67, 64)] == [30_000_000, 15_000_000, 7_500_000]
    assert work_microseconds("qs", 1, sieve, 1) == 3
