"""The shared log on PostgreSQL, which decides who may append next."""

from collections.abc import Iterable, Sequence
from itertools import starmap
from typing import cast

import msgspec

from coordinator.log.reading import COLUMNS
from coordinator.log.session import Session, SessionLost
from core.events.chain import Head, HeadMoved
from core.events.envelope import Row, StoredEvent
from core.events.log import InDoubt

_APPEND = """SELECT tallystick.append(
    %b::bigint, %b::bytea, %b::text[], %b::bigint[], %b::text[], %b::bigint[], %b::bigint[], %b::text[], %b::text[],
    %b::bigint[], %b::text[], %b::bytea[], %b::bytea[])"""
_READ = f"SELECT {COLUMNS} FROM tallystick.events WHERE position > %b ORDER BY position LIMIT %b"
_VERSION = "SELECT coalesce(max(version), 0) FROM tallystick.events WHERE stream = %b"


class PostgresLog:
    """The part of an `EventLog` that PostgreSQL keeps; whoever has it keeps a copy of his own to read from.

    An append is one call of one function: one round trip, one transaction. It names the head that it builds onto, and of
    two that name the same one is refused, whoever believes to hold the pen.

    Args:
        session: over which everything goes.
    """

    def __init__(self, session: Session) -> None:
        self.session = session

    def head(self) -> Head:
        """Return the end of the log, as it is now.

        Raises:
            SessionLost: PostgreSQL can't be asked.
        """
        ((position, digest),) = self.session.ask("SELECT position, hash FROM tallystick.pen")
        return Head(position, digest)

    def append(self, events: Sequence[StoredEvent], onto: Head) -> None:
        """Add stamped events durably: all of them or none.

        Raises:
            HeadMoved: they do not follow the log's end.
            InDoubt: the session was lost, and nobody knows whether they were added.
            SessionLost: they were not.
        """
        for position, event in enumerate(events, onto.position + 1):
            if event.position != position:
                raise HeadMoved(f"Event {event.position} does not follow {position - 1}.")
        if not events:
            if self.head() != onto:
                raise HeadMoved(_moved(onto))
            return
        _positions, *columns = map(list, zip(*map(msgspec.structs.astuple, events), strict=True))
        try:
            ((process,),) = self.session.ask(_APPEND, (onto.position, onto.hash, *columns))
            if process is not None:
                self.session.require_same(process)
        except SessionLost as loss:
            if loss.certain:
                raise
            raise InDoubt(str(loss)) from loss
        if process is None:
            raise HeadMoved(_moved(onto))

    def rows(self, after: int, limit: int) -> list[Row]:
        """Return up to `limit` rows with positions greater than `after`, oldest first.

        Raises:
            SessionLost: PostgreSQL can't be asked.
        """
        return cast("list[Row]", self.session.ask(_READ, (after, limit)))

    def read(self, after: int, limit: int) -> list[StoredEvent]:
        """Return the same as events."""
        return list(starmap(StoredEvent, cast("Iterable[tuple[object, ...]]", self.rows(after, limit))))

    def version(self, stream: str) -> int:
        """Return the newest version in a stream, 0 when it has none.

        Raises:
            SessionLost: PostgreSQL can't be asked.
        """
        ((version,),) = self.session.ask(_VERSION, (stream,))
        return int(version)

    def confirm(self) -> None:
        """See that the session is still there, and with it the lock by which the pen is held.

        Raises:
            SessionLost: it is not, or that can't be told.
        """
        self.session.confirm()


def _moved(onto: Head) -> str:
    return f"The shared log does not end at {onto.position} any more; another node has appended to it."
