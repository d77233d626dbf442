"""Wishes: what was asked for numbers, word for word, where that depends on reports: the newest of each kind."""

import sqlite3
from collections.abc import Iterable

import msgspec

from core.factoring.events.evidence import WishNoted

SCHEMA = """
CREATE TABLE wishes (
    number INTEGER NOT NULL,
    wish TEXT NOT NULL,            -- submit, change, shelve, unshelve or describe
    rest TEXT NOT NULL,            -- what is said to be left of it, in decimal; empty when that is not said
    said BLOB NOT NULL,            -- JSON
    PRIMARY KEY (number, wish, rest)
) STRICT, WITHOUT ROWID;
"""
_ABOUT_A_SHELF = "(wish IN ('shelve', 'unshelve') OR json_extract(CAST(said AS TEXT), '$.factored'))"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(WishNoted).decode


def keep(connection: sqlite3.Connection, fact: WishNoted, relatives: Iterable[int]) -> None:
    """Keep what was asked for last; what was asked for the number otherwise, or for a relative, does not stand any more."""
    family = [(number,) for number in (fact.number, *relatives)]
    if fact.target_milli is not None or fact.priority is not None or fact.project:
        connection.executemany("DELETE FROM wishes WHERE number = ? AND wish IN ('submit', 'change')", family)
    if fact.factored or fact.wish in {"shelve", "unshelve"}:
        connection.executemany(f"DELETE FROM wishes WHERE number = ? AND {_ABOUT_A_SHELF}", family)
    connection.execute(
        "INSERT OR REPLACE INTO wishes VALUES (?, ?, ?, ?)", (fact.number, fact.wish, fact.left, _encode(fact))
    )


def last_wish(connection: sqlite3.Connection, number: int, wish: str, left: str) -> WishNoted | None:
    """Return what was asked for last in one way, with the same said to be left; None when nothing was kept."""
    row = connection.execute(
        "SELECT said FROM wishes WHERE number = ? AND wish = ? AND rest = ?", (number, wish, left)
    ).fetchone()
    return _decode(row[0]) if row else None
