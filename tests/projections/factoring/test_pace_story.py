"""The pace of the last day: of no more than the newest reports, on everybody's numbers, on a project's and on some."""

import pytest

from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import ReportCurves
from core.factoring.mathematics.curves.bounds import bounds_of
from core.timestamps import SECOND
from projections.factoring.assignment import prospects
from projections.factoring.assignment.prospects import DAY_SECONDS, lately, lately_on

ONE, OTHER = (str((10**13 + 37) * (10**19 + rest)) for rest in (51, 123))
BOUNDS = bounds_of(2000, None, 1)


@pytest.fixture
def connection(office, monkeypatch):
    """Tables of two numbers with six reports, of 1, 2, 3, ... curves: the even ones on the second number, which is of a project."""
    monkeypatch.setattr(prospects, "_RECENT", 2)
    office.perform(SubmitComposite(text=ONE, ceiling_digits=1000))
    office.perform(SubmitComposite(text=OTHER, ceiling_digits=1000, project="second"))
    begun = office.committer.deciding.newest
    for curves in range(1, 7):
        office.now = begun + curves * SECOND
        value = ONE if curves % 2 else OTHER
        office.perform(ReportCurves(work="", value=value, bounds=BOUNDS, curves=curves))
    return office.factoring.connection


def recorded(connection):
    return [at for (at,) in connection.execute("SELECT recorded_at FROM attempts ORDER BY attempt")]


def curves_in(window):
    return sum(late.curves for late in window.reports)


def test_no_more_than_the_newest_reports_are_looked_at_and_the_window_begins_with_the_first_of_them(connection):
    at = recorded(connection)
    now = at[-1] + 1
    everybody = lately(connection, now, 4)
    assert (everybody.begin, everybody.cut, curves_in(everybody)) == (at[4], True, 5 + 6)
    of_project = lately(connection, now, 4, "second")
    assert (of_project.begin, of_project.cut, curves_in(of_project)) == (at[4], True, 6)
    on_one = lately_on(connection, now, 4, [1], 0)
    assert (on_one.begin, on_one.cut, curves_in(on_one)) == (at[2], True, 3 + 5)


def test_of_several_numbers_the_window_is_one_for_which_all_are_known(connection):
    at = recorded(connection)
    both = lately_on(connection, at[-1] + 1, 4, [1, 2], 0)
    assert (both.begin, both.cut, curves_in(both)) == (at[3], True, 4 + 5 + 6)


def test_a_day_in_which_less_was_reported_is_looked_at_whole(connection):
    at = recorded(connection)
    next_day = at[-2] + DAY_SECONDS * SECOND + 1
    window = lately(connection, next_day, 4)
    assert (window.begin, window.cut, curves_in(window)) == (at[-2] + 1, False, 6)
    assert lately_on(connection, next_day, 4, [1], 0).reports == []
