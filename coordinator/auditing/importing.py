"""Reading a log back from text: all of it, hash for hash, or nothing."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from coordinator.files.durable import rename_durably
from coordinator.log import ndjson
from coordinator.log.checking import RowChecker, version_problem
from coordinator.log.lock import filled
from coordinator.log.sqlite import SqliteEventLog
from coordinator.processes.progress import Progress, Report, unreported
from coordinator.projecting.opening import discard
from coordinator.sealing import SealingKeys
from core.events.chain import Head
from core.events.envelope import Row, StoredEvent

EXPORTED_AT = "/api/v1/log"
"""Where a coordinator answers with its export."""
_AT_ONCE = 2_000
_LONGEST_LINE = 1024 * 1024


class NotImported(Exception):  # noqa: N818 - says what was not done
    """Nothing was imported.

    Attributes:
        reason: why not.
        line: that is not what it must be, from 1; None when it is not a line's fault.
    """

    def __init__(self, sentence: str, line: int | None = None) -> None:
        self.reason = f"Line {line}: {sentence}" if line is not None else sentence
        self.line = line
        super().__init__(f"{self.reason} Nothing was imported.")


class Lines(Protocol):
    """An export that is read line by line, a file for one."""

    def readline(self, longest: int = -1, /) -> bytes:
        """Return the next line, nothing at the end."""
        ...


class Imported(msgspec.Struct, frozen=True):
    """The result of an import.

    Attributes:
        log: the log's id.
        head: where it ends.
        files: what belonged to the log, stood beside it and is not in the export.
    """

    log: str
    head: Head
    files: tuple[str, ...]


def import_log(source: Lines, directory: Path, report: Report = unreported) -> Imported:
    """Make an exported log the log of a data directory that has none.

    Raises:
        DirectoryInUse: a coordinator works there.
        NotImported: the directory has a log already, or the export is not whole and sound.
    """
    with filled(directory):
        path = directory / "log.db"
        _refuse_unless_empty(path)
        building = directory / "log.new.db"
        discard(building)
        try:
            header = _read_into(building, source, report)
            discard(path)
            # An export holds no keys; whoever has those that its names were sealed under puts them here instead.
            SealingKeys(directory / "client-keys.db").close()
            rename_durably(building, path)
        finally:
            discard(building)
    return Imported(header.log, header.head, header.files)


def _refuse_unless_empty(path: Path) -> None:
    if not path.exists():
        return
    log = SqliteEventLog(path, read_only=True)
    position = log.head().position
    log.close()
    if position:
        raise NotImported(f"{path} holds {position} events already; import into a directory without a log.")


def _read_into(path: Path, source: Lines, report: Report) -> ndjson.Header:
    """Write all events into a new file; it is on disk when this returns."""
    try:
        header = ndjson.read_header(source.readline(_LONGEST_LINE))
    except ndjson.NotALine as error:
        raise NotImported(
            f"This is not the header of an exported log: {error}. `tallystick export` and the address {EXPORTED_AT} give"
            " such a log.",
            1,
        ) from error
    log = SqliteEventLog(path)
    try:
        log.connection.execute("PRAGMA synchronous = OFF")
        (index,) = log.connection.execute("SELECT sql FROM sqlite_master WHERE name = 'events_by_stream'").fetchone()
        log.connection.execute("DROP INDEX events_by_stream")
        _append_all(log, source, header, report)
        report(Progress("index", 0, 0))  # SQLite does not say how far it is with that
        try:
            log.connection.execute(index)
        except sqlite3.IntegrityError as error:
            problem = version_problem(log.connection, header.position)
            assert problem is not None, "two events of one stream have the same version"
            raise NotImported(problem.sentence, problem.position + 1) from error
        problem = version_problem(log.connection, header.position)
        if problem is not None:
            raise NotImported(problem.sentence, problem.position + 1)
        log.connection.execute("PRAGMA synchronous = FULL")
        log.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        log.close()
    return header


def _append_all(log: SqliteEventLog, source: Lines, header: ndjson.Header, report: Report) -> None:
    """Append the events of all lines, and see that they end where the header says."""
    checker = RowChecker(None)
    rows: list[Row] = []
    for line in _events(source):
        rows.append(line)
        if len(rows) == _AT_ONCE:
            _append(log, checker, rows)
            report(Progress("import", checker.head.position, header.position))
            rows.clear()
    _append(log, checker, rows)
    if checker.head != header.head:
        raise NotImported(
            f"The header promises {header.position} events and the hash {header.hash};"
            f" {checker.head.position} were found, with the hash {checker.head.hash.hex()}."
        )


def _append(log: SqliteEventLog, checker: RowChecker, rows: Sequence[Row]) -> None:
    problem = checker.check(rows)
    if problem is not None:
        raise NotImported(problem.sentence, checker.head.position + 2)
    log.append([StoredEvent(*row) for row in rows], log.head())


def _events(source: Lines) -> Iterator[Row]:
    """Read the lines after the header."""
    number = 1
    while line := source.readline(_LONGEST_LINE):
        number += 1
        try:
            yield ndjson.read_event(line)
        except ndjson.NotALine as error:
            raise NotImported(f"This is not the line of an event: {error}.", number) from error
