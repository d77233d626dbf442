"""The numbers of clients by the names that they are shown under or were before, and who is called otherwise since when."""

import sqlite3
from functools import partial

import pytest

from projections.clients import state
from projections.clients.state import (
    Naming,
    clients_named_since,
    numbers_by_name,
    numbers_named,
    users_named_since,
)
from tests.statements import plan_of


@pytest.fixture
def clients():
    """The tables, with three clients, one of whom has been called otherwise and one is forgotten, and two users."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(state.SCHEMA)
    rows = [(1, "ada", 5), (2, 'b"ob', 8), (3, None, 6)]
    connection.executemany("INSERT INTO clients VALUES (?, ?, 'k', 0, NULL, ?)", rows)
    connection.execute("INSERT INTO aliases VALUES ('robert', 2)")
    connection.executemany("INSERT INTO user_names VALUES (?, ?, ?)", [("user-1", "eve", 9), ("user-2", None, 7)])
    return connection


def test_clients_are_found_by_either_name_and_nobody_by_one_that_was_never_seen(clients):
    asked = ["robert", "nobody", "ada", 'b"ob']
    assert numbers_by_name(clients, asked) == {"robert": 2, "ada": 1, 'b"ob': 2}
    assert numbers_named(clients, iter(asked)) == (2, 1, 2)
    assert numbers_by_name(clients, []) == {}


def test_no_other_client_is_looked_at(clients):
    read = [
        step
        for step in plan_of(clients, lambda: numbers_by_name(clients, ["ada"]))
        if "clients" in step or "aliases" in step
    ]
    assert len(read) == 2
    assert all(step.startswith("SEARCH") for step in read)


def test_what_changed_since_is_told_in_the_order_of_the_changes_and_nobody_else_is_looked_at(clients):
    assert clients_named_since(clients, 5) == [Naming(3, None, 6), Naming(2, 'b"ob', 8)]
    assert users_named_since(clients, 0) == [Naming("user-2", None, 7), Naming("user-1", "eve", 9)]
    for function in (clients_named_since, users_named_since):
        (step,) = plan_of(clients, partial(function, clients, 5))
        assert step.startswith("SEARCH")
