"""Wishes: what was asked for numbers, word for word, where that depends on reports: the newest for each."""

import sqlite3

import msgspec

from core.factoring.evidence import WishNoted

SCHEMA = """
CREATE TABLE wishes (
    number INTEGER PRIMARY KEY,
    wish BLOB NOT NULL             -- JSON
) STRICT;
"""
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(WishNoted).decode


def keep(connection: sqlite3.Connection, fact: WishNoted) -> None:
    """Keep what was asked for last."""
    connection.execute("INSERT OR REPLACE INTO wishes VALUES (?, ?)", (fact.number, _encode(fact)))


def last_wish(connection: sqlite3.Connection, number: int) -> WishNoted | None:
    """Return what was asked for last, None when nothing was kept."""
    row = connection.execute("SELECT wish FROM wishes WHERE number = ?", (number,)).fetchone()
    return _decode(row[0]) if row else None
