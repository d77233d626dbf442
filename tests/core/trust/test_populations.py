"""Small versions of what tests/bench measures of checks and expectations."""

import pytest

from core.factoring.mathematics.probability.exponentials import ONE
from tests.core.factoring.simulated import by_yield, listed, worked_on
from tests.core.trust.populations import (
    HOUR,
    SECOND,
    alarms,
    blamed_in_checks,
    calibration,
    checked_share,
    curves_until_found_out,
    due_until_out,
    usual_lives,
    watched,
)


def test_checks_of_the_usual_population_take_less_than_a_hundredth_without_a_budget():
    assert checked_share(usual_lives(2_000, 1), 2, held=False) <= 0.01


@pytest.mark.parametrize("lives", [(2 * HOUR, 1.5), (HOUR * 3 // 10, 1.0), (HOUR // 100, 0.5)])
def test_checks_of_any_population_take_no_more_than_a_hundredth(lives):
    many = usual_lives(4_000, 1, *lives)
    assert checked_share(many, 2, held=False) > 0.01
    assert checked_share(many, 2) <= 0.01 + 600 * SECOND / sum(many)


def test_who_was_proven_and_begins_to_invent_is_found_out_soon():
    assert curves_until_found_out(1, HOUR, 10 * SECOND) <= 250
    assert curves_until_found_out(1, 100 * HOUR, 10 * SECOND) <= 250
    assert curves_until_found_out(0.1, 100 * HOUR, 10 * SECOND) <= 2_500


def test_of_many_checks_with_a_lying_checker_nobody_honest_is_blamed():
    blamed = blamed_in_checks(1_500, 3)
    assert set(blamed) == {1}


def test_who_makes_no_finds_stands_out_after_eight_and_who_makes_half_later():
    assert due_until_out(0) == pytest.approx(8, abs=0.1)
    assert due_until_out(0.25) <= 35
    assert due_until_out(0.5, 0.5) <= 50
    assert due_until_out(0.5) <= 90


def test_as_many_finds_are_made_as_were_to_be_expected():
    secrets, told = watched(listed("fresh", 250, 4))
    worked_on(secrets, by_yield(), 36 * 250)
    whole, _ = calibration(told)
    assert 0.85 <= whole <= 1.15, sum(due for _, due, _ in told) / ONE
    assert alarms(told, 30, 5) == 0
