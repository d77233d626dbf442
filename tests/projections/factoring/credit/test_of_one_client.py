"""Figures of one client among very many, for which the others are not looked at."""

import sqlite3
from contextlib import closing

import pytest

from core.factoring.mathematics.probability.exponentials import ONE
from projections.factoring.credit import contributors, expectations
from projections.factoring.credit.contributors import Day, days_of
from projections.factoring.credit.expectations import judged, judged_of
from tests.statements import plan_of

CLIENTS = range(1, 40)
DAYS = range(20_000, 20_030)
ROWS = (2_000, 11_000)


@pytest.fixture
def connection():
    """Tables of clients that each did something on every day, and of whom something was to be expected."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(contributors.SCHEMA + expectations.SCHEMA)
        work = [(day, client, 1, 2 * client, 0, 10, 0) for client in CLIENTS for day in DAYS]
        connection.executemany("INSERT INTO contributions VALUES (?, ?, ?, ?, ?, ?, ?)", work)
        finds = [(client, row, "", ONE // client, client % 3 == 0) for client in CLIENTS for row in ROWS]
        connection.executemany("INSERT INTO expected_finds VALUES (?, ?, ?, ?, ?)", finds)
        connection.execute(
            "INSERT INTO expected_of_all SELECT row, project, sum(expected), sum(found) FROM expected_finds"
            " GROUP BY row, project"
        )
        yield connection


def steps(connection, function, *arguments):
    """Return what is asked of tables, as SQLite goes about it."""
    asked = plan_of(connection, lambda: function(connection, *arguments))
    return [step for step in asked if "json_each" not in step]


def test_days_of_some_clients_are_added_up_and_those_of_others_not_looked_at(connection):
    asked = [DAYS[0] - 1, DAYS[0], DAYS[7]]
    assert days_of(connection, [3, 5], asked) == [Day(day, 16, 0, 20, 2) for day in asked[1:]]
    (step, *_) = [one for one in steps(connection, days_of, [3], asked) if "contributions" in one]
    assert step == "SEARCH contributions USING PRIMARY KEY (day=? AND client=?)"


def test_one_client_is_judged_as_among_all_and_no_other_looked_at(connection):
    everybody = judged(connection)
    assert list(everybody) == list(CLIENTS)
    assert {client: judged_of(connection, client) for client in CLIENTS} == everybody
    assert judged_of(connection, 1_000) is None
    assert len({one.found for one in everybody.values()}) == 2
    assert all(step.startswith("SEARCH") for step in steps(connection, judged_of, 3))
