"""Events that a subscription takes, read beside a coordinator whose tables may not have come as far as its log."""

import sqlite3
from contextlib import closing

import pytest

from coordinator.webhooks import reading
from coordinator.webhooks.reading import Log, Wanted, waiting
from core.factoring.commands.numbers import SubmitComposite
from core.simulations.commands import CreateSimulation
from core.tasks.commands import SubmitTask

EVERYTHING, OF_PROJECT = Wanted((), ""), Wanted((), "one")


@pytest.fixture
def log(office):
    with closing(Log(office.directory)) as log:
        yield log


def submit(office, number, project=""):
    office.perform(SubmitComposite(text=str(number), ceiling_digits=99, project=project))


def read(log, wanted, after=0):
    """Read to the end, some at a time; return the positions of what is wanted, and up to where all was looked at."""
    found = []
    while True:
        events, reached = log.after(after, wanted)
        found += [event.position for event in events]
        if reached == after:
            return found, after
        after = reached


def test_of_many_events_none_is_passed_over(office, log, monkeypatch):
    monkeypatch.setattr(reading, "_AT_ONCE", 3)
    monkeypatch.setattr(reading, "_SCANNED_AT_ONCE", 5)
    for number in range(12):
        office.perform(SubmitTask(task=f"t{number}", operation="add", args=("1", "2"), node="n", most_waiting=99))
    end = office.log.head().position
    assert read(log, EVERYTHING) == ([*range(1, end + 1)], end)
    assert read(log, Wanted(("tasks.submitted",), "")) == ([*range(end - 11, end + 1)], end)


def test_what_may_be_of_a_project_waits_until_the_tables_have_come_so_far(office, log):
    submit(office, 10**20 + 39, "one")
    shown = office.log.head().position
    office.together = 99
    submit(office, 10**21 + 117, "one")
    end = office.log.head().position
    before, reached = read(log, OF_PROJECT)
    assert (max(before), reached) == (shown, shown)
    office.committer.apply()
    after, reached = read(log, OF_PROJECT, shown)
    assert (min(after), max(after), reached) == (shown + 1, end, end)


def test_what_only_bears_the_name_of_a_project_is_not_of_it(office, log):
    submit(office, 10**20 + 39, "one")
    before = office.log.head().position
    office.perform(CreateSimulation(name="one"))
    submit(office, 10**21 + 117, "two")
    assert max(read(log, OF_PROJECT)[0]) <= before


@pytest.mark.parametrize("project", ["", "one"])
def test_what_waits_is_counted_among_the_next_events_alone(office, project):
    for number in range(9):
        office.perform(SubmitTask(task=f"t{number}", operation="add", args=("1", "2"), node="n", most_waiting=99))
    last, tasks = office.log.head().position, Wanted(("tasks.submitted",), project)
    with closing(sqlite3.connect(office.directory / "log.db")) as connection:
        assert waiting(connection, last - 9, tasks, 4)[0] == 4
        assert waiting(connection, last - 2, tasks, 4)[0] == 2
        assert waiting(connection, 0, tasks, last - 9)[0] == 0
