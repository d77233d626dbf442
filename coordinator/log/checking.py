"""Checking that every row of a log is what it must be, given the rows before it."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from coordinator.log.reading import COLUMNS
from coordinator.log.sqlite import UNREADABLE, SqliteEventLog
from core.contexts import registry
from core.events.chain import Head, row_hash
from core.events.envelope import Row, StoredEvent
from core.events.registry import Registry
from core.wording import fault_of

_PAGE = f"SELECT {COLUMNS} FROM events WHERE position > ? AND position <= ? ORDER BY position LIMIT ?"
_AT_ONCE = 2_000
_OPTIONAL = (int, type(None))
_TYPES: tuple[type | tuple[type, ...], ...] = (
    *(int, str, int, str, int, _OPTIONAL, str, str, _OPTIONAL, str, bytes, bytes),
)


class LogProblem(msgspec.Struct, frozen=True, gc=False):
    """The first thing that is wrong with a log.

    Attributes:
        position: of the event that is not what it must be; 0 when it is the file as a whole.
        sentence: what is wrong with it.
    """

    position: int
    sentence: str


class Damaged(Exception):  # noqa: N818 - names what was met
    """The log is not what was recorded."""

    def __init__(self, problem: LogProblem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem


class RowChecker:
    """Checks rows in the order of their positions; it stops at the first that is wrong.

    Versions within streams are left to `version_problem`, which needs no memory of every stream.

    Args:
        registry: which types there are and what shape their data has; None when that does not matter.
        before: the event after which the rows begin; None at the beginning of the log.
    """

    def __init__(self, registry: Registry | None, before: StoredEvent | None = None) -> None:
        self._registry = registry
        self._newest = before.recorded_at if before else 0
        self.head = Head(before.position, before.hash) if before else Head()

    def check(self, rows: Sequence[Row]) -> LogProblem | None:
        """Check the next rows, and move the head to the last of them, or to the last one that is as it must be."""
        read = self._registry.fact if self._registry else None
        position, previous, newest = self.head.position, self.head.hash, self._newest
        problem = None
        for row in rows:
            try:
                right = (
                    row[0] == position + 1
                    and row_hash(previous, row) == row[11]
                    and row[4] >= newest
                    and (row[8] is None or 0 < row[8] < row[0])
                )
                if right and read is not None:
                    read(row[3], row[10])
            except Exception:  # what it is, _diagnose says
                right = False
            if not right:
                problem = self._diagnose(row, Head(position, previous), newest)
                break
            position, previous, newest = row[0], row[11], row[4]
        self.head, self._newest = Head(position, previous), newest
        return problem

    def _diagnose(self, row: Row, head: Head, newest: int) -> LogProblem:
        """Say what is wrong with a row that does not follow a head."""
        position, due = row[0], head.position + 1
        if position > due:
            return LogProblem(due, f"Event {due} is missing: {_after(head)} comes event {position}.")
        if position != due:
            return LogProblem(position, f"Event {position} is out of place: it comes {_after(head)}.")
        return LogProblem(position, f"Event {position} {self._what_is_wrong(row, head, newest)}.")

    def _what_is_wrong(self, row: Row, head: Head, newest: int) -> str:
        for column, value, kind in zip(StoredEvent.__struct_fields__, row, _TYPES, strict=True):
            if not isinstance(value, kind):
                return f"is damaged: its {column} holds a value of type {type(value).__name__}"
        if row_hash(head.hash, row) != row[11]:
            return f"is not what was recorded: its hash is not that of its content {_after(head)}"
        if row[4] < newest:
            return "is recorded as earlier than the event before it"
        if row[8] is not None and not 0 < row[8] < row[0]:
            return f"names event {row[8]} as its cause, which is not before it"
        assert self._registry is not None
        try:
            self._registry.fact(row[3], row[10])
        except Exception as error:
            return f"can't be read: {fault_of(error)}"
        raise AssertionError("a row that is as it must be was called wrong")


def _after(head: Head) -> str:
    return f"after event {head.position}" if head.position else "at the beginning"


def pages(connection: sqlite3.Connection, after: int, upto: int) -> Iterator[list[Row]]:
    """Read rows a page at a time, holding no cursor between pages, so that the writer is never in the way.

    Raises:
        Damaged: a row can't be read.
    """
    while after < upto:
        try:
            rows: list[Row] = connection.execute(_PAGE, (after, upto, _AT_ONCE)).fetchall()
        except UNREADABLE:
            rows = _up_to_the_damage(connection, after, upto)
        if not rows:
            raise Damaged(LogProblem(after + 1, f"Event {after + 1} is missing."))
        yield rows
        after = rows[-1][0]


def _up_to_the_damage(connection: sqlite3.Connection, after: int, upto: int) -> list[Row]:
    """Read one by one where a page could not be read; at least one row, or it says which is damaged."""
    rows: list[Row] = []
    last = after
    while last < upto and len(rows) < _AT_ONCE:
        try:
            row = connection.execute(_PAGE, (last, upto, 1)).fetchone()
        except UNREADABLE as error:
            if rows:
                break
            raise Damaged(LogProblem(last + 1, f"Event {last + 1} can't be read: {error}.")) from error
        if row is None:
            break
        rows.append(row)
        last = row[0]
    return rows


def segment_problem(path: Path, after: int, upto: int, known: Registry | None = None) -> LogProblem | None:
    """Check the rows of a part of the log; each part can be checked by itself, given the stored hash before it.

    Args:
        path: of the log.
        after: the last position before the part.
        upto: the last one in it.
        known: the types of event that there are; None for those of every context.
    """
    log = SqliteEventLog(path, read_only=True)
    try:
        before = next(iter(log.read(after - 1, 1)), None) if after else None
        if after and (before is None or before.position != after):
            return LogProblem(after, f"Event {after} is missing.")
        if before is not None and not (isinstance(before.hash, bytes) and isinstance(before.recorded_at, int)):
            return LogProblem(after, f"Event {after} is damaged.")
        checker = RowChecker(known or registry(), before)
        for rows in pages(log.connection, after, upto):
            problem = checker.check(rows)
            if problem is not None:
                return problem
    except Damaged as damaged:
        return damaged.problem
    except UNREADABLE as error:
        return LogProblem(after, f"Event {after} can't be read: {error}.")
    finally:
        log.close()
    return None


WRONG_VERSIONS = """
    SELECT position, stream, version, before FROM (
        SELECT position, stream, version,
               row_number() OVER versions AS due,
               lag(version, 1, 0) OVER versions AS before,
               lag(position, 1, 0) OVER versions AS earlier
        FROM {events} WHERE position <= {upto}
        WINDOW versions AS (PARTITION BY stream ORDER BY version, position)
    ) AS counted WHERE version <> due OR earlier > position ORDER BY position LIMIT 1"""
"""The first event whose version does not follow the one before it in its stream, for a table and a bound position."""


def version_problem(connection: sqlite3.Connection, upto: int) -> LogProblem | None:
    """Find the first event whose version does not follow the one before it in its stream.

    SQLite does this along the index of streams, in one statement and without keeping anything in memory.
    """
    return wrong_version(connection.execute(WRONG_VERSIONS.format(events="events", upto="?"), (upto,)).fetchone())


def wrong_version(row: tuple[int, str, int, int] | None) -> LogProblem | None:
    """Say what is wrong with a row of `WRONG_VERSIONS`; None when there is none."""
    if row is None:
        return None
    position, stream, version, before = row
    return LogProblem(
        position, f"Event {position} is version {version} of {stream!r}; the version before it is {before}."
    )


def file_problem(connection: sqlite3.Connection) -> LogProblem | None:
    """Find out whether the file is sound as a database.

    Rows that a damaged page hides are missed by nobody else; nor are those that the index hides from who asks for a stream.
    """
    (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    return None if said == "ok" else LogProblem(0, f"The file is damaged: {' '.join(said.split())}.")
