"""Charts of bars: counts per hour or day, or how much there is of something, with the factors found in a strip above."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from coordinator.http.responses.tables import Table
from coordinator.pages.charts.lines import Axis, Column, Mark, abreast, columns_of
from coordinator.pages.charts.scales import Linear, Moments
from core.timestamps import EPOCH

TOP, HEIGHT = 32, 144
"""Where the plot begins below the strip of factors, and how high it is; pixels."""
_GAP = 0.22
"""Of a period, between its bar and the next."""
_WIDEST = 8.0
"""Per cent, of a bar."""
_LABEL = 5.0
"""Per cent that a label takes: of two factors that are closer the larger one's stands."""
_FINEST_SPARK = 18


class Bar(Struct, frozen=True):
    """A bar: its place across in per cent, its height in pixels; `now` for the period that is not over."""

    at: float
    width: float
    top: float
    height: float
    now: bool


class Find(Struct, frozen=True):
    """A factor found; `label` is empty where a larger one's stands."""

    at: float
    label: str


class Period(Struct, frozen=True):
    """An hour or a day, by when it began, microseconds UTC, and what was counted."""

    begin: int
    value: float


class Bars(Struct, frozen=True):
    """A chart of bars, ready for the template.

    Attributes:
        name: of its data in the address.
        title: what it shows.
        summary: what one would say who has looked at it.
        bars: of periods in which something was counted.
        finds: factors by when they were found.
        x_marks: from the left, per cent.
        y_marks: none, half and full; pixels.
        columns: of the data.
        table: the data.
    """

    name: str
    title: str
    summary: str
    bars: list[Bar]
    finds: list[Find]
    x_marks: list[Mark]
    y_marks: list[Mark]
    columns: Sequence[Column]
    table: Table


def bars(
    title: str,
    summary: str,
    periods: Sequence[Period],
    length: int,
    table: Table,
    finds: Sequence[tuple[int, int]] = (),
    *,
    running: bool = True,
) -> Bars:
    """Draw a bar for each period in which something was counted.

    Args:
        title: what the chart shows.
        summary: the chart in words.
        periods: one after the other, without gaps; those that count 0 have no bar.
        length: of each, microseconds.
        table: the data; the chart takes its name.
        finds: when each factor was found, and its digits.
        running: whether the last period is not over.
    """
    x = Axis("", Moments(periods[0].begin, periods[-1].begin + length))
    y = Linear(0, max(period.value for period in periods) or 1)
    ticks = y.ticks()
    shown = [ticks[0], *([ticks[len(ticks) // 2]] if len(ticks) % 2 else []), ticks[-1]]
    return Bars(
        name=table.name,
        title=title,
        summary=summary,
        bars=[
            _bar(period, x, y, length, now=running and period is periods[-1]) for period in periods if period.value > 0
        ],
        finds=_finds(finds, x),
        x_marks=abreast([Mark(_across(x, value), label) for value, label in x.scale.ticks()]),
        y_marks=[Mark(_down(y, value), label) for value, label in shown],
        columns=columns_of(table.kind),
        table=table,
    )


def _bar(period: Period, x: Axis, y: Linear, length: int, *, now: bool) -> Bar:
    begin, end = _across(x, period.begin), _across(x, period.begin + length)
    width = min((end - begin) * (1 - _GAP), _WIDEST)
    top = min(_down(y, period.value), TOP + HEIGHT - 1.0)
    return Bar(begin, round(width, 3), top, round(TOP + HEIGHT - top, 1), now)


def _finds(finds: Sequence[tuple[int, int]], x: Axis) -> list[Find]:
    """Place factors; the largest are labelled first, as long as their labels touch no other."""
    labelled: list[float] = []
    placed: list[Find] = []
    for moment, digits in sorted(finds, key=lambda find: (-find[1], find[0])):
        at = _across(x, moment)
        free = all(abs(at - other) >= _LABEL for other in labelled)
        if free:
            labelled.append(at)
        placed.append(Find(at, f"p{digits}" if free else ""))
    return sorted(placed, key=lambda find: find.at)


def _across(x: Axis, value: float) -> float:
    return round(100 * min(max(x.scale.share(value), 0), 1), 3)


def _down(y: Linear, value: float) -> float:
    return round(TOP + (1 - y.share(value)) * HEIGHT, 1)


def said(moment: int, *, hours: bool) -> str:
    """Write a period in a sentence: `28 Nov, 11:00`, or only the day."""
    then = EPOCH + timedelta(microseconds=moment)
    return f"{then:%-d %b, %H:%M}" if hours else f"{then:%-d %b}"


class Spark(Struct, frozen=True):
    """A sparkline of 18 pixels: how many bars of width 1 it has, and the path that draws them, each from its foot."""

    bars: int
    path: str


def spark(values: Sequence[float]) -> Spark:
    """Draw a bar for each value up to the greatest, a foot of 1 pixel for none."""
    most = max([*values, 0])
    heights = [1 + round((_FINEST_SPARK - 1) * value / most) if most and value else 1 for value in values]
    return Spark(len(heights), f"M-.5 {_FINEST_SPARK}" + "".join(f"m1 0v-{height}v{height}" for height in heights))
