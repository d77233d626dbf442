"""Keys and names as they are listed, each with whose it is."""

import sqlite3
from contextlib import closing

import pytest

from coordinator.http.access.shown_keys import open_keys
from core.access.state import Key
from projections.access import users
from projections.access.users import belongings
from tests.timing import cpu_seconds


@pytest.fixture
def whose():
    """A function that returns what belongs to so many users, each with a name of its own; the second is merged into the first."""

    def whose(many):
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            connection.executescript(users.SCHEMA)
            connection.executemany("INSERT INTO users VALUES (?, ?)", [(f"user-{n}", n) for n in range(1, many + 1)])
            connection.executemany("INSERT INTO holders VALUES (?, ?)", [(n, f"user-{n}") for n in range(1, many + 1)])
            connection.execute("INSERT INTO user_merges VALUES ('user-2', 'user-1')")
            return belongings(connection)

    return whose


def keys_of(many):
    """Return a key of each of so many users."""
    return [Key(n, f"{n:064x}", ("work",), "", n, None, f"user-{n}", None, None) for n in range(1, many + 1)]


def test_keys_and_names_are_those_of_users_after_all_merging(whose):
    revoked = Key(4, "4", ("work",), "", 1, 2, "user-3", None, None)
    known = whose(3)
    assert open_keys([*keys_of(3), revoked], known) == {"user-1": [1, 2], "user-3": [3]}
    assert [known.names_of(user) for user in known.users] == [[1, 2], [], [3]]


def test_ten_times_as_many_users_are_listed_in_ten_times_the_time(whose):
    def listing(many):
        known, made = whose(many), keys_of(many)

        def listed():
            opening = open_keys(made, known)
            return [(opening.get(user), known.names_of(user)) for user in known.users]

        return cpu_seconds(listed)

    assert listing(4_000) < 40 * listing(400)
