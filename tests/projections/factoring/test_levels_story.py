"""How t-levels rose, read off the shares and the milestones: the last level is the one that the number has."""

from itertools import pairwise

import pytest

from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import Claim, ReportCurves
from core.factoring.mathematics.curves.bounds import bounds_of
from projections.factoring.credit.levels import curve_worth, levels_of

P, Q = 10**11 + 3, 10**13 + 37
REST = Q * (10**19 + 51)
N = str(P * REST)
SMALL, LARGE = bounds_of(2000, None, 1), bounds_of(50_000, None, 1)


@pytest.fixture
def number(office):
    """A number that was handed in."""
    return office.perform(SubmitComposite(text=N, ceiling_digits=1000)).number


def levels(office, number, newest):
    return levels_of(office.factoring.connection, office.factoring.number(number), newest)


def report(office, curves, value=N, claims=()):
    program = f"run {office.log.head().position}"  # else it would be taken for the same report, sent again
    office.perform(ReportCurves(work="", value=value, bounds=LARGE, curves=curves, program=program, claims=claims))


def test_levels_rise_with_every_report_and_end_where_the_number_stands(office, number):
    for sigma, bounds in (("7", SMALL), ("8", SMALL), ("7", LARGE), ("7", SMALL)):
        office.perform(ReportCurves(work="", value=N, bounds=bounds, curves=1, sigmas=(sigma,)))
    rose = levels(office, number, 100)
    assert [level.t_milli for level in rose] == sorted({level.t_milli for level in rose})
    assert len(rose) == 3  # the last report added nothing
    assert rose[-1].t_milli == office.factoring.number(number).t_milli
    assert curve_worth(office.factoring.connection, SMALL) == office.factoring.worth(SMALL)
    assert curve_worth(office.factoring.connection, bounds_of(12_345, None, 1)) is None


def test_of_a_long_story_all_the_newest_levels_are_told_and_of_the_older_ones_each_tenth_of_a_digit(office, number):
    for _ in range(60):
        report(office, 5)
    every, told = levels(office, number, 100), levels(office, number, 5)
    assert len(every) == 60
    assert told[-5:] == every[-5:]
    assert set(told) < set(every)
    older = [level.t_milli // 100 for level in told[:-5]]
    assert older == [now for before, now in pairwise([0, *(one.t_milli // 100 for one in every[:-5])]) if now != before]


def test_a_part_begins_where_its_whole_stood(office, number):
    report(office, 40, claims=(Claim(str(P)),))
    rest = office.factoring.number_of_value(str(REST))
    stood = office.factoring.number(number).t_milli
    for _ in range(4):
        report(office, 40, str(REST))
    told = levels(office, rest.id, 2)
    assert (told[0].position, told[0].t_milli) == (rest.submitted, stood)
    assert told[1:-2] == levels(office, rest.id, 100)[1:-2]


def test_nothing_run_is_no_level(office, number):
    assert levels(office, number, 10) == []
