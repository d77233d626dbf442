"""Words of HTML that templates write where `core.wording` writes text: times, numbers, expressions."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape
from msgspec import Struct
from msgspec.structs import astuple

from coordinator.pages.charts.lines import Column
from coordinator.pages.rendering.legible import legible
from coordinator.time.wallclock import now
from core import wording
from core.timestamps import EPOCH, SECOND, from_iso, to_iso

_ZEROS_COUNTED = 4
"""So many or more of them are not told at a glance."""
_CORE_DAY = 86_400_000
"""Milliseconds."""
_TITLED = 400
_LONGEST_EXPRESSION = 40
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z")
"""A time as the API tells it."""
_WORD = re.compile(r"\S+")
_EXPONENT = re.compile(r"\^(\d+|\([^()]*\))")
_SIGNS = str.maketrans({"-": "\N{MINUS SIGN}", "*": "\N{MIDDLE DOT}"})


def ago(microseconds: int) -> Markup:
    """Write in a sentence what has passed since a time, with the time itself in UTC on hover."""
    passed = max(now() - microseconds, 0) // SECOND
    return _time(microseconds, f"{wording.age(passed)} ago" if passed else "just now", "ago")


def when(microseconds: int) -> Markup:
    """Write a time in a list: how long ago today, the hour yesterday, the day before that."""
    today, then = (EPOCH + timedelta(microseconds=one) for one in (now(), microseconds))
    days = (today.date() - then.date()).days
    if days <= 0:
        return _time(microseconds, wording.age(max((today - then).total_seconds(), 0)), "age")
    return _time(microseconds, clock(then) if days == 1 else date(then, today), "")


def at(microseconds: int) -> Markup:
    """Write a time by itself, for pages of the past, which are kept for ever: `28 Nov 2026, 11:07`, where there is room in a line."""
    stamp, then = to_iso(microseconds), EPOCH + timedelta(microseconds=microseconds)
    said = f"{then.day} {then:%b} {then.year}, {clock(then)}"
    return Markup('<time class="then" datetime="{}" title="{} UTC">{}</time>').format(stamp, _plain(stamp), said)


def moment(time: int | str) -> Markup:
    """Write a time in full, to the minute: `28 Nov 2026, 11:07 UTC`; also one that is told in ISO 8601."""
    microseconds = from_iso(time) if isinstance(time, str) else time
    then = EPOCH + timedelta(microseconds=microseconds)
    said = f"{then.day} {then:%b %Y}, {clock(then)} UTC"
    return _time(microseconds, said, "")


def day(time: int | str) -> str:
    """Write the day of a time, or of one that is told in ISO 8601, with its year."""
    then = EPOCH + timedelta(microseconds=from_iso(time) if isinstance(time, str) else time)
    return f"{then.day}{wording.HARD}{then:%b} {then.year}"


def clock(then: datetime) -> str:
    """Write the hour and minute of a time."""
    return f"{then:%H:%M}"


def date(then: datetime, today: datetime | None = None) -> str:
    """Write the day of a time, with its year when that is another than today's."""
    year = "" if then.year == (today or datetime.now(UTC)).year else f"{then: %Y}"
    return f"{then.day}{wording.HARD}{then:%b}{year}"


def _time(microseconds: int, said: str, told: str) -> Markup:
    stamp = to_iso(microseconds)
    marks = f' data-told="{told}"' if told else ""
    # A page has dozens of them, and Markup's own format takes four times as long; all of it are digits and words of ours.
    return Markup(f'<time datetime="{stamp}" title="{_plain(stamp)} UTC"{marks}>{said}</time>')  # noqa: S704


def _plain(stamp: str) -> str:
    return stamp[:19].replace("T", " ")


def span(microseconds: float) -> str:
    """Write how long something took or is old."""
    return wording.duration(microseconds / 1000)


def cells(rows: Sequence[Struct], columns: Sequence[Column]) -> Iterator[tuple[object, ...]]:
    """Return what stands in the columns of rows, as people write it."""
    values = zip(*map(astuple, rows), strict=True)
    return zip(*(_written(list(one), column) for one, column in zip(values, columns, strict=False)), strict=True)


def _written(values: Sequence[object], column: Column) -> Iterator[object]:
    floats = [value for value in values if isinstance(value, float)]
    spread = max(floats) - min(floats) if floats else 0.0
    return (_cell(value, column, spread) for value in values)


def _cell(cell: object, column: Column, spread: float) -> object:
    if isinstance(cell, float) and column.work:
        return wording.core_time(cell * _CORE_DAY)
    if isinstance(cell, float):
        return wording.chance(cell) if column.chance else _measured(cell, spread)
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return wording.whole(cell)
    if isinstance(cell, str) and _STAMP.fullmatch(cell):
        return _stamped(cell)
    return "" if cell is None else cell


def _measured(value: float, spread: float) -> str | Markup:
    """Write what was measured in the digits that tell it from others, with all of them on hover."""
    short = wording.among(value, spread)
    return short if short == str(value) else Markup('<span title="{0}">{1}</span>').format(value, short)


def _stamped(stamp: str) -> str:
    """Write a time, to the second or as exactly as it is told, so that it breaks between the day and the hour."""
    day, _, hour = stamp.removesuffix("Z").partition("T")
    second, _, fraction = hour.partition(".")
    return f"{day} {second}{'.' if fraction.strip('0') else ''}{fraction.rstrip('0')}"


def command(text: str) -> Markup:
    """Write what is typed into a terminal so that lines break between its words, not after the hyphens of an option."""
    return Markup(_WORD.sub(r'<span class="word">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped just here


def kept(event_type: str) -> str:
    """Write what an event of which no sentence tells keeps in the books: `factoring.curve_measured.v1` as `factoring: curve measured`."""
    context, fact = event_type.split(".")[:2]
    return f"{context}: {fact.replace('_', ' ')}"


def power(value: int) -> str | Markup:
    """Write a number as people say it: a power of ten or a small multiple of one, else with thin groups of three."""
    lead = str(value).rstrip("0")
    zeros = len(str(value)) - len(lead)
    if zeros < _ZEROS_COUNTED or len(lead) > 1:
        return wording.whole(value)
    return Markup("{0}10<sup>{1}</sup>").format("" if lead == "1" else f"{lead}·", zeros)


def number(value: str) -> Markup:
    """Write a big number, in full up to 40 digits, with the whole of it to copy."""
    return _copied(value, wording.digits(value), "number")


def brief(value: str) -> Markup:
    """Write a big number by its ends, with the whole of it to copy."""
    return _copied(value, wording.ends(value), "number ends")


def _copied(value: str, short: str, look: str) -> Markup:
    if short == value:
        return Markup('<span class="{0}">{1}</span>').format(look, value)
    title = value if len(value) < _TITLED else wording.plural(len(value), "digit")
    return Markup('<span class="{0}" data-copy="{1}" title="{2}">{3}</span>').format(look, value, title, short)


def expression(text: str) -> Markup:
    """Write an expression with raised exponents and a true minus; what is copied is what was written."""
    short = text if len(text) <= _LONGEST_EXPRESSION else f"{text[: _LONGEST_EXPRESSION - 1]}…"
    written = _EXPONENT.sub(r"<sup>\1</sup>", str(escape(short))).translate(_SIGNS)
    if written == text:
        return escape(text)
    return Markup('<span data-copy="{0}">{1}</span>').format(text, Markup(written))  # noqa: S704 - escaped above


def powers(factorisation: str) -> Markup:
    """Write `2^3 * 17` with raised exponents and dots."""
    factors = (factor.partition("^") for factor in factorisation.split(" * "))
    written = (
        Markup("{0}<sup>{1}</sup>").format(base, exponent) if exponent else escape(base)
        for base, _, exponent in factors
    )
    return Markup(" \N{MIDDLE DOT} ").join(written)


@lru_cache(maxsize=1_024)  # a page tells the same few bounds in all of its rows
def b1(value: int) -> Markup | str:
    """Write a bound as the tables of ECM do, in full on hover."""
    short = wording.b1(value)
    return short if short == str(value) else Markup('<span title="{0}">{1}</span>').format(wording.whole(value), short)


NAMED: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        *(
            wording.whole,
            wording.plural,
            wording.counted,
            wording.t_level,
            wording.duration,
            wording.core_time,
            wording.percent,
            wording.share,
        ),
        *(wording.file_size, wording.ends, wording.age, wording.known_factor, wording.size),
        *(wording.chance, wording.rate, wording.measured, wording.among),
        *(cells, command, kept, moment, day, span, power, number, brief, expression, powers, b1, to_iso, legible),
    )
}
"""The filters, by the names under which templates use them; `ago` and `when` differ for pages of the past."""
