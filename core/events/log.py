"""The interface of an event log."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from core.events.chain import GENESIS, Head
from core.events.envelope import StoredEvent


class InDoubt(Exception):  # noqa: N818 - names what is the case
    """Nobody knows whether an append was recorded; whoever gets an answer again may look."""


class ReadableLog(Protocol):
    """A log to read from, wherever it comes from."""

    def read(self, after: int, limit: int) -> list[StoredEvent]:
        """Return up to `limit` events with positions greater than `after`, oldest first."""
        ...

    def stream(self, stream: str) -> list[StoredEvent]:
        """Return the events of a stream, oldest first."""
        ...

    def causes(self, after: int) -> Iterator[tuple[int, int]]:
        """Yield (position, cause) of every event beyond a position that has a cause, oldest first."""
        ...


class EventLog(ReadableLog, Protocol):
    """An append-only sequence of events.

    Positions run from 1 without a gap. Whatever `append` has accepted is durable and is never changed. Readers see
    whole appends only, in the order of their positions.
    """

    def head(self) -> Head:
        """Return the end of the log."""
        ...

    def append(self, events: Sequence[StoredEvent], onto: Head) -> None:
        """Add stamped events durably: all of them or none.

        Raises:
            HeadMoved: `onto` is no longer the head, or the events do not follow it without a gap.
            InDoubt: it is not known whether they were added, nor can it be found out at the moment. Whatever else is
                raised, they were not.
        """
        ...

    def confirm(self) -> None:
        """See that nobody else can have appended anything that is not read here yet.

        Who answers from what he has read, and appends nothing, asks before he answers.

        Raises:
            Exception: somebody may have.
        """
        ...

    def version(self, stream: str) -> int:
        """Return the newest version in a stream, 0 when it has none."""
        ...

    def follow(self, after: int, limit: int, seconds: float) -> list[StoredEvent]:
        """Read as `read` does, but wait up to `seconds` for the first event when there is none yet."""
        ...


def holds(log: EventLog, head: Head) -> bool:
    """Tell whether the log has this event at this position."""
    if head.position == 0:
        return head.hash == GENESIS
    rows = log.read(head.position - 1, 1)
    return bool(rows) and rows[0].hash == head.hash
