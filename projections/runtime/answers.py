"""The answers that accepted commands were given, kept so that a resend is told the same."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from operator import itemgetter
from struct import Struct

import msgspec

from core.deciding import Answer, Command, Remembered
from core.events.envelope import Event, StoredEvent
from projections.runtime.rows import insert_rows

_AT_ONCE = 500
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

_FIRST_BITS = Struct(">q24x")
_encode = msgspec.json.Encoder().encode
_Row = tuple[int, int, str, str, bytes, bytes]


class Answers:
    """Remembered answers in one projections file; contexts' states inherit it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._new_answers: list[_Row] = []
        self._held_answers: dict[str, _Row] = {}
        """The same by their commands' identities; of one that was new more than once the newest, though all are written."""
        self._expected_answers: dict[str, Remembered | None] = {}

    def expect_answers(self, lookups: Sequence[str]) -> None:
        """Look up in one statement what a whole batch is going to ask."""
        for start in range(0, len(lookups), _AT_ONCE):
            asked = lookups[start : start + _AT_ONCE]
            rows = self.connection.execute(
                "SELECT command, fingerprint, position, hash, answer FROM answers"
                f" WHERE digest IN ({', '.join('?' * len(asked))})",
                tuple(map(_digest, asked)),
            )
            found = {command: Remembered(*row) for command, *row in sorted(rows, key=itemgetter(2))}
            self._expected_answers.update({lookup: found.get(lookup) for lookup in asked})

    def expect(self, commands: Sequence[Command]) -> None:
        """Look up nothing; a context with a hot path does better."""

    def foresee(self, events: Iterable[Event]) -> None:
        """Look up nothing; a context whose events ask the tables does better."""

    def recall(self, lookup: str) -> Remembered | None:
        """Return what was answered to the command of this identity, the last time when it was new more than once."""
        unwritten = self._held_answers.get(lookup)
        if unwritten is not None:
            position, _, _, fingerprint, hashed, answer = unwritten
            return Remembered(fingerprint, position, hashed, answer)
        if lookup in self._expected_answers:
            return self._expected_answers[lookup]
        row = self.connection.execute(
            "SELECT fingerprint, position, hash, answer FROM answers WHERE digest = ? AND command = ?"
            " ORDER BY position DESC LIMIT 1",
            (_digest(lookup), lookup),
        ).fetchone()
        return Remembered(*row) if row else None

    def remember(self, lookup: str, fingerprint: str, last: StoredEvent, answer: Answer) -> None:
        """Keep an answer for ever, with the last event of its command as it was recorded; `keep_answers` writes it."""
        row = last.position, _digest(lookup), lookup, fingerprint, last.hash, _encode(answer)
        self._new_answers.append(row)
        self._held_answers[lookup] = row

    def keep_answers(self) -> None:
        """Write the answers of a batch."""
        insert_rows(self.connection, "INSERT INTO answers", self._new_answers)
        self._new_answers.clear()
        self._held_answers.clear()
        self._expected_answers.clear()


def answered_upto(connection: sqlite3.Connection, position: int) -> Iterator[tuple[object, ...]]:
    """Return the answers to all commands up to a position, a row each."""
    return connection.execute("SELECT * FROM answers WHERE position <= ?", (position,))


def take_over(connection: sqlite3.Connection, rows: Iterable[tuple[object, ...]]) -> None:
    """Write rows of answers from another file into one that has none of them."""
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?)", rows)
    connection.execute("COMMIT")


def _digest(lookup: str) -> int:
    """Return the first 64 bits of SHA-256, as SQLite's signed integer."""
    digest: int = _FIRST_BITS.unpack(sha256(lookup.encode()).digest())[0]
    return digest
