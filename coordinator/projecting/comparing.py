"""Comparing two projections files, table by table."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from core.wording import shortened

DUE = "due"
"""Under this name a file that should stand is attached to a connection to the one that does."""
_AT_ONCE = 1_000
# Where a file stands is for the caller to compare; it is not part of what the file holds.
_LEFT_OUT = frozenset({"checkpoint"})

Cells = tuple[Any, ...]


class Table(msgspec.Struct, frozen=True):
    """A table, and the order in which its rows are the same whatever way they came.

    Attributes:
        name: of the table.
        columns: all that are stored.
        key: the columns of its primary key, in the key's order; all columns when it has none.
        unique: whether it has a primary key.
    """

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    unique: bool


class Difference(msgspec.Struct, frozen=True):
    """The first difference between what stands in a table and what the log says.

    Attributes:
        table: its name.
        key: of the row, column by column; empty when it is the table as a whole.
        column: that differs; empty when it is the whole row.
        stands: what stands there; None also when nothing does.
        should: what should.
        sentence: all that in words.
    """

    table: str
    key: dict[str, Any]
    column: str
    stands: Any
    should: Any
    sentence: str


def tables(connection: sqlite3.Connection, file: str = "main") -> list[Table]:
    """Return a file's tables by name, without what SQLite keeps for itself and the checkpoint."""
    names = connection.execute(f"SELECT name FROM {file}.sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    return [
        _table(connection, file, name) for (name,) in names if not name.startswith("sqlite_") and name not in _LEFT_OUT
    ]


def _table(connection: sqlite3.Connection, file: str, name: str) -> Table:
    columns = connection.execute("SELECT name, pk FROM pragma_table_info(?, ?) ORDER BY cid", (name, file)).fetchall()
    key = sorted((place, column) for column, place in columns if place)
    every = tuple(column for column, _ in columns)
    return Table(name, every, tuple(column for _, column in key) or every, bool(key))


def rows(connection: sqlite3.Connection, table: Table) -> Iterator[list[Cells]]:
    """Read a table in the order of its key, some rows at a time; also one WITHOUT ROWID."""
    cursor = connection.execute(
        f"SELECT {_listed(table.columns)} FROM {_quoted(table.name)} ORDER BY {_listed(table.key)}"
    )
    while found := cursor.fetchmany(_AT_ONCE):
        yield found


def dump(connection: sqlite3.Connection) -> Iterator[tuple[str, Cells]]:
    """Read a whole file: each table's name with each of its rows."""
    for table in tables(connection):
        for found in rows(connection, table):
            for row in found:
                yield table.name, row


def agree(connection: sqlite3.Connection) -> bool:
    """Tell whether a file certainly holds the same as the one attached as `DUE`.

    SQLite compares them within itself, in a fraction of the time that reading both takes. It does not say where they
    differ, and is not sure of a table in which two rows may be the same.
    """
    known = tables(connection)
    return known == tables(connection, DUE) and all(_agrees(connection, table) for table in known)


def _agrees(connection: sqlite3.Connection, table: Table) -> bool:
    """Tell whether every row of a table finds its like by its key, and there are as many on both sides."""
    name = _quoted(table.name)
    row = connection.execute(
        f"SELECT count(*) = (SELECT count(*) FROM main.{name} NOT INDEXED) AND count(*) = (SELECT count(*) FROM {DUE}.{name})"
        f" FROM {DUE}.{name} AS should CROSS JOIN main.{name} AS stands ON ({_listed(table.key, 'stands')})"
        f" = ({_listed(table.key, 'should')})"
        f" WHERE ({_listed(table.columns, 'stands')}) IS ({_listed(table.columns, 'should')})"
    ).fetchone()
    return table.unique and bool(row[0])


def first_difference(live: sqlite3.Connection, folded: sqlite3.Connection) -> Difference | None:
    """Find where a live file differs from one folded from the log, None when both hold the same.

    Args:
        live: what stands, within one transaction.
        folded: what should.
    """
    standing = {table.name: table for table in tables(live)}
    due = {table.name: table for table in tables(folded)}
    for name in sorted(standing | due):
        if standing.get(name) != due.get(name):
            wrong = "is missing" if name not in standing else "has other columns" if name in due else "is not known"
            return Difference(name, {}, "", None, None, f"The table {name} {wrong}.")
        difference = _first_in_table(live, folded, due[name])
        if difference is not None:
            return difference
    return None


def _first_in_table(live: sqlite3.Connection, folded: sqlite3.Connection, table: Table) -> Difference | None:
    theirs, ours = rows(live, table), rows(folded, table)
    while True:
        stand, should = next(theirs, []), next(ours, [])
        if stand != should:
            return _first_in_rows(table, stand, should)
        if not stand:
            return None


def _first_in_rows(table: Table, stand: Sequence[Cells], should: Sequence[Cells]) -> Difference:
    """Name the first difference between rows that are not all the same."""
    at = next((i for i, pair in enumerate(zip(stand, should, strict=False)) if pair[0] != pair[1]), None)
    if at is None:
        at = min(len(stand), len(should))
    standing = stand[at] if at < len(stand) else None
    due = should[at] if at < len(should) else None
    if standing is not None and due is not None and _key(table, standing) == _key(table, due):
        key = _key(table, due)
        for column, one, other in zip(table.columns, standing, due, strict=True):
            if one != other:
                sentence = f"In the table {table.name}, {column} is {_shown(one)} where {_where(key)}; it should be {_shown(other)}."
                return Difference(table.name, key, column, one, other, sentence)
    return _one_sided(table, standing, due)


def _one_sided(table: Table, standing: Cells | None, due: Cells | None) -> Difference:
    """Name a row that only one side has: of two different rows at one place, the one whose key comes first."""
    if due is None or (standing is not None and _order(table, standing) < _order(table, due)):
        assert standing is not None, "one side has a row"
        key = _key(table, standing)
        sentence = f"The table {table.name} has a row where {_where(key)}; the log gives none."
    else:
        key = _key(table, due)
        sentence = f"The table {table.name} lacks the row where {_where(key)}."
    return Difference(table.name, key, "", None, None, sentence)


def _key(table: Table, row: Cells) -> dict[str, Any]:
    cells = dict(zip(table.columns, row, strict=True))
    return {column: cells[column] for column in table.key}


def _order(table: Table, row: Cells) -> list[tuple[int, Any]]:
    """Return what sorts rows as SQLite does: nothing before numbers before text before bytes."""
    return [_rank(value) for value in _key(table, row).values()]


def _rank(value: object) -> tuple[int, Any]:
    if value is None:
        return 0, 0
    return (1 if isinstance(value, int | float) else 2 if isinstance(value, str) else 3), value


def _where(key: dict[str, Any]) -> str:
    return ", ".join(f"{column} = {_shown(value)}" for column, value in key.items())


def _shown(value: object) -> str:
    if isinstance(value, bytes):
        return f"x'{value[:16].hex()}{'…' if len(value) > 16 else ''}'"
    return shortened(repr(value))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _listed(names: Sequence[str], table: str = "") -> str:
    return ", ".join(f"{table}.{_quoted(name)}" if table else _quoted(name) for name in names)
