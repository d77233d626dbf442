"""Whose one client's name is, found among very many names without a look at those that are not merged."""

import sqlite3
from contextlib import closing

import pytest

from core.access.users import ANONYMOUS
from projections.access import users
from projections.access.state import AccessState
from projections.access.users import Users, belonging_of, belongings, holders_of, under_all_names
from tests.statements import plan_of

NAMES = range(1, 100)


@pytest.fixture
def connection():
    """Names of a user each, one that two share, one that is nobody's; of clients and of users some are merged, over two steps."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(users.SCHEMA)
        connection.executemany("INSERT INTO users VALUES (?, ?)", [(f"user-{one}", one) for one in NAMES])
        held = [(client, f"user-{client}") for client in NAMES] + [(7, "user-8")]
        connection.executemany("INSERT INTO holders VALUES (?, ?)", held)
        merged = [("user-5", "user-6"), ("user-6", "user-9")]
        connection.executemany("INSERT INTO user_merges VALUES (?, ?)", merged)
        connection.executemany("INSERT INTO client_merges VALUES (?, ?)", [(2, 3), (3, 4), (100, 4)])
        yield connection


def asked_of(connection, ask):
    """Return what tables of names are asked for, as SQLite goes about it."""
    return [step for step in plan_of(connection, ask) if "holders" in step or "users" in step]


def test_one_name_belongs_to_whom_it_belongs_among_all(connection):
    everything = belongings(connection)
    for client in (*NAMES, 100, 101):
        one = belonging_of(connection, client)
        assert one.root == everything.client(client)
        assert one.holders == everything.holders_of(client)
        assert holders_of(connection, [5, client])[client] == one.holders
        assert one.same == [other for other in everything.clients if everything.client(other) == client]
    assert belonging_of(connection, 4).same == [2, 3, 100]
    assert belonging_of(connection, 101).holders == {ANONYMOUS}


def test_a_user_goes_by_the_names_of_all_that_are_merged_into_it(connection):
    assert under_all_names(connection, ["user-9", "user-1"]) == {"user-1", "user-5", "user-6", "user-9"}
    assert under_all_names(connection, ["user-5"]) == {"user-5"}


def test_the_names_of_others_are_not_looked_at(connection):
    for ask in (
        lambda: belonging_of(connection, 5),
        lambda: under_all_names(connection, ["user-5"]),
        lambda: AccessState(connection).holders(5),
        lambda: holders_of(connection, [5, 101]),
        lambda: Users(connection).as_merged("user-5"),
        lambda: Users(connection).has("user-5"),
    ):
        assert all(step.startswith("SEARCH") for step in asked_of(connection, ask))
    assert not all(step.startswith("SEARCH") for step in asked_of(connection, lambda: belongings(connection)))
