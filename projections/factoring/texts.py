"""Numbers that have a text in their value, their expression or their name: as a condition of a query, and where a text is common.

A common text need not be looked for in every number: the first ones in their order have it, and counting needs no order.
"""

import json
import sqlite3
from collections.abc import Sequence

from projections.factoring.trigrams import Among

_NAMED = "SELECT number FROM numbers WHERE name <> '' AND instr(name, ?) > 0"
_EXPRESSED = f"SELECT number FROM numbers WHERE expression <> '' AND instr(expression, ?) > 0 UNION ALL {_NAMED}"
_CONTAINS = f"number IN ({_EXPRESSED})"
_CONTAINS_DIGITS = f"number IN (SELECT number FROM numbers WHERE value GLOB ? UNION ALL {_EXPRESSED})"
"""Digits stand in values too, through which GLOB goes a quarter faster than instr; nothing else stands there."""
_CONTAINS_AMONG = (
    "number IN (SELECT number FROM numbers WHERE (number IN (SELECT value FROM json_each(?)) OR number > ?)"
    f" AND (instr(value, ?) > 0 OR instr(expression, ?) > 0) UNION ALL {_NAMED})"
)
_HAS = "(instr(value, ?1) > 0 OR instr(expression, ?1) > 0 OR instr(name, ?1) > 0)"
_SAMPLE = 256
_COMMON = 0.25
_LOOKED_INTO = 10_000
"""So many numbers at most, in their order: to look into one takes as long as to pass over some ten."""


def contains(text: str, among: Among | None) -> tuple[str, tuple[object, ...]]:
    """Return the condition that a number has a text, with the values that are bound there."""
    if among is not None:
        return _CONTAINS_AMONG, (json.dumps(among.numbers), among.upto, text, text, text)
    return (_CONTAINS_DIGITS, (f"*{text}*", text, text)) if _is_digits(text) else (_CONTAINS, (text, text))


def contains_in_row(text: str) -> tuple[str, tuple[object, ...]]:
    """Return the same condition where every row is read for its value, with the values that are bound there."""
    if _is_digits(text):
        return f"(value GLOB ? OR number IN ({_EXPRESSED}))", (f"*{text}*", text, text)
    return f"number IN ({_EXPRESSED})", (text, text)


def first_with(
    connection: sqlite3.Connection,
    ranked: str,
    bound: Sequence[object],
    order: str,
    text: str,
    limit: int,
    offset: int,
) -> list[int] | None:
    """Return the first numbers, in their order, that have a text, if it is so common that only the first have to be looked into.

    Args:
        connection: to the tables.
        ranked: the statement that selects each number, and its rank, among which they are.
        bound: the values of its parameters.
        order: by the rank.
        text: what is looked for.
        limit: how many are wanted.
        offset: behind how many others.

    Returns:
        None when the text is not common, or when there are not so many.
    """
    share = _share(connection, text)
    looked_into = round(2 * (offset + limit) / share) if share >= _COMMON else 0
    if not 0 < looked_into <= _LOOKED_INTO:
        return None
    rows = connection.execute(
        f"SELECT number FROM ({ranked} ORDER BY rank {order} LIMIT {looked_into}) JOIN numbers USING (number)"
        f" WHERE {_HAS.replace('?1', '?')} ORDER BY rank {order} LIMIT ? OFFSET ?",
        (*bound, text, text, text, limit, offset),
    ).fetchall()
    return [number for (number,) in rows] if len(rows) == limit else None


def _share(connection: sqlite3.Connection, text: str) -> float:
    """Return about which share of all numbers has a text, by some of all ages."""
    (last,) = connection.execute("SELECT coalesce(max(number), 0) FROM numbers").fetchone()
    some = json.dumps(list(range(1, last + 1, max(last // _SAMPLE, 1))))
    (share,) = connection.execute(
        f"SELECT coalesce(avg({_HAS}), 0) FROM numbers WHERE number IN (SELECT value FROM json_each(?2))", (text, some)
    ).fetchone()
    return float(share)


def count_with(connection: sqlite3.Connection, among: str, bound: Sequence[object], text: str) -> int:
    """Count the numbers that have a text and fulfil a condition on their row, with its values.

    The row is read for its value anyway: to look there for the rest as well takes less than to ask an index for it.
    """
    has, values = contains_in_row(text)
    row = connection.execute(
        f"SELECT count(*) FROM numbers NOT INDEXED WHERE {has} AND {among}", (*values, *bound)
    ).fetchone()
    return int(row[0])


def _is_digits(text: str) -> bool:
    return text.isascii() and (text.isdigit() or not text)
