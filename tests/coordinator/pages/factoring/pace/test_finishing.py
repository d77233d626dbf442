"""When what is left is done: by the pace of the last day, and how sure that is."""

import pytest

from coordinator.explaining.finishing import finished, work_left
from coordinator.pages.factoring.pace.finishing import done_at
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.mathematics.prospects.cost import nominal_microseconds
from core.timestamps import SECOND, to_iso
from projections.factoring.assignment.prospects import Late, Window
from projections.factoring.lists.remaining import Remaining

DAY = 86_400 * SECOND
NOW = 20_000 * DAY


def window(cores, begin=NOW - DAY, *, cut=False):
    """Curves that kept so many cores busy in each of twelve stretches."""
    one = nominal_microseconds(Bounds(250_000, DEFAULT_B2, 1), 100) / 1000
    stretch = (NOW - begin) / SECOND * 1000 / 12
    return Window(
        begin, cut, [Late(i, 250_000, DEFAULT_B2, 100, round(n * stretch / one)) for i, n in enumerate(cores)]
    )


def test_steady_work_is_done_when_its_pace_says_and_hardly_ever_sooner_or_later():
    left = finished(24 * 3_600_000 * 20, window([2] * 12), NOW)
    assert left.cores == pytest.approx(2, rel=0.01)
    assert (left.likely - NOW) / DAY == pytest.approx(10, rel=0.01)
    assert left.earliest <= left.likely <= left.latest
    assert left.latest - left.earliest < 0.01 * DAY
    assert (
        done_at(left, NOW) == "done about 13\xa0Oct, 13\xa0Oct to 13\xa0Oct, at the pace of the last day, 2.0\xa0cores"
    )


def test_uneven_work_has_a_spread_that_holds_a_pace_like_that_of_other_days():
    left = finished(24 * 3_600_000 * 20, window([1, 3] * 6), NOW)
    assert left.likely - left.earliest > 1.2 * DAY
    assert left.latest - left.likely > left.likely - left.earliest
    once = finished(24 * 3_600_000 * 20, window([24, *[0] * 11]), NOW)
    assert (once.likely - NOW) / DAY == pytest.approx(10, rel=0.01)
    assert once.latest is None
    assert "to much later" in done_at(once, NOW)


def test_work_that_began_within_the_day_has_the_pace_of_what_has_passed_since():
    left = finished(24 * 3_600_000 * 20, window([2] * 12, begin=NOW - 1_440 * SECOND), NOW)
    assert left.cores == pytest.approx(2, rel=0.01)
    assert done_at(left, NOW).endswith("at the pace of the last 24\xa0min, 2.0\xa0cores")


def test_the_spread_holds_95_of_100_paces_by_students_distribution():
    """The quantile `t.ppf(0.975, 11)` of scipy is 2.200985; the standard error of these twelve, sqrt(12/11) / sqrt(12), is 0.301511."""
    left = finished(24 * 3_600_000 * 20, window([1, 3] * 6), NOW)
    assert (left.earliest - NOW) / DAY == pytest.approx(20 / (2 + 2.200985 * 0.301511), rel=1e-3)
    assert (left.latest - NOW) / DAY == pytest.approx(20 / (2 - 2.200985 * 0.301511), rel=1e-3)


def test_open_numbers_whose_target_ends_the_digit_they_are_in_are_not_taken_for_done():
    assert [Remaining(120, 44, target, 1).t_milli for target in (60_000, 45_000, 44_308, 44_000)] == [
        *(44_500, 44_500),
        *(44_154, 44_000),
    ]
    assert work_left([Remaining(144, 44, 44_308, 1)]) > 0


def test_where_very_much_is_reported_the_pace_is_that_of_the_newest_however_short_they_took():
    left = finished(24 * 3_600_000 * 4000, window([400] * 12, begin=NOW - 90 * SECOND, cut=True), NOW)
    assert (left.likely - NOW) / DAY == pytest.approx(10, rel=0.05)
    assert "at the pace of the last 1.5\xa0min" in done_at(left, NOW)


@pytest.mark.parametrize("milliseconds", [1e18, 1e300])
def test_no_time_lies_beyond_those_that_can_be_written(milliseconds):
    left = finished(milliseconds, window([1, 3] * 6), NOW)
    assert [to_iso(at)[:4] for at in (left.likely, left.earliest, left.latest)] == ["9999"] * 3


def test_what_is_soon_is_told_by_how_long_it_takes():
    soon = finished(3_600_000, window([1, 3] * 6), NOW)
    assert done_at(soon, NOW).startswith("done in 30 min, in 23 min to 45 min, at the pace".replace(" min", "\xa0min"))


@pytest.mark.parametrize(
    ("left", "seen", "words"),
    [
        (0, window([1] * 12), "every number is factored or at its target"),
        (1, window([1] * 12, begin=NOW - 60 * SECOND), "when it will be done can be told after a few minutes of work"),
        (1, Window(NOW - DAY, cut=False, reports=[]), "no curves in the last day"),
        (1e18, window([2] * 12), "not done within 20\xa0years at the pace of the last day, 2.0\xa0cores"),
    ],
)
def test_without_a_pace_it_is_said_why(left, seen, words):
    assert done_at(finished(left, seen, NOW), NOW) == words
