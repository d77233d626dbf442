"""Proving the log that nodes share, as it stands in PostgreSQL: by the same checker, and against a node's copy."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import psycopg

from coordinator.auditing.verify import Verification
from coordinator.heads.holding import Held
from coordinator.log.checking import WRONG_VERSIONS, LogProblem, RowChecker, wrong_version
from coordinator.log.prefix import LogPrefix, log_prefix
from coordinator.log.reading import COLUMNS
from coordinator.log.schema import version_in
from coordinator.log.session import NotShared, SessionLost, connected, reason_of, take_time
from coordinator.processes.progress import Progress, Report, unreported
from coordinator.residues.auditing import Audited, needed, told
from core.contexts import registry
from core.events.chain import Head
from core.events.envelope import Row
from core.factoring.events.residues import ResidueRemoved
from core.log.events import LogOpened

_AT_ONCE = 2_000
_WITH_RESIDUES = 2
"""The version of the schema since which residue files are there."""


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
        SessionLost: PostgreSQL can't be reached, or was lost meanwhile.
    """
    with log_prefix(path) as copy, connected(address, password, "tallystick, verifying", reads=True) as connection:
        kept = needed(copy.connection)  # before the database is looked at, which had all of it earlier than the copy
        try:
            take_time(connection)
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            if not version_in(connection):
                raise NotShared("The database has no tables of a log.")
            return _found(connection, copy, kept, report)
        except psycopg.Error as error:
            if connection.broken:
                raise SessionLost(f"PostgreSQL can't be read to the end: {reason_of(error)}", certain=True) from error
            raise NotShared(f"The database can't be read: {reason_of(error)}.") from error


def _found(connection: psycopg.Connection, copy: LogPrefix, kept: Mapping[str, int], report: Report) -> Verification:
    ((position, digest),) = connection.execute("SELECT position, hash FROM tallystick.pen").fetchall()
    end = Head(position, digest)
    first = next(_rows(connection, 1), [])
    log = msgspec.json.decode(first[0][10], type=LogOpened).log if first else ""
    problem = _problem(connection, end, report)
    held = Held() if problem is not None else _held(connection, end, copy)
    sound = problem is None and held.disagreement is None
    residues = _residues(connection, copy, kept) if sound else Audited()
    return Verification(log, end.position, end.hash.hex(), problem, (), held, residues)


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


def _held(connection: psycopg.Connection, end: Head, copy: LogPrefix) -> Held:
    """Hold a copy against the database: the same events as far as both go, and no more in the copy."""
    last, path = copy.head, copy.log.path
    if last.position > end.position:
        return Held(
            disagreement=f"{path} ends at event {last.position}, and the shared log at {end.position}: its newest"
            " events were cut off, the database was put back from a backup, or this is a standby that has not received them."
        )
    found = connection.execute("SELECT hash FROM tallystick.events WHERE position = %s", (last.position,))
    if last.position and found.fetchone() != (last.hash,):
        return Held(disagreement=f"Event {last.position} of {path} is another one than in the shared log.")
    return Held()


def _residues(connection: psycopg.Connection, copy: LogPrefix, kept: Mapping[str, int]) -> Audited:
    """Read every residue file in the database that a copy needs; one that was removed since is none that is missing."""
    if version_in(connection) < _WITH_RESIDUES:
        return Audited()
    since = connection.execute(
        "SELECT data FROM tallystick.events WHERE position > %s AND type = %s",
        (copy.head.position, ResidueRemoved.type),
    )
    removed = {msgspec.json.decode(data, type=ResidueRemoved).residue for (data,) in since}
    faults = {}
    for sha256 in (sha256 for sha256, residue in kept.items() if residue not in removed):
        holds = _digest(connection, sha256)
        if holds is None:
            faults[sha256] = "it is missing in the database."
        elif holds != sha256:
            faults[sha256] = f"it was changed in the database, what that holds has the SHA-256 {holds}."
    return Audited(len(kept), told(faults, kept))


def _digest(connection: psycopg.Connection, sha256: str) -> str | None:
    """Return the SHA-256 of what the database holds under another, or the same; None for nothing."""
    digest = None
    with connection.cursor("pieces", binary=True) as cursor:
        cursor.itersize = 1
        cursor.execute(
            "SELECT content FROM tallystick.residues WHERE sha256 = %s ORDER BY number", (bytes.fromhex(sha256),)
        )
        for (piece,) in cursor:
            digest = digest or hashlib.sha256()
            digest.update(piece)
    return digest.hexdigest() if digest else None
