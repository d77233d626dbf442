"""The hash chain: each event's hash covers the one before it and every stored byte of its own.

    hash = SHA-256( previous hash ‖ field ‖ field ‖ … )

over the columns in the order of `StoredEvent`, `hash` itself left out. A field is its length in bytes as four bytes
big-endian, then its bytes: text as UTF-8, an integer as ASCII decimal, NULL as the length 0xFFFFFFFF and nothing more.
The hash before the first event is 32 zero bytes. Test vectors stand in docs/reference/log-format.md.
"""

from collections.abc import Callable, Sequence

import msgspec

from core.events.digest import digest_of
from core.events.envelope import Columns, Envelope, NewEvent, Row, StoredEvent
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


class _Lengths(dict[int, bytes]):
    """A field's length as it stands before the field; each is made once."""

    def __missing__(self, length: int) -> bytes:
        made = self[length] = length.to_bytes(4, "big")
        return made


_LENGTH = _Lengths()


def row_hash(previous: bytes, row: Columns | Row) -> bytes:
    """Hash a row onto the hash before it; the row's own hash, if it is there, is not read.

    Written out field by field, because writer and verifier spend their time here: a loop takes half as long again.

    Raises:
        TypeError, AttributeError: a column does not hold what it is declared to hold.
    """
    position, version, recorded_at = b"%d" % row[0], b"%d" % row[2], b"%d" % row[4]
    occurred_at = b"" if row[5] is None else b"%d" % row[5]
    cause = b"" if row[8] is None else b"%d" % row[8]
    stream, type_, actor = row[1].encode(), row[3].encode(), row[6].encode()
    command, correlation, data = row[7].encode(), row[9].encode(), row[10]
    return digest_of(
        b"".join(
            (
                previous,
                _LENGTH[len(position)],
                position,
                _LENGTH[len(stream)],
                stream,
                _LENGTH[len(version)],
                version,
                _LENGTH[len(type_)],
                type_,
                _LENGTH[len(recorded_at)],
                recorded_at,
                _LENGTH[len(occurred_at)] if occurred_at else _NULL,
                occurred_at,
                _LENGTH[len(actor)],
                actor,
                _LENGTH[len(command)],
                command,
                _LENGTH[len(cause)] if cause else _NULL,
                cause,
                _LENGTH[len(correlation)],
                correlation,
                _LENGTH[len(data)],
                data,
            )
        )
    )


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
        version = newest.get(new.stream, 0) or (0 if new.opens else version_of(new.stream))
        newest[new.stream] = version + 1
        data = _encode(new.fact)
        if len(data) > MAX_DATA_BYTES:
            raise TooLarge(
                f"What is to be recorded as {new.fact.type} takes {len(data)} bytes; at most {MAX_DATA_BYTES} are."
            )
        columns = (
            head.position + offset,
            new.stream,
            version + 1,
            new.fact.type,
            envelope.recorded_at,
            envelope.occurred_at,
            envelope.actor,
            envelope.command,
            new.cause if new.within is None else head.position + 1 + new.within,
            envelope.correlation,
            data,
        )
        previous = row_hash(previous, columns)
        stamped.append(StoredEvent(*columns, previous))
    return stamped
