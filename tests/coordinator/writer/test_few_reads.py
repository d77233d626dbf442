"""A batch reads its tables as often for many orders as for few: at each read the writer lets others go first."""

import itertools

import pytest

from coordinator.writer.outcome import Outcome
from core.factoring.commands.assignment import EndWork, RequestWork
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import ReportCurves
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.state.numbers import Wanted
from tests.office import Office

NUMBERS = [str((10**30 + 57) * (10**40 + 1_000 * n + 1)) for n in range(16)]


@pytest.fixture
def office(tmp_path):
    """A coordinator with some numbers."""
    office = Office(tmp_path)
    for value in NUMBERS:
        office.perform(SubmitComposite(text=value, ceiling_digits=200, target_milli=60_000))
    yield office
    office.close()


def pairs():
    """Ask for a number and complete it, again and again."""
    for n in itertools.count():
        yield RequestWork(f"work {n}", Wanted(without_residues=True), 600, 60, whole=True)
        yield EndWork(lease=f"work {n}", outcome="completed")


def curves():
    """Report curves on one number after the other, without an assignment."""
    for n in itertools.count():
        yield ReportCurves(
            work="",
            value=NUMBERS[n % len(NUMBERS)],
            bounds=Bounds(11_000, 1_873_422, 1),
            curves=1,
            sigmas=(str(100 + n),),
        )


def shares():
    """Report curves under one assignment."""
    yield RequestWork("work", Wanted(), 600, 10**6)
    for n in itertools.count():
        yield ReportCurves(work="work", value="", bounds=None, curves=1, sigmas=(str(100 + n),))


@pytest.mark.parametrize("commands", [pairs, curves, shares])
def test_four_times_as_many_orders_are_no_more_reads(office, commands):
    reads = []

    def perform(commands, many):
        """Perform so many in one batch; return how often something was read."""
        reads.clear()
        for result in office.perform_all([office.order(command) for command in itertools.islice(commands, many)]):
            assert isinstance(result, Outcome), result
        return len(reads)

    def note(statement):
        if statement.lstrip().startswith("SELECT"):
            reads.append(statement)

    ordered = commands()
    for command in itertools.islice(ordered, 4 * len(NUMBERS)):  # after these, all numbers are at hand
        office.perform(command)
    for connection in (office.log.connection, *(file.connection for file in office.committer.files.values())):
        connection.set_trace_callback(note)
    assert perform(ordered, 64) <= perform(ordered, 16) + 8
