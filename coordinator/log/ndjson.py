"""A log as text: one header line, then one event a line, as docs/reference/log-format.md describes it.

`data` is the event's own JSON, byte for byte: msgspec copies raw JSON in and out unchanged, and the hash of every
event shows whether somebody else did not.
"""

from collections.abc import Iterable
from typing import Annotated

import msgspec

from core.events.chain import GENESIS, Head
from core.events.envelope import Row
from core.wording import fault_of

FORMAT = "tallystick-log-1"
MEDIA_TYPE = "application/x-ndjson"


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line.

    Attributes:
        format: what follows is read as this.
        log: the log's random id.
        position: of the last event that follows.
        hash: of that event, hexadecimal.
        files: what stands beside the log in its data directory and is not in here; keys, for one.
    """

    format: str
    log: str
    position: int
    hash: str
    files: tuple[str, ...]

    @property
    def head(self) -> Head:
        """The end of the log that follows."""
        return Head(self.position, bytes.fromhex(self.hash))


class NotALine(ValueError):  # noqa: N818 - names what was met
    """The text is not a line of an export; says why."""


_Integer = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)


class Line(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One event; the fields are the columns of the log."""

    position: _Integer
    stream: str
    version: _Integer
    type: str
    recorded_at: _Integer
    occurred_at: _Integer | None
    actor: str
    command: str
    cause: _Integer | None
    correlation: str
    data: msgspec.Raw
    hash: str


_encoder = msgspec.json.Encoder()
_header_decoder = msgspec.json.Decoder(Header)
_line_decoder = msgspec.json.Decoder(Line)


def header_line(header: Header) -> bytes:
    """Write the first line."""
    return _encoder.encode(header) + b"\n"


def event_lines(rows: Iterable[Row]) -> bytes:
    """Write events, one a line."""
    return _encoder.encode_lines([Line(*row[:10], msgspec.Raw(row[10]), row[11].hex()) for row in rows])


def read_header(line: bytes) -> Header:
    """Read the first line.

    Raises:
        NotALine: it is not the header of an export that this version reads.
    """
    try:
        header = _header_decoder.decode(line)
        end = header.head
    except _UNREADABLE as error:
        raise NotALine(fault_of(error)) from error
    if header.format != FORMAT:
        raise NotALine(f"its format is {header.format!r}, and this version reads {FORMAT!r}")
    if len(end.hash) != len(GENESIS):
        raise NotALine(f"its hash has {len(end.hash)} bytes, and {len(GENESIS)} are right")
    return header


def read_event(line: bytes) -> Row:
    """Read the line of an event.

    Raises:
        NotALine: it is not one.
    """
    try:
        event = _line_decoder.decode(line)
        digest = bytes.fromhex(event.hash)
    except _UNREADABLE as error:
        raise NotALine(fault_of(error)) from error
    return (
        event.position,
        event.stream,
        event.version,
        event.type,
        event.recorded_at,
        event.occurred_at,
        event.actor,
        event.command,
        event.cause,
        event.correlation,
        bytes(event.data),
        digest,
    )
