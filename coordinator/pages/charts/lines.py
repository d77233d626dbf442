"""Charts of lines: what the template needs to draw one as SVG, with its summary and its data.

A chart is as wide as its place and of a fixed height: what is drawn has its place across in per cent, its height in
pixels; only the curves stand in a drawing of 100 by 100 that is stretched. Text is never stretched.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from coordinator.http.responses.tables import Kind, Table
from coordinator.pages.charts.scales import Scale, Tick

WIDTH = 100
"""Of the plot, per cent."""
HEIGHT, ABOVE, BELOW = 180, 18, 22
"""Of the plot itself, and of the room for labels above and below it; pixels."""
_FEWEST_POINTS = 3
"""Through fewer no line is drawn."""
_LABELS_ABREAST = 4
"""So many at most stand beside each other on a phone."""

Point = tuple[float, float]


class Series(Struct, frozen=True):
    """The values that are drawn as one line.

    Attributes:
        label: what it shows.
        points: in order along the horizontal axis.
        band: for as many points, the least and the greatest value there; empty for no band.
        steps: whether a value holds until the next point.
        run: which of several equals it is, from 1; 0 where the first line is what the chart is about.
    """

    label: str
    points: Sequence[Point]
    band: Sequence[Point] = ()
    steps: bool = False
    run: int = 0


class Line(Struct, frozen=True):
    """A line in a drawing of 100 by 100; `band` is a polygon, empty for none. `dots` stand for a line of few points."""

    label: str
    points: str
    band: str
    dots: list[Point]
    run: int = 0


class Mark(Struct, frozen=True):
    """A place on an axis with its label; one that is `spare` is left out where there is little room."""

    at: float
    label: str
    spare: bool = False


class Note(Struct, frozen=True):
    """A dot on a chart with words beside it; `look` is a class of the style sheet, `anchor` where the words end or start."""

    x: float
    y: float
    words: str
    look: str = ""
    anchor: str = "start"


class Column(Struct, frozen=True):
    """How a column is headed, and what it holds.

    Attributes:
        heading: the words above it.
        count: whether it holds numbers, which stand to the right.
        chance: whether those are chances.
        spare: whether a phone can do without it.
        work: whether they are core-days, which are told as work is everywhere.
    """

    heading: str
    count: bool
    chance: bool
    spare: bool = False
    work: bool = False


class Chart(Struct, frozen=True):
    """A chart, ready for the template.

    Attributes:
        name: of its data in the address.
        title: what it shows.
        summary: what one would say who has looked at it.
        x_label: what the horizontal axis is.
        y_label: what the vertical axis is.
        x_marks: from the left, per cent.
        y_marks: from the bottom: none, half and full; pixels.
        lines: what is drawn.
        columns: of the data.
        table: the data.
        notes: dots with words; places in per cent and pixels.
    """

    name: str
    title: str
    summary: str
    x_label: str
    y_label: str
    x_marks: list[Mark]
    y_marks: list[Mark]
    lines: list[Line]
    columns: Sequence[Column]
    table: Table
    notes: list[Note]


class Axis(Struct, frozen=True):
    """An axis of a chart: what it is, and how values stand along it."""

    label: str
    scale: Scale


def draw(
    title: str,
    summary: str,
    x: Axis,
    y: Axis,
    series: Sequence[Series],
    table: Table,
    notes: Sequence[Note] = (),
) -> Chart:
    """Draw lines on two axes.

    Args:
        title: what the chart shows.
        summary: the chart in words.
        x: the horizontal axis.
        y: the vertical axis.
        series: what to draw.
        table: the data; the chart takes its name.
        notes: what to write beside some values.
    """
    return Chart(
        name=table.name,
        title=title,
        summary=summary,
        x_label=x.label,
        y_label=y.label,
        x_marks=abreast([Mark(_x(x, value), label) for value, label in x.scale.ticks()]),
        y_marks=[Mark(_y(y, value), label) for value, label in _three(y.scale.ticks())],
        lines=[_line(one, x, y) for one in series],
        columns=columns_of(table.kind),
        table=table,
        notes=[replace(note, x=_x(x, note.x), y=_y(y, note.y)) for note in notes],
    )


@cache
def columns_of(kind: Kind) -> tuple[Column, ...]:
    """Return how the columns of a table are headed: by the title of each field, or else by its name; its `extra` says what is a `chance`, `spare`, or `work`."""
    columns = []
    for field in msgspec.structs.fields(kind):
        node = msgspec.inspect.type_info(field.type)
        extra: Mapping[str, object] = {}
        title = field.name.replace("_", " ").capitalize().replace("Cpu", "CPU")
        if isinstance(node, msgspec.inspect.Metadata):
            title = str((node.extra_json_schema or {}).get("title", title))
            extra = node.extra or {}
            node = node.type
        count = isinstance(node, msgspec.inspect.IntType | msgspec.inspect.FloatType)
        columns.append(Column(title, count, "chance" in extra, "spare" in extra, "work" in extra))
    return tuple(columns)


def abreast(marks: Sequence[Mark]) -> list[Mark]:
    """Mark those labels as spare for which a phone has no room."""
    every = -(-len(marks) // _LABELS_ABREAST) if marks else 1
    return [Mark(mark.at, mark.label, i % every != 0) for i, mark in enumerate(marks)]


def _three(ticks: Sequence[Tick]) -> Sequence[Tick]:
    """Return the first tick, the last, and the one in the middle if there is one."""
    middle, odd = divmod(len(ticks), 2)
    return ticks if len(ticks) <= 2 else [ticks[0], *([ticks[middle]] if odd else []), ticks[-1]]


def _line(series: Series, x: Axis, y: Axis) -> Line:
    placed = [(_x(x, at), _y(y, value)) for at, value in series.points]
    at_one_place = len(set(placed)) == 1  # a line from there to there would not be seen
    few = at_one_place or (len(placed) < _FEWEST_POINTS and not series.steps)
    drawn = [(across, _stretched(high)) for across, high in placed]
    if series.steps:
        held = [(right, before) for (_, before), (right, _) in pairwise(drawn)]
        drawn = [point for pair in zip(drawn, [*held, drawn[-1]], strict=True) for point in pair] if drawn else []
    lows = [(_x(x, at), _stretched(_y(y, low))) for (at, _), (low, _) in zip(series.points, series.band, strict=False)]
    highs = [
        (_x(x, at), _stretched(_y(y, high))) for (at, _), (_, high) in zip(series.points, series.band, strict=False)
    ]
    return Line(
        series.label,
        "" if few else _svg(drawn),
        _svg([*lows, *reversed(highs)]),
        placed[:1] if at_one_place else placed if few else [],
        series.run,
    )


def _x(axis: Axis, value: float) -> float:
    return round(axis.scale.share(value) * WIDTH, 2)


def _y(axis: Axis, value: float) -> float:
    return round(ABOVE + (1 - axis.scale.share(value)) * HEIGHT, 1)


def _stretched(height: float) -> float:
    """Return a height in pixels as one in the drawing that is stretched."""
    return (height - ABOVE) * 100 / HEIGHT


def _svg(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
