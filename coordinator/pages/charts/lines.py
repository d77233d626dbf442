"""Charts of lines: what the template needs to draw one as SVG, with its summary and its data."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec
from msgspec import Struct

from coordinator.http.tables import Kind, Table
from coordinator.pages.charts.scales import Scale

WIDTH, HEIGHT = 640, 220
"""Of the plot itself, in units of the drawing; the axes' labels stand around it."""

Point = tuple[float, float]


class Series(Struct, frozen=True):
    """The values that are drawn as one line.

    Attributes:
        label: what it shows.
        points: in order along the horizontal axis.
        band: for as many points, the least and the greatest value there; empty for no band.
        steps: whether a value holds until the next point.
    """

    label: str
    points: Sequence[Point]
    band: Sequence[Point] = ()
    steps: bool = False


class Line(Struct, frozen=True):
    """A line as SVG points; `band` is a polygon, empty for none. `lone` is where a single point stands."""

    label: str
    points: str
    band: str
    lone: Point | None


class Mark(Struct, frozen=True):
    """A place on an axis with its label."""

    at: float
    label: str


class Column(Struct, frozen=True):
    """How a column is headed, and whether it holds numbers, which stand to the right."""

    heading: str
    count: bool


class Chart(Struct, frozen=True):
    """A chart, ready for the template.

    Attributes:
        name: of its data in the address.
        title: what it shows.
        summary: what one would say who has looked at it.
        x_label: what the horizontal axis is.
        y_label: what the vertical axis is.
        x_marks: from the left.
        y_marks: from the bottom.
        lines: what is drawn.
        goal: the height of a line to be reached, None for none.
        goal_label: what that is.
        columns: of the data.
        table: the data.
    """

    name: str
    title: str
    summary: str
    x_label: str
    y_label: str
    x_marks: list[Mark]
    y_marks: list[Mark]
    lines: list[Line]
    goal: float | None
    goal_label: str
    columns: list[Column]
    table: Table


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
    goal: tuple[float, str] | None = None,
) -> Chart:
    """Draw lines on two axes.

    Args:
        title: what the chart shows.
        summary: the chart in words.
        x: the horizontal axis.
        y: the vertical axis.
        series: what to draw.
        table: the data; the chart takes its name.
        goal: a value on the vertical axis to mark across the chart, and what it is.
    """
    return Chart(
        name=table.name,
        title=title,
        summary=summary,
        x_label=x.label,
        y_label=y.label,
        x_marks=[Mark(_x(x, value), label) for value, label in x.scale.ticks()],
        y_marks=[Mark(_y(y, value), label) for value, label in y.scale.ticks()],
        lines=[_line(one, x, y) for one in series],
        goal=None if goal is None else _y(y, goal[0]),
        goal_label="" if goal is None else goal[1],
        columns=columns_of(table.kind),
        table=table,
    )


def columns_of(kind: Kind) -> list[Column]:
    """Return how the columns of a table are headed: by the title of each field, or else by its name."""
    columns = []
    for field in msgspec.structs.fields(kind):
        node = msgspec.inspect.type_info(field.type)
        title = field.name.replace("_", " ").capitalize().replace("Cpu", "CPU")
        if isinstance(node, msgspec.inspect.Metadata):
            title, node = str((node.extra_json_schema or {}).get("title", title)), node.type
        columns.append(Column(title, isinstance(node, msgspec.inspect.IntType | msgspec.inspect.FloatType)))
    return columns


def _line(series: Series, x: Axis, y: Axis) -> Line:
    placed = [(_x(x, at), _y(y, value)) for at, value in series.points]
    if series.steps:
        held = [(right, before) for (_, before), (right, _) in pairwise(placed)]
        placed = [point for pair in zip(placed, [*held, placed[-1]], strict=True) for point in pair] if placed else []
    lows = [(_x(x, at), _y(y, low)) for (at, _), (low, _) in zip(series.points, series.band, strict=False)]
    highs = [(_x(x, at), _y(y, high)) for (at, _), (_, high) in zip(series.points, series.band, strict=False)]
    lone = placed[0] if len(series.points) == 1 else None
    return Line(series.label, _svg(placed), _svg([*lows, *reversed(highs)]), lone)


def _x(axis: Axis, value: float) -> float:
    return round(axis.scale.share(value) * WIDTH, 1)


def _y(axis: Axis, value: float) -> float:
    return round((1 - axis.scale.share(value)) * HEIGHT, 1)


def _svg(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
