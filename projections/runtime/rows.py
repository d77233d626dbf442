"""Writing and finding many rows with few statements.

Python's sqlite3 lets go of the interpreter's lock at each row of `executemany`. Beside a busy event loop every letting
go costs a wait until the loop lets go in turn, which is far more than the row. A statement that inserts many rows at
once lets go once.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple

# Few sizes, so that SQLite's prepared statements are found again; 512 rows of 16 columns stay below its limit of
# 32,766 parameters by far.
_SIZES = (512, 64, 16, 4, 1)


def insert_rows(connection: sqlite3.Connection, head: str, rows: Sequence[Sequence[object]], tail: str = "") -> None:
    """Insert rows, or have another statement take them.

    Args:
        connection: where to.
        head: the statement up to its values, `INSERT INTO curves`.
        rows: of equal length.
        tail: what follows the values, `ON CONFLICT …`. No two rows of one call may then conflict with each other.
    """
    start = 0
    for size in _SIZES:
        while len(rows) - start >= size:
            group = rows[start : start + size]
            row = f"({', '.join('?' * len(group[0]))})"
            values = ", ".join([row] * size)
            connection.execute(f"{head} VALUES {values} {tail}", tuple(chain.from_iterable(group)))
            start += size


def row_of(struct: Struct, **stored: object) -> dict[str, object]:
    """Return the row of a struct whose fields are columns, by their names; `stored` are those that a table keeps otherwise."""
    return dict(zip(columns_of(type(struct)), astuple(struct), strict=True)) | stored


def columns_of(kind: type[Struct]) -> tuple[str, ...]:
    """Return the names of the columns that a struct's fields are; `field(name=...)` gives one another name than the field's."""
    return kind.__struct_encode_fields__


def told(fact: Struct, kind: type[Struct]) -> dict[str, object]:
    """Return those columns of a kind of row that a fact has fields of the same name for."""
    return {name: getattr(fact, name) for name in _in_common(type(fact), kind)}


@cache
def _in_common(fact: type[Struct], kind: type[Struct]) -> tuple[str, ...]:
    return tuple(name for name in columns_of(kind) if name in fact.__struct_fields__)


def insert_named(
    connection: sqlite3.Connection, table: str, rows: Sequence[Mapping[str, object]], tail: str = ""
) -> None:
    """Insert rows of the same columns into a table, by the names of the columns; `tail` as for `insert_rows`."""
    if rows:
        insert_rows(
            connection, f"INSERT INTO {table} ({', '.join(rows[0])})", [tuple(row.values()) for row in rows], tail
        )


def insert_structs(connection: sqlite3.Connection, table: str, structs: Sequence[Struct], tail: str = "") -> None:
    """Insert structs of one kind, whose fields are the table's columns; `tail` as for `insert_rows`."""
    if structs:
        head = f"INSERT INTO {table} ({', '.join(columns_of(type(structs[0])))})"
        insert_rows(connection, head, list(map(astuple, structs)), tail)


def rows_among(
    connection: sqlite3.Connection, select: str, keys: Sequence[Sequence[object]], tail: str
) -> Iterator[Any]:
    """Find the rows that belong to any of several keys; a row may come twice.

    Args:
        connection: where.
        select: the statement up to the keys, which stand there as `VALUES (?, ?), (?, ?)`.
        keys: of equal length.
        tail: what follows them.
    """
    for group in _padded(keys):
        row = f"({', '.join('?' * len(group[0]))})"
        values = ", ".join([row] * len(group))
        yield from connection.execute(f"{select} VALUES {values} {tail}", tuple(chain.from_iterable(group)))


def _padded(keys: Sequence[Sequence[object]]) -> Iterator[Sequence[Sequence[object]]]:
    """Cut keys into groups of few sizes; the last key is repeated where that fills a group up."""
    start = 0
    while start < len(keys):
        left = len(keys) - start
        fitting = next(size for size in _SIZES if size <= left)
        size = next((size for size in reversed(_SIZES) if left <= size <= 4 * left), fitting)
        group = list(keys[start : start + size])
        yield group + [group[-1]] * (size - len(group))
        start += size
