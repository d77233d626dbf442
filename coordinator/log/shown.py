"""Events as they are shown: every column of the log, times in ISO 8601, the hash in hexadecimal."""

import msgspec

from core.events.envelope import StoredEvent
from core.timestamps import to_iso

_encode = msgspec.json.Encoder().encode


class ShownEvent(msgspec.Struct, frozen=True, gc=False):
    """One event of the log.

    Attributes:
        position: its place in the log, from 1.
        stream: what it is about, `composite-17`.
        version: its place in the stream, from 1.
        type: what kind of fact it is.
        recorded_at: when the coordinator recorded it.
        occurred_at: when its sender says that it happened.
        actor: who sent it, as the column `actor` of the log names callers.
        command: identity of the command that led to it.
        cause: position of the event that led to it.
        correlation: id of the request that carried the command.
        data: the fact itself.
        hash: SHA-256 over the hash before it and all its columns, in hexadecimal.
    """

    position: int
    stream: str
    version: int
    type: str
    recorded_at: str
    occurred_at: str | None
    actor: str
    command: str
    cause: int | None
    correlation: str
    data: msgspec.Raw
    hash: str


def show(event: StoredEvent) -> ShownEvent:
    """Show one row of the log."""
    return ShownEvent(
        position=event.position,
        stream=event.stream,
        version=event.version,
        type=event.type,
        recorded_at=to_iso(event.recorded_at),
        occurred_at=None if event.occurred_at is None else to_iso(event.occurred_at),
        actor=event.actor,
        command=event.command,
        cause=event.cause,
        correlation=event.correlation,
        data=msgspec.Raw(event.data),
        hash=event.hash.hex(),
    )


def json_line(event: StoredEvent) -> bytes:
    """Write one event as a line of NDJSON."""
    return _encode(show(event)) + b"\n"


def sse_message(event: StoredEvent) -> bytes:
    """Write one event as a Server-Sent Event whose id is its position, so that a client resumes after it."""
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (event.position, event.type.encode(), _encode(show(event)))
