"""Proving the log that nodes share, as it stands in PostgreSQL: by the same checker, and against a node's copy."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import psycopg

from coordinator.auditing.verify import Verification
from coordinator.heads.holding import Held
from coordinator.log.checking import WRONG_VERSIONS, LogProblem, RowChecker, wrong_version
from coordinator.log.prefix import log_prefix
from coordinator.log.reading import COLUMNS
from coordinator.log.schema import version_in
from coordinator.log.session import NotShared, connected, reason_of
from coordinator.processes.progress import Progress, Report, unreported
from core.contexts import registry
from core.events.chain import Head
from core.events.envelope import Row
from core.log.events import LogOpened

_AT_ONCE = 2_000


def verify_shared(address: str, password: str | None, path: Path, report: Report = unreported) -> Verification:
    """Check every event in the database, and hold a node's copy against it.

    Args:
        address: of the database, with a role that may read it.
        password: of the role.
        path: of the copy.
        report: told how far it has come; what it raises ends it.

    Raises:
        NotShared: the database can't be read, or holds no log.
        NotALog: there is no copy, or it can't be read.
        SessionLost: PostgreSQL can't be reached.
    """
    with connected(address, password, "tallystick, verifying") as connection:
        try:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            if not version_in(connection):
                raise NotShared("The database has no tables of a log.")
            return _found(connection, path, report)
        except psycopg.Error as error:
            raise NotShared(f"The database can't be read: {reason_of(error)}.") from error


def _found(connection: psycopg.Connection, path: Path, report: Report) -> Verification:
    ((position, digest),) = connection.execute("SELECT position, hash FROM tallystick.pen").fetchall()
    end = Head(position, digest)
    first = next(_rows(connection, 1), [])
    log = msgspec.json.decode(first[0][10], type=LogOpened).log if first else ""
    problem = _problem(connection, end, report)
    held = Held() if problem is not None else _held(connection, end, path)
    return Verification(log, end.position, end.hash.hex(), problem, (), held)


def _rows(connection: psycopg.Connection, upto: int) -> Iterator[list[Row]]:
    """Read the rows up to a position, a page at a time."""
    with connection.cursor("rows", binary=True) as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM tallystick.events WHERE position <= %s ORDER BY position", (upto,))
        while rows := cursor.fetchmany(_AT_ONCE):
            yield rows


def _problem(connection: psycopg.Connection, end: Head, report: Report) -> LogProblem | None:
    checker = RowChecker(registry())
    for rows in _rows(connection, end.position):
        problem = checker.check(rows)
        if problem is not None:
            return problem
        report(Progress("check", checker.head.position, end.position))
    if checker.head != end:
        after = checker.head.position
        return LogProblem(after + 1, f"The log ends at event {after}, and should at {end.position}.")
    wrong = connection.execute(WRONG_VERSIONS.format(events="tallystick.events", upto="%s").encode(), (end.position,))
    return wrong_version(wrong.fetchone())


def _held(connection: psycopg.Connection, end: Head, path: Path) -> Held:
    """Hold a copy against the database: the same events as far as both go, and no more in the copy."""
    with log_prefix(path) as copy:
        last = copy.head
        if last.position > end.position:
            return Held(
                disagreement=f"{path} ends at event {last.position}, and the shared log at {end.position}: its newest"
                " events were cut off, or the database was put back from a backup."
            )
        found = connection.execute("SELECT hash FROM tallystick.events WHERE position = %s", (last.position,))
        if last.position and found.fetchone() != (last.hash,):
            return Held(disagreement=f"Event {last.position} of {path} is another one than in the shared log.")
    return Held()
