"""The numbers of clients, by the names that they are shown under or were before."""

import sqlite3

import pytest

from projections.clients import state
from projections.clients.state import numbers_by_name, numbers_named


@pytest.fixture
def clients():
    """The tables, with two clients of whom one has been called otherwise."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(state.SCHEMA)
    connection.executemany("INSERT INTO clients VALUES (?, ?, 'k', 0, NULL)", [(1, "ada"), (2, 'b"ob'), (3, None)])
    connection.execute("INSERT INTO aliases VALUES ('robert', 2)")
    return connection


def test_clients_are_found_by_either_name_and_nobody_by_one_that_was_never_seen(clients):
    asked = ["robert", "nobody", "ada", 'b"ob']
    assert numbers_by_name(clients, asked) == {"robert": 2, "ada": 1, 'b"ob': 2}
    assert numbers_named(clients, iter(asked)) == (2, 1, 2)
    assert numbers_by_name(clients, []) == {}


def test_no_other_client_is_looked_at(clients):
    steps = []
    clients.set_trace_callback(steps.append)
    numbers_by_name(clients, ["ada"])
    clients.set_trace_callback(None)
    plan = [row[3] for row in clients.execute(f"EXPLAIN QUERY PLAN {steps[0]}")]
    read = [step for step in plan if "clients" in step or "aliases" in step]
    assert len(read) == 2
    assert all(step.startswith("SEARCH") for step in read)
