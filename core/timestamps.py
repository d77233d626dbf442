"""Time as it is kept: whole microseconds since 1970-01-01T00:00:00Z, an `int` everywhere inside the program.

ISO 8601 appears only at the edges, where people and clients read and write.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from core.refusals import BadInput
from core.wording import shortened

SECOND = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST, LAST = -62_135_596_800 * SECOND, 253_402_300_800 * SECOND - 1
"""What ISO 8601 can write: the years 1 to 9999."""
_FRACTION_OF_MORE = re.compile(r"^\d{4}[-W\d]{3}.*(?<!:\d\d:\d\d)(?<!\D\d{6})[.,]\d+(?:[Z+-]|$)", re.ASCII)
"""A fraction that does not stand behind seconds."""
_LOST_PLUS = re.compile(r"(:\d\d(?:[.,]\d+)?) (\d\d:?\d\d)$", re.ASCII)


def lately(moment: int, now: int, within: int) -> bool:
    """Tell whether a moment was no longer ago than so many microseconds.

    One that is to come, by more than that, was not: the clock was set back since, and what waits for time to pass would
    wait for as long as that again.
    """
    return abs(now - moment) <= within


def to_iso(microseconds: int) -> str:
    """Write a time as `2026-11-22T09:48:31.123456Z`: fixed width, so that text sorts as time does."""
    seconds, rest = divmod(microseconds, SECOND)
    return f"{_to_the_second(seconds)}.{rest:06d}Z"


@lru_cache(1024)
def _to_the_second(seconds: int) -> str:
    """Write whole seconds; every request is noted with its time, and thousands come in one second."""
    return (EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None).isoformat()


def to_naive_iso(microseconds: int) -> str:
    """Write a time in UTC without its zone, as the clients of the systems replaced expect it."""
    return to_iso(microseconds)[:-1]


def from_iso(text: str, field: str = "") -> int:
    """Read an ISO 8601 time; one without a zone is taken as UTC.

    Args:
        text: the time.
        field: what its sender calls it; empty of what was written here.

    Raises:
        BadInput: as `parsed` does, or the time lies outside the years 1 to 9999 in UTC.
    """
    moment = parsed(text, field)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return (moment.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)
    except (ValueError, OverflowError):
        raise _no_time(text, field) from None


def parsed(text: str, field: str = "") -> datetime:
    """Read an ISO 8601 time, with a zone if it names one; `field` is as of `from_iso`.

    Raises:
        BadInput: the text is no such time, or has a fraction of a minute or an hour.
    """
    upper = text.upper()  # RFC 3339 lets T and Z be small
    if _FRACTION_OF_MORE.search(upper):  # Python takes 09:48.5, half a minute, for half a second
        raise BadInput(
            f"{_called(text, field)} has a fraction of a minute or an hour; one of a second is accepted, "
            "as in 2026-11-22T09:48:31.5Z."
        )
    try:
        return datetime.fromisoformat(upper)
    except ValueError:
        raise _no_time(text, field) from None


def _no_time(text: str, field: str) -> BadInput:
    return BadInput(f"{_called(text, field)} is not an ISO 8601 time such as 2026-11-22T09:48:31Z.")


def _called(text: str, field: str) -> str:
    return f"{field} {shortened(text)!r}".lstrip()


def from_address(text: str, parameter: str) -> int:
    """Read an ISO 8601 time that stood in an address, where a `+` that nobody escaped arrives as a blank.

    Raises:
        BadInput: as `from_iso` does.
    """
    return from_iso(_LOST_PLUS.sub(r"\1+\2", text), parameter)
