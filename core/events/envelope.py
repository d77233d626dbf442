"""Events before and after the log has recorded them."""

import msgspec

from core.events.fact import Fact


class NewEvent(msgspec.Struct, frozen=True, gc=False):
    """A fact that a decision wants recorded.

    Attributes:
        stream: what the fact is about, `composite-17`.
        fact: what happened.
        cause: position of the recorded event that led to this one.
        within: offset of an earlier event of the same decision that led to this one; it wins over `cause`.
        opens: whether its stream is known to begin with it, so that nobody has to look.
    """

    stream: str
    fact: Fact
    cause: int | None = None
    within: int | None = None
    opens: bool = False


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """The part of the envelope that all events of one command share.

    Attributes:
        recorded_at: when the writer took the command, microseconds UTC.
        occurred_at: when the client says that it happened; untrusted.
        actor: key id (`key-3`) or `client-5`, else `anonymous`, `operator` (the command line) or `clock`.
        command: text of the command's identity (`core.events.idempotency`).
        correlation: id of the request.
    """

    recorded_at: int
    occurred_at: int | None
    actor: str
    command: str
    correlation: str


Columns = tuple[int, str, int, str, int, int | None, str, str, int | None, str, bytes]
"""A row of the log without its hash: the fields of `StoredEvent`, in their order."""

Row = tuple[int, str, int, str, int, int | None, str, str, int | None, str, bytes, bytes]
"""A row of the log as SQLite returns it."""


class StoredEvent(msgspec.Struct, frozen=True, gc=False):
    """One row of the log, exactly as it is stored; the fields are the columns in hashing order."""

    position: int
    stream: str
    version: int
    type: str
    recorded_at: int
    occurred_at: int | None
    actor: str
    command: str
    cause: int | None
    correlation: str
    data: bytes
    hash: bytes


class Event(msgspec.Struct, frozen=True, gc=False):
    """A recorded event as projections see it: the row, and the fact that its data says."""

    stored: StoredEvent
    fact: Fact

    @property
    def position(self) -> int:
        """Where it stands in the log, from 1."""
        return self.stored.position

    @property
    def recorded_at(self) -> int:
        """When it was recorded, microseconds UTC."""
        return self.stored.recorded_at
