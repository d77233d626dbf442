"""The hash chain: each event's hash covers the one before it and every stored byte of its own.

    hash = SHA-256( previous hash ‖ field ‖ field ‖ … )

over the columns in the order of `StoredEvent`, `hash` itself left out. A field is its length in bytes as four bytes
big-endian, then its bytes: text as UTF-8, an integer as ASCII decimal, NULL as the length 0xFFFFFFFF and nothing more.
The hash before the first event is 32 zero bytes. Test vectors stand in docs/log-format.md.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

import msgspec

from core.events.envelope import Envelope, NewEvent, StoredEvent
from core.refusals import TooLarge

GENESIS = bytes(32)
MAX_DATA_BYTES = 64 * 1024
_NULL = b"\xff\xff\xff\xff"
_encode = msgspec.json.Encoder().encode


class Head(msgspec.Struct, frozen=True, gc=False):
    """The end of a log: the position and hash of its newest event; position 0 and zeros when it is empty."""

    position: int = 0
    hash: bytes = GENESIS


class HeadMoved(Exception):  # noqa: N818 - names what happened
    """The log no longer ends where the append was built to continue; somebody else wrote to it."""


def head_after(event: StoredEvent) -> Head:
    """Return the head of a log that ends with this event."""
    return Head(event.position, event.hash)


def _field(value: str | int | bytes | None) -> bytes:
    if value is None:
        return _NULL
    raw = value if isinstance(value, bytes) else str(value).encode()
    return len(raw).to_bytes(4, "big") + raw


def event_hash(previous: bytes, event: StoredEvent) -> bytes:
    """Hash an event onto the hash before it; the event's own `hash` field is not read."""
    return sha256(
        b"".join(
            (
                previous,
                _field(event.position),
                _field(event.stream),
                _field(event.version),
                _field(event.type),
                _field(event.recorded_at),
                _field(event.occurred_at),
                _field(event.actor),
                _field(event.command),
                _field(event.cause),
                _field(event.correlation),
                _field(event.data),
            )
        )
    ).digest()


def stamp(
    decided: Sequence[NewEvent], envelope: Envelope, head: Head, version_of: Callable[[str], int]
) -> list[StoredEvent]:
    """Give the events of one command their place in the log.

    Args:
        decided: what the decision wants recorded, in order.
        envelope: what the events share.
        head: the event that they follow.
        version_of: the newest version of a stream so far, 0 for a new one.

    Raises:
        TooLarge: a fact's data exceeds 64 KiB.
    """
    stamped: list[StoredEvent] = []
    newest: dict[str, int] = {}
    previous = head.hash
    for offset, new in enumerate(decided, 1):
        version = newest.get(new.stream, 0) or version_of(new.stream)
        newest[new.stream] = version + 1
        data = _encode(new.fact)
        if len(data) > MAX_DATA_BYTES:
            raise TooLarge(
                f"What is to be recorded as {new.fact.type} takes {len(data)} bytes; at most {MAX_DATA_BYTES} are."
            )
        unsealed = StoredEvent(
            position=head.position + offset,
            stream=new.stream,
            version=version + 1,
            type=new.fact.type,
            recorded_at=envelope.recorded_at,
            occurred_at=envelope.occurred_at,
            actor=envelope.actor,
            command=envelope.command,
            cause=new.cause if new.within is None else head.position + 1 + new.within,
            correlation=envelope.correlation,
            data=data,
            hash=b"",
        )
        previous = event_hash(previous, unsealed)
        stamped.append(msgspec.structs.replace(unsealed, hash=previous))
    return stamped
