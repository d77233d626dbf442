"""The tables of the shared log, made and brought up to date by who owns the database.

A coordinator comes with a role that can read them and call the functions that append and keep residue files, and nothing else.
"""

import re
from importlib.resources import files

import psycopg
from psycopg import sql

from coordinator.log.checking import Damaged, RowChecker, pages, version_problem
from coordinator.log.reading import COLUMNS
from coordinator.log.session import NotShared, connected, reason_of, take_time
from coordinator.log.sqlite import SqliteEventLog
from coordinator.processes.progress import Progress, Report, unreported

_TYPES = ("int8", "text", "int8", "text", "int8", "int8", "text", "text", "int8", "text", "bytea", "bytea")
_LOCK = 0x54414C5A
_BEGINS = re.compile(r"^-- version ([0-9]+)$", re.MULTILINE)


def scripts() -> list[str]:
    """Return what makes each version of the schema of the one before, the first one first."""
    _, *parts = _BEGINS.split(files("coordinator.log").joinpath("postgres.sql").read_text(encoding="utf-8"))
    assert [int(number) for number in parts[::2]] == list(range(1, len(parts) // 2 + 1))
    return parts[1::2]


NEWEST = len(scripts())
"""The version of the schema that this version of the program works with."""


def prepare(
    address: str,
    role: str,
    password: str | None = None,
    log: SqliteEventLog | None = None,
    report: Report = unreported,
) -> int:
    """Make the tables of a shared log, or bring them up to date, and let a role use them.

    Args:
        address: of the database, as its owner.
        role: with which coordinators come; it must be there.
        password: of the owner.
        log: that becomes the shared one; the database must hold none yet.
        report: told how much of it is there.

    Returns:
        The version of the schema that was there before, 0 for none.

    Raises:
        SessionLost: PostgreSQL can't be reached.
        NotShared: it is too old, refuses, or holds tables of a newer version, or a log already.
        Damaged: the log is not what was recorded.
    """
    with connected(address, password, "tallystick, preparing") as connection:
        try:
            take_time(connection)
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
                before = version_in(connection)
                if before > NEWEST:
                    raise NotShared(newer(before))
                for number, script in enumerate(scripts()[before:], before + 1):
                    connection.execute(script.encode())
                    connection.execute("INSERT INTO tallystick.versions (version) VALUES (%s)", (number,))
                _grant(connection, role)
                if log is not None:
                    _fill(connection, log, report)
        except psycopg.Error as error:
            raise NotShared(f"The database can't be prepared: {reason_of(error)}. Nothing was changed.") from error
    return before


def newer(version: int) -> str:
    """Say that a schema is newer than this program."""
    return (
        f"The database has version {version} of the log's tables; this version of Tallystick works with up to {NEWEST}."
    )


def version_in(connection: psycopg.Connection) -> int:
    """Return the version of the schema, 0 when there is none."""
    (there,) = connection.execute("SELECT to_regclass('tallystick.versions') IS NOT NULL").fetchone() or (False,)
    if not there:
        return 0
    (version,) = connection.execute("SELECT coalesce(max(version), 0) FROM tallystick.versions").fetchone() or (0,)
    return int(version)


def _fill(connection: psycopg.Connection, log: SqliteEventLog, report: Report) -> None:
    """Copy a whole log into the tables, each row checked."""
    ((there,),) = connection.execute("SELECT position FROM tallystick.pen FOR UPDATE").fetchall()
    if there:
        raise NotShared(f"The database holds a log of {there} events already. Nothing was changed.")
    end, checker = log.head(), RowChecker(None)
    problem = version_problem(log.connection, end.position)
    with connection.cursor() as cursor, cursor.copy(f"COPY tallystick.events ({COLUMNS}) FROM STDIN BINARY") as copy:
        copy.set_types(_TYPES)
        for rows in pages(log.connection, 0, end.position):
            problem = problem or checker.check(rows)
            if problem is not None:
                raise Damaged(problem)
            for row in rows:
                copy.write_row(row)
            report(Progress("copy", checker.head.position, end.position))
    connection.execute("UPDATE tallystick.pen SET position = %s, hash = %s", (end.position, end.hash))


def _grant(connection: psycopg.Connection, role: str) -> None:
    name = sql.Identifier(role)
    for statement in (
        "GRANT USAGE ON SCHEMA tallystick TO {}",
        "GRANT SELECT ON tallystick.events, tallystick.pen, tallystick.versions, tallystick.residues TO {}",
        "GRANT EXECUTE ON FUNCTION tallystick.append, tallystick.keep_residue, tallystick.remove_residue TO {}",
    ):
        connection.execute(sql.SQL(statement).format(name))
