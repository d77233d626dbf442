"""Pages of numbers by a rank of which no index has the order: to sort all of them up to a page in the middle takes long.

A sample says between which ranks the page is: what comes before is counted, and only what is between is sorted.
"""

import json
import sqlite3
from collections.abc import Sequence

from projections.runtime.paging import rows_of_page

_FIRST = 3_000
"""The first so many are found among all in one look at each."""
_SAMPLE = 512
_ASTRAY = _SAMPLE // 12
"""So far in the sample the page may be from its place in it: three times as far as chance explains."""


def ranked(
    connection: sqlite3.Connection,
    listed: tuple[str, Sequence[object]],
    rank: str,
    total: int,
    limit: int,
    offset: int,
) -> list[int]:
    """Return the numbers of a page, by rank, equal ones by id.

    Args:
        connection: to the tables.
        listed: from where numbers are listed, `FROM numbers … WHERE …`, and the values of its parameters.
        rank: an expression that is a whole number; the least is the first.
        total: how many numbers are listed.
        limit: how many are wanted.
        offset: behind how many others.
    """
    wanted = min(limit, total - offset)
    sample = _sample(connection, listed, rank) if _FIRST <= offset < total else []
    if sample:
        at = len(sample) * offset // total
        place = sample[max(at - _ASTRAY, 0)], sample[min(at + _ASTRAY, len(sample) - 1)]
        # The last are found as the first are, unless very many are equal: each would take the place of the one before.
        if place[0] == place[1] or total - offset > _FIRST:
            found = _between(connection, listed, rank, place, wanted, offset)
            if len(found) == wanted:
                return found
    source, bound = listed
    rows = rows_of_page(connection, f"SELECT number {source}", bound, f"{rank}, number", total, limit, offset)
    return [number for (number,) in rows]


def _sample(connection: sqlite3.Connection, listed: tuple[str, Sequence[object]], rank: str) -> list[int]:
    """Return the ranks of those that are listed of some numbers of all ages, the least first."""
    source, bound = listed
    (last,) = connection.execute("SELECT max(number) FROM numbers").fetchone()
    some = json.dumps(list(range(1, last + 1, max(last // _SAMPLE, 1))))
    rows = connection.execute(f"SELECT {rank} {source} AND number IN (SELECT value FROM json_each(?))", (*bound, some))
    return sorted(found for (found,) in rows)


def _between(
    connection: sqlite3.Connection,
    listed: tuple[str, Sequence[object]],
    rank: str,
    place: tuple[int, int],
    limit: int,
    offset: int,
) -> list[int]:
    """Return what of a page is between two ranks; nothing when it begins before.

    Very many may have either of the two: a page of nothing but those is found by id, and one without them sorts none.
    """
    source, bound = listed
    least, most = place
    before, first, within, last = connection.execute(
        f"SELECT count(*) FILTER (WHERE {rank} < ?), count(*) FILTER (WHERE {rank} = ?),"
        f" count(*) FILTER (WHERE {rank} > ? AND {rank} < ?), count(*) FILTER (WHERE {rank} > ? AND {rank} = ?) {source}",
        (least, least, *place, *place, *bound),
    ).fetchone()
    at = offset - before
    if at < 0:
        return []
    stretch, many, skipped = place, first + within + last, 0
    for one, length in (((least, least), first), ((least + 1, most - 1), within), ((most, most), last)):
        if skipped <= at <= skipped + length - limit:
            stretch, many, at = one, length, at - skipped
            break
        skipped += length
    select = f"SELECT number {source} AND {rank} BETWEEN ? AND ?"
    order = "number" if stretch[0] == stretch[1] else f"{rank}, number"
    rows = rows_of_page(connection, select, (*bound, *stretch), order, many, limit, at)
    return [number for (number,) in rows]
