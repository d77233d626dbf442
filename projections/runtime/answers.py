"""The answers that accepted commands were given, kept so that a resend is told the same."""

import sqlite3

from core.deciding import Remembered

SCHEMA = """
CREATE TABLE answers (
    command TEXT PRIMARY KEY,      -- scope/key
    fingerprint TEXT NOT NULL,
    position INTEGER NOT NULL,     -- of the command's last event
    hash BLOB NOT NULL,
    answer BLOB NOT NULL           -- JSON
) STRICT, WITHOUT ROWID;
"""


class Answers:
    """Remembered answers in one projections file; contexts' states inherit it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def recall(self, lookup: str) -> Remembered | None:
        """Return what was answered to the command of this identity."""
        row = self.connection.execute(
            "SELECT fingerprint, position, hash, answer FROM answers WHERE command = ?", (lookup,)
        ).fetchone()
        return Remembered(*row) if row else None

    def remember(self, lookup: str, remembered: Remembered) -> None:
        """Keep an answer for ever."""
        self.connection.execute(
            "INSERT INTO answers VALUES (?, ?, ?, ?, ?)",
            (lookup, remembered.fingerprint, remembered.position, remembered.hash, remembered.answer),
        )
