"""The answers that accepted commands were given, kept so that a resend is told the same."""

import sqlite3
from hashlib import sha256

from core.deciding import Remembered

SCHEMA = """
CREATE TABLE answers (
    position INTEGER PRIMARY KEY,  -- of the command's last event
    digest INTEGER NOT NULL,       -- of the command
    command TEXT NOT NULL,         -- scope/key
    fingerprint TEXT NOT NULL,
    hash BLOB NOT NULL,            -- of the command's last event
    answer BLOB NOT NULL           -- JSON
) STRICT;
"""
INDEX = "CREATE INDEX IF NOT EXISTS answers_by_digest ON answers (digest)"
"""How `recall` finds its row. A file that is only being built is asked nothing, and gets it when it is finished.

It is an index of hashes, not of the commands themselves: those are long and in no order, so that their index would be
the largest in the file, and each new one would change a page of its own.
"""


class Answers:
    """Remembered answers in one projections file; contexts' states inherit it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def recall(self, lookup: str) -> Remembered | None:
        """Return what was answered to the command of this identity."""
        row = self.connection.execute(
            "SELECT fingerprint, position, hash, answer FROM answers WHERE digest = ? AND command = ?",
            (_digest(lookup), lookup),
        ).fetchone()
        return Remembered(*row) if row else None

    def remember(self, lookup: str, remembered: Remembered) -> None:
        """Keep an answer for ever."""
        self.connection.execute(
            "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?)",
            (
                remembered.position,
                _digest(lookup),
                lookup,
                remembered.fingerprint,
                remembered.hash,
                remembered.answer,
            ),
        )


def _digest(lookup: str) -> int:
    """Return the first 64 bits of SHA-256, as SQLite's signed integer."""
    return int.from_bytes(sha256(lookup.encode()).digest()[:8], "big", signed=True)
