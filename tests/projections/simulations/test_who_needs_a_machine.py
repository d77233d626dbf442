"""Who runs and is to run on a machine, found without looking at all simulations that there ever were."""

import sqlite3
from contextlib import closing

import pytest

from projections.simulations import state
from projections.simulations.catalogue import count_pending_on, first_pending_on, promised, running_on
from projections.simulations.state import SimulationsState
from tests.statements import plan_of

ROWS = (
    (1, "finished", 1, 1),
    (2, "pending", 1, 0),
    (3, "running", 1, 0),
    (4, "pending", 1, 1),
    (5, "pending", 2, 0),
    (6, "finished", 2, 0),
    (7, "pending", None, 0),
)
"""Simulations: number, status, machine, and whether it waited for that."""


@pytest.fixture
def connection():
    """Three machines, of which the third has nothing to do."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(state.SCHEMA)
        machines = [(machine, "available") for machine in (1, 2, 3)]
        connection.executemany("INSERT INTO machines VALUES (?, 'm', 'c', NULL, 8, ?, 0)", machines)
        connection.executemany("INSERT INTO simulations VALUES (?, 's', ?, ?, ?, 0, 0, 0)", ROWS)
        yield connection


def test_each_machine_has_its_own(connection):
    machines = (1, 2, 3)
    assert [first_pending_on(connection, machine) for machine in machines] == [2, 5, None]
    assert [count_pending_on(connection, machine) for machine in machines] == [2, 1, 0]
    assert [promised(connection, machine, 0) for machine in machines] == [True, False, False]
    assert not promised(connection, 1, leaving=4)
    assert [one and one.id for one in (running_on(connection, machine) for machine in machines)] == [3, None, None]


def test_of_the_machines_that_are_kept_for_nobody_the_one_with_the_least_to_do_is_free(connection):
    free = SimulationsState(connection).free_machine
    assert free() == 3
    connection.execute("UPDATE machines SET status = 'busy' WHERE machine = 3")
    assert free() == 2


@pytest.mark.parametrize(
    "ask",
    [
        lambda connection: first_pending_on(connection, 1),
        lambda connection: count_pending_on(connection, 1),
        lambda connection: promised(connection, 1, 0),
        lambda connection: running_on(connection, 1),
        lambda connection: SimulationsState(connection).free_machine(),
    ],
)
def test_simulations_that_have_finished_are_not_looked_at(connection, ask):
    steps = [step for step in plan_of(connection, lambda: ask(connection)) if "simulations" in step]
    assert steps
    assert all(step.startswith("SEARCH") and "unfinished_simulations" in step for step in steps)
