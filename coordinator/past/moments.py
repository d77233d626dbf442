"""Moments of the past: what somebody means by a position or a time."""

import sqlite3

import msgspec

from coordinator.log.queries import event_at, head, recorded_upto
from coordinator.log.reading import no_event
from core.refusals import BadInput
from core.timestamps import from_address, to_iso

_POSITION_DIGITS = 19


class Moment(msgspec.Struct, frozen=True):
    """The state of everything just after an event.

    Attributes:
        position: of the event.
        hash: of the event.
        recorded_at: when it was recorded, microseconds UTC.
        settled: whether the words that asked for it will mean it for ever.
    """

    position: int
    hash: bytes
    recorded_at: int
    settled: bool


def moment_of(connection: sqlite3.Connection, text: str, now: int) -> Moment:
    """Return the moment that somebody means by a position, or by an ISO 8601 time.

    Args:
        connection: to the log.
        text: what they say. A time means the newest event recorded then or before.
        now: microseconds UTC; of what comes later nothing can be said.

    Raises:
        BadInput: it is neither, lies beyond the newest event, in the future, or before the first event.
    """
    end = head(connection)
    if text.isascii() and text.isdecimal():
        position, settled = int(text) if len(text) <= _POSITION_DIGITS else end + 1, True
        if not 1 <= position <= end:
            raise BadInput(no_event(text, end))
    else:
        position = _position_at(connection, text, now)
        # Until something later has been recorded, the next event may still get the time that was asked for.
        settled = position < end
    event = event_at(connection, position)
    assert event is not None, "the log is gapless"
    return Moment(position, event.hash, event.recorded_at, settled)


def _position_at(connection: sqlite3.Connection, text: str, now: int) -> int:
    try:
        time = from_address(text, "as_of")
    except BadInput as no_time:
        raise BadInput(f"{no_time.sentence} The position of an event is accepted, too.") from None
    if time > now:
        raise BadInput(
            f"as_of {to_iso(time)} lies in the future; the position of an event or a time up to now is accepted."
        )
    position = recorded_upto(connection, time)
    if position == 0:
        first = event_at(connection, 1)
        assert first is not None, "a log begins when it is founded"
        raise BadInput(
            f"At {to_iso(time)} nothing had been recorded; the first event was recorded at {to_iso(first.recorded_at)}."
        )
    return position
