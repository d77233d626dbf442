"""How long a climb takes, beside what each step of it takes by itself."""

import pytest

from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.mathematics.levels.effort import curve_effort, t_level_milli
from core.factoring.mathematics.levels.ladder import STANDARD, curves_to_reach
from core.factoring.mathematics.prospects import climbing
from core.factoring.mathematics.prospects.climbing import climb_milliseconds, step_to
from core.factoring.mathematics.prospects.cost import nominal_microseconds


def test_curves_lead_from_each_digit_to_the_next():
    effort, worth = 0, {row.b1: curve_effort(row.b1, None, 1) for row in STANDARD[:4]}
    for digit in range(1, 31):
        per_curve = worth[next(row.b1 for row in STANDARD if row.t_milli >= digit * 1000)]
        curves = curves_to_reach(effort, digit * 1000, per_curve)
        assert curves == climbing._CURVES[digit - 1]
        effort += curves * per_curve


@pytest.mark.parametrize("digits", [60, 200])
def test_a_climb_takes_what_its_curves_take_one_by_one(digits):
    per_curve = curve_effort(250_000, None, 1)
    effort = curves_to_reach(0, 25_000, per_curve) * per_curve
    exact = curves_to_reach(effort, 30_000, per_curve) * nominal_microseconds(Bounds(250_000, DEFAULT_B2, 1), digits)
    assert climb_milliseconds(25_000, 30_000, digits) == pytest.approx(exact / 1000, rel=0.1)


@pytest.mark.parametrize(("target_milli", "days"), [(30_000, 0.0023906), (62_769, 687.215)])
def test_a_climb_with_parametrisation_0_takes_fewer_curves(target_milli, days):
    """The days are those of `curves_to_reach` for each step of the ladder, from 100 curves at B1 = 250,000 on, at 204 digits."""
    begin = t_level_milli(100 * curve_effort(250_000, None, 0))
    assert climb_milliseconds(begin, target_milli, 204, 0) / 86_400_000 == pytest.approx(days, rel=0.1)


def test_a_climb_is_the_sum_of_its_parts_and_nothing_downwards():
    whole = climb_milliseconds(0, 46_200, 118)
    assert climb_milliseconds(0, 33_400, 118) + climb_milliseconds(33_400, 46_200, 118) == pytest.approx(whole)
    assert climb_milliseconds(46_200, 33_400, 118) == 0
    assert climb_milliseconds(0, 99_000, 118) == climb_milliseconds(0, 80_000, 118)


def test_the_next_step_is_named_by_its_end_in_the_table():
    assert step_to(0, 16_900).t_milli == 15_000
    assert step_to(15_000, 16_900).t_milli == 20_000
    assert step_to(16_900, 16_900) is None
