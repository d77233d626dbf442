import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.factoring.mathematics.curves.limits import MOST_CURVES
from core.factoring.mathematics.levels.effort import curve_effort, t_level, t_level_milli
from core.factoring.mathematics.levels.ladder import (
    SLACK_MILLI,
    STANDARD,
    Row,
    curves_to_reach,
    is_reached,
    next_row,
    prior_work,
)

PER_CURVE = {b1: curve_effort(b1, None, 1) for b1 in (2000, 50_000, 1_000_000)}


@pytest.mark.parametrize(
    ("t_milli", "curves"),
    [(20_000, 107), (25_000, 261), (30_000, 513), (35_000, 1071), (40_000, 2753), (45_000, 5208), (50_000, 8704)],
)
def test_each_row_takes_about_the_expected_curves(t_milli, curves):
    (b1,) = (row.b1 for row in STANDARD if row.t_milli == t_milli)
    per_curve = curve_effort(b1, None, 1)
    assert curves_to_reach(0, t_milli, per_curve) == pytest.approx(curves, rel=0.01)


@pytest.mark.parametrize(
    ("t_milli", "target_milli", "row"),
    [
        (0, 50_000, Row(15_000, 2_000)),
        (14_994, 50_000, Row(15_000, 2_000)),
        (14_995, 50_000, Row(20_000, 11_000)),
        (36_200, 38_500, Row(38_500, 3_000_000)),
        (44_995, 47_300, Row(47_300, 43_000_000)),
        (79_999, 85_000, Row(85_000, 25_000_000_000)),
        (5_000, 12_000, Row(12_000, 2_000)),
        (38_495, 38_500, None),
        (40_000, 38_500, None),
    ],
)
def test_the_next_row_is_the_first_unfinished_one_and_stops_at_the_target(t_milli, target_milli, row):
    assert next_row(t_milli, target_milli) == row


@given(st.integers(0, 100_000), st.integers(0, 100_000))
def test_the_ladder_leads_to_every_target(t_milli, target_milli):
    for _ in range(len(STANDARD) + 1):
        row = next_row(t_milli, target_milli)
        if row is None:
            break
        assert row.t_milli > t_milli
        t_milli = row.t_milli
    assert is_reached(t_milli, target_milli)


@given(st.sampled_from(list(PER_CURVE)), st.integers(0, 500), st.integers(1, 45_000))
def test_so_many_curves_reach_the_goal_and_one_less_does_not(b1, done, goal_milli):
    effort = done * PER_CURVE[50_000]
    curves = curves_to_reach(effort, goal_milli, PER_CURVE[b1])
    assume(curves < MOST_CURVES)
    assert t_level_milli(effort + curves * PER_CURVE[b1]) + SLACK_MILLI >= goal_milli
    if curves:
        assert t_level_milli(effort + (curves - 1) * PER_CURVE[b1]) + SLACK_MILLI < goal_milli


def test_a_goal_out_of_reach_takes_the_most_curves_there_are():
    assert curves_to_reach(0, 60_000, PER_CURVE[2000]) == MOST_CURVES


def test_a_goal_behind_takes_no_curves():
    assert curves_to_reach(1071 * PER_CURVE[1_000_000], 30_000, PER_CURVE[50_000]) == 0


@pytest.mark.parametrize("t_milli", [15_000, 20_000, 25_500, 30_000, 45_000, 60_300, 80_000, 95_000])
def test_prior_work_has_the_level_it_stands_for(t_milli):
    prior = prior_work(t_milli)
    assert t_level(prior.effort) * 1000 == pytest.approx(t_milli, abs=150 if t_milli < 20_000 else 2)
    assert prior.effort == prior.curves * curve_effort(prior.b1, None, 1)


def test_prior_work_uses_the_row_whose_count_is_nearest_ten_thousand():
    assert [prior_work(t_milli).b1 for t_milli in (30_000, 45_000, 55_000)] == [50_000, 11_000_000, 260_000_000]


def test_no_prior_work_is_nothing():
    assert prior_work(0).curves == prior_work(0).effort == 0
