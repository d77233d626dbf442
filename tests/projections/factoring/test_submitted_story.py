"""Submitted numbers as they stand: what is worked on comes first, and parts are told by what they are parts of."""

import pytest

from core.factoring.commands.assignment import RequestWork
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import Claim, ReportCurves
from core.factoring.mathematics.curves.bounds import bounds_of
from core.factoring.state.numbers import Wanted
from projections.factoring.credit.levels import held_levels
from projections.factoring.credit.spending import out_on, spent_on
from projections.factoring.wholes import submitted
from projections.factoring.wholes.products import leaves_of, split_into

P, Q, R = 10**13 + 37, 10**19 + 51, 10**21 + 117
SMALL = bounds_of(2000, None, 1)


@pytest.fixture
def run(office):
    """A function that submits a number and has curves run on it, of which some find factors."""

    def run(number, curves, *found):
        known = office.perform(SubmitComposite(text=str(number), ceiling_digits=1000)).number
        claims = tuple(Claim(factor=str(one), sigma="") for one in found)
        if curves:
            office.perform(ReportCurves(work="", value=str(number), bounds=SMALL, curves=curves, claims=claims))
        return known

    return run


def test_numbers_that_are_run_come_before_those_with_a_higher_level(office, run):
    high, waiting = run(P * Q, 20), run(Q * R, 0)
    wanted = RequestWork(work="w", wanted=Wanted(min_digits=40), lease_seconds=60, work_seconds=600)
    assert office.perform(wanted).number == waiting
    connection = office.factoring.connection
    assert [row.number for row in submitted.in_progress(connection, 5)] == [waiting, high]
    ((_, curves),) = out_on(connection, [waiting])
    held = held_levels(connection, [office.factoring.number(waiting)])
    assert curves > 0
    assert held[waiting] > 0
    assert held_levels(connection, [office.factoring.number(high)]) == {}
    assert [(one.b1, one.curves) for one in spent_on(connection, [high])] == [(2000, 20)]


def test_a_number_that_was_split_stands_as_what_is_left_of_it(office, run):
    number = run(P * Q * R, 5, P)
    connection = office.factoring.connection
    (row,) = submitted.listed(connection, "started", 5)
    (left,) = [leaf for leaf in leaves_of(connection, [number])[number] if not leaf.prime]
    assert (row.number, row.remaining, left.value) == (number, left.number, str(Q * R))
    assert submitted.roots(connection, [left.number]) == {left.number: [number]}
    assert submitted.first_roots(connection, [left.number]) == {left.number: number}
    assert set(split_into(connection, [number])[number]) == {
        leaf.number for leaf in leaves_of(connection, [number])[number]
    }
    assert submitted.tallies(connection) == {"started": 1}
    assert list(submitted.unfactored(connection, 0, 1)[1].values()) == [1]
