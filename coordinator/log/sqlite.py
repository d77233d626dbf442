"""The event log in one SQLite file."""

import errno
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

import msgspec

from coordinator.files.databases import uri_for_reading
from coordinator.files.durable import Displaced, Place
from coordinator.files.unusable import is_about_room, reason_of
from coordinator.log.reading import COLUMNS, LogReader
from core.events.chain import Head, HeadMoved, head_after
from core.events.envelope import StoredEvent
from projections.runtime.rows import insert_rows

FORMAT = 1
_APPLICATION_ID = 0x54414C59  # "TALY", so that file(1) and we tell a log from any other database
_MAGIC = b"SQLite format 3\0"
_INSERT = f"INSERT INTO events ({COLUMNS})"
_STREAMS_REMEMBERED = 20_000
# The log's own write-ahead log: folded back after 16,384 pages, and cut to as many when a reader had it grow longer.
_WAL = ("wal_autocheckpoint = 16384", "journal_size_limit = 67108864")


UNREADABLE = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What reading a damaged file may raise; SQLite may quote what is damaged in a message that is not text any more."""


class NotALog(Exception):  # noqa: N818 - names what was met
    """The file is not an event log that this version can read."""


def is_database(path: Path) -> bool:
    """Tell whether a file is meant as a database; an empty one is not."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def _may_not(path: Path, *, read_only: bool) -> str:
    """Return what the system would say to whoever opens a file; SQLite does not say why it can't."""
    return "" if os.access(path, os.R_OK if read_only else os.R_OK | os.W_OK) else os.strerror(errno.EACCES)


class SqliteEventLog(LogReader):
    """An `EventLog` in a SQLite file, in WAL mode with synchronous=FULL: what `append` accepted is on disk.

    Args:
        path: the file.
        read_only: open an existing log beside its writer; `append` is refused by SQLite.

    Raises:
        NotALog: the file is another database, or a log of a newer format. Nothing was touched.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        if read_only and not path.exists():
            raise NotALog(f"There is no event log at {path}.")
        try:
            connection = sqlite3.connect(
                uri_for_reading(path) if read_only else f"{path.absolute().as_uri()}?mode=rwc",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
            )
        except sqlite3.OperationalError as error:
            raise NotALog(f"{path} can't be opened: {_may_not(path, read_only=read_only) or error}.") from error
        super().__init__(connection)
        try:
            self._prepare(read_only=read_only)
            self._head = self._stored_head()
        except UNREADABLE as error:
            self.connection.close()
            if isinstance(error, sqlite3.Error) and is_about_room(error):
                raise  # it may well be one
            reason = reason_of(error) if isinstance(error, sqlite3.Error) else error
            raise NotALog(f"{path} can't be read as an event log: {reason}.") from error
        except NotALog:
            self.connection.close()
            raise
        self._place = Place(path, path.with_name(f"{path.name}-wal"))
        self._versions: dict[str, int] = {}
        self._appended = threading.Condition()
        self.append_seconds: Callable[[float], None] = lambda _seconds: None

    def _prepare(self, *, read_only: bool) -> None:
        self.connection.execute("PRAGMA busy_timeout = 5000")
        known = self.connection.execute("PRAGMA application_id").fetchone()[0]
        written = self.connection.execute("PRAGMA user_version").fetchone()[0]
        empty = not self.connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        if known != _APPLICATION_ID and not (empty and not read_only):
            raise NotALog(f"{self.path} is not an event log of Tallystick.")
        if written > FORMAT:
            raise NotALog(f"{self.path} has log format {written}; this version reads formats up to {FORMAT}.")
        if read_only:
            self.connection.execute("PRAGMA query_only = ON")
            return
        # 16,384 pages between checkpoints and a 32 MiB cache: the index by stream is written all over its pages. What
        # undoes a statement is kept in memory: SQLite would make a file for it in each batch.
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -32768", "temp_store = MEMORY", *_WAL):
            self.connection.execute(f"PRAGMA {pragma}")
        if empty:
            script = files("coordinator.log").joinpath("schema.sql").read_text()
            self.connection.executescript(
                f"BEGIN IMMEDIATE; {script} PRAGMA application_id = {_APPLICATION_ID};"
                f" PRAGMA user_version = {FORMAT}; COMMIT;"
            )

    def _stored_head(self) -> Head:
        row = self.connection.execute("SELECT position, hash FROM events ORDER BY position DESC LIMIT 1").fetchone()
        if row and not isinstance(row[1], bytes):
            raise NotALog(f"{self.path} can't be read as an event log: its newest event, {row[0]}, is damaged.")
        return Head(*row) if row else Head()

    def head(self) -> Head:
        """Return the end of the log."""
        return self._head

    def refresh(self) -> Head:
        """Look at the file again: another process may write to it."""
        self._head = self._stored_head()
        return self._head

    def append(self, events: Sequence[StoredEvent], onto: Head) -> None:
        """Add stamped events durably: all of them or none.

        Raises:
            HeadMoved: they do not follow the log's end.
            Displaced: the file has been removed or replaced.
        """
        if onto != self._head:
            raise HeadMoved(f"The log ends at {self._head.position}; the append was built onto {onto.position}.")
        position = onto.position
        for event in events:
            position += 1
            if event.position != position:
                raise HeadMoved(f"Event {event.position} does not follow {position - 1}.")
        started = time.perf_counter()
        self.require_place()
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            self._check_stored(onto)
            insert_rows(self.connection, _INSERT, [msgspec.structs.astuple(event) for event in events])
            self.connection.execute("COMMIT")
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            self._versions.clear()
            self._head = self._stored_head()
            raise
        self.append_seconds(time.perf_counter() - started)
        if events:
            self._remember(events)

    def confirm(self) -> None:
        """Do nothing: the data directory is held, and nobody else appends."""

    def require_place(self) -> None:
        """See that the file lies where it was opened.

        Raises:
            Displaced: it has been removed or replaced.
        """
        self._place.check()

    @property
    def in_place(self) -> bool:
        """Whether the file lies where it was opened."""
        try:
            self.require_place()
        except Displaced:
            return False
        return True

    def rehearse(self) -> None:
        """Write the format number anew: it changes nothing, and fails where an append would fail.

        Raises:
            sqlite3.OperationalError: the disk is full, or can't be written for another reason.
            Displaced: the file has been removed or replaced.
        """
        self.require_place()
        self.connection.execute(f"PRAGMA user_version = {FORMAT}")

    def _check_stored(self, onto: Head) -> None:
        if self._stored_head() != onto:
            raise HeadMoved("Another process has written to the log.")

    def _remember(self, events: Sequence[StoredEvent]) -> None:
        if len(self._versions) > _STREAMS_REMEMBERED:
            self._versions.clear()
        for event in events:
            self._versions[event.stream] = event.version
        with self._appended:
            self._head = head_after(events[-1])
            self._appended.notify_all()

    def version(self, stream: str) -> int:
        """Return the newest version in a stream, 0 when it has none."""
        known = self._versions.get(stream)
        if known is None:
            row = self.connection.execute("SELECT max(version) FROM events WHERE stream = ?", (stream,)).fetchone()
            known = self._versions[stream] = int(row[0] or 0)
        return known

    def follow(self, after: int, limit: int, seconds: float) -> list[StoredEvent]:
        """Read as `read` does, but wait up to `seconds` for the first event when there is none yet."""
        with self._appended:
            self._appended.wait_for(lambda: self._head.position > after, seconds)
        return self.read(after, limit)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()
