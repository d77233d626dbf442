"""A prefix of a log is the log as it was at one moment: read beside its writer, up to the event that was the newest then."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from coordinator.log.reading import no_event
from coordinator.log.sqlite import SqliteEventLog
from core.events.chain import Head
from core.events.envelope import StoredEvent
from core.log.events import LogOpened
from core.refusals import BadInput
from core.timestamps import from_iso, to_iso

_POSITION_DIGITS = 19


class LogPrefix(msgspec.Struct, frozen=True):
    """The events up to a head. They never change, so neither a transaction nor a lock is needed to keep them.

    Attributes:
        log: open for reading.
        head: the newest event that belongs to it.
    """

    log: SqliteEventLog
    head: Head

    @property
    def connection(self) -> sqlite3.Connection:
        """A connection to the log; it holds newer events too."""
        return self.log.connection

    def event(self, position: int) -> StoredEvent:
        """Return the event at a position."""
        (event,) = self.log.read(position - 1, 1)
        return event

    @property
    def id(self) -> str:
        """The random id that the log's first event gave it; empty when nothing was recorded."""
        first = self.log.read(0, 1)
        return msgspec.json.decode(first[0].data, type=LogOpened).log if first else ""

    def position_at(self, moment: int) -> int:
        """Return the position of the newest event recorded at a time or before, 0 when all are later.

        Args:
            moment: microseconds UTC. Events are recorded in the order of their times, so halving finds it.
        """
        low, high = 0, self.head.position
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.event(middle).recorded_at <= moment else (low, middle - 1)
        return low

    def position_of(self, until: str) -> int:
        """Return the position that somebody means by `until`: a position, or an ISO 8601 time.

        Raises:
            BadInput: it is neither, lies beyond the newest event, or before the first.
        """
        if until.isascii() and until.isdecimal():
            position = int(until) if len(until) <= _POSITION_DIGITS else self.head.position + 1
            if not 1 <= position <= self.head.position:
                raise BadInput(no_event(until, self.head.position))
            return position
        position = self.position_at(from_iso(until, "until"))
        if position == 0:
            first = to_iso(self.event(1).recorded_at) if self.head.position else "never"
            raise BadInput(f"At {until} nothing had been recorded yet; the first event was recorded at {first}.")
        return position


@contextmanager
def log_prefix(path: Path) -> Iterator[LogPrefix]:
    """Open a log as it is now.

    Raises:
        NotALog: there is no log, it is of a newer format, or it can't be read.
    """
    log = SqliteEventLog(path, read_only=True)
    try:
        yield LogPrefix(log, log.head())
    finally:
        log.close()
