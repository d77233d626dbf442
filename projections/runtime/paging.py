"""Pages of a list, read from whichever end of it is nearer: rows that are passed over take time as well."""

import sqlite3
from collections.abc import Sequence
from typing import Any


def rows_of_page(
    connection: sqlite3.Connection,
    select: str,
    bound: Sequence[object],
    order: str,
    total: int,
    limit: int,
    offset: int,
) -> list[Any]:
    """Return some of the rows that a statement finds.

    Args:
        connection: where.
        select: the statement, without order and limit.
        bound: the values of its parameters.
        order: by what the rows are ordered, `digits DESC, factor`; no two rows are equal in it.
        total: how many rows there are in all.
        limit: how many are wanted.
        offset: behind how many others.
    """
    left = total - offset
    if offset <= left:
        statement = f"{select} ORDER BY {order} LIMIT ? OFFSET ?"
        return connection.execute(statement, (*bound, limit, offset)).fetchall()
    wanted = max(min(limit, left), 0)
    statement = f"{select} ORDER BY {_backwards(order)} LIMIT ? OFFSET ?"
    return connection.execute(statement, (*bound, wanted, left - wanted)).fetchall()[::-1]


def _backwards(order: str) -> str:
    terms = (term.removesuffix(" ASC") for term in order.split(", "))
    return ", ".join(term.removesuffix(" DESC") if term.endswith(" DESC") else f"{term} DESC" for term in terms)
