"""Wishes: what was asked for numbers, word for word, where that depends on reports: the newest of each kind."""

import sqlite3

import msgspec

from core.factoring.evidence import WishNoted

SCHEMA = """
CREATE TABLE wishes (
    number INTEGER NOT NULL,
    wish TEXT NOT NULL,            -- submit, change, shelve, unshelve, describe or divide
    said BLOB NOT NULL,            -- JSON
    PRIMARY KEY (number, wish)
) STRICT, WITHOUT ROWID;
"""
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(WishNoted).decode


def keep(connection: sqlite3.Connection, fact: WishNoted) -> None:
    """Keep what was asked for last."""
    connection.execute("INSERT OR REPLACE INTO wishes VALUES (?, ?, ?)", (fact.number, fact.wish, _encode(fact)))


def last_wish(connection: sqlite3.Connection, number: int, wish: str) -> WishNoted | None:
    """Return what was asked for last in one way, None when nothing was kept."""
    row = connection.execute("SELECT said FROM wishes WHERE number = ? AND wish = ?", (number, wish)).fetchone()
    return _decode(row[0]) if row else None
