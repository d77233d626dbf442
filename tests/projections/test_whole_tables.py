"""What `verify` asks SQLite of each file, whether it is whole, is so when there are rows in all of its tables.

SQLite 3.40 calls tables damaged that are not: some WITHOUT ROWID whose primary key is not their first columns.
"""

import sqlite3
from contextlib import closing

import pytest

from coordinator.projecting.damage import WHOLE
from projections.contexts import projections

PROJECTIONS = {one.name: one for one in projections(lambda _seal, sealed: sealed)}
VALUES = {"INTEGER": 1, "TEXT": "x", "BLOB": b"x", "REAL": 1.0}


def fill(connection, table):
    """Put a row into a table, with something in each of its columns."""
    columns = [(row[1], VALUES[row[2]]) for row in connection.execute(f"PRAGMA table_xinfo({table})") if not row[6]]
    names = ", ".join(f'"{name}"' for name, _ in columns)
    places = ", ".join("?" for _ in columns)
    connection.execute(f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({places})", [value for _, value in columns])


@pytest.mark.parametrize("name", PROJECTIONS)
def test_no_filled_table_is_called_damaged(name):
    projection = PROJECTIONS[name]
    with closing(sqlite3.connect(":memory:")) as connection:
        for schema in (projection.schema, *(view.SCHEMA for view in projection.views)):
            connection.executescript(schema)
        tables = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE '%VIRTUAL%'"
        ).fetchall()
        for (table,) in tables:
            fill(connection, table)
        assert connection.execute(WHOLE).fetchall() == [("ok",)]
