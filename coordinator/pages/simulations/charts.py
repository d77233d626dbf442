"""Charts of simulations: how a metric of one went, or of several beside each other."""

from collections.abc import Sequence
from itertools import islice
from typing import Annotated, Literal

from msgspec import Meta, Struct

from coordinator.http.responses.tables import Table
from coordinator.pages.charts.lines import Axis, Chart, Series, draw
from coordinator.pages.charts.scales import Linear, Logarithmic, Moments, Scale
from core.simulations.events import LOSS
from core.simulations.state import Simulation
from core.timestamps import SECOND, to_iso
from core.wording import among, plural, whole
from projections.simulations.points import Outline, Stretch

MOST_RUNS = 6
"""So many lines can be told apart."""
SMOOTHINGS = (1, 5, 15, 45)
"""Over how many neighbouring stretches a line may be smoothed."""
_UNITS = ((86_400.0, "days"), (3_600.0, "hours"), (60.0, "minutes"))
_FEW = 3
"""Of the longest unit; less is said in the next shorter."""


class View(Struct, frozen=True):
    """The wishes in the address of a chart: a metric, on what scale, smoothed over how many stretches."""

    metric: str = LOSS
    scale: Literal["linear", "logarithmic"] = "linear"
    smooth: Literal[1, 5, 15, 45] = 1


class Comparing(View, frozen=True):
    """The same, of the simulations whose numbers or a part of whose names it gives."""

    runs: str = ""
    name: str = ""


class Run(Struct, frozen=True):
    """A simulation, and how a metric of it went; None while it has none."""

    simulation: Simulation
    outline: Outline | None


Bound = Annotated[float, Meta(extra={"spare": True})]
"""The least or the greatest of values that lie close together."""


class StretchRow(Struct, frozen=True):
    """Points that lie close together, up to a time, and their values in short."""

    at: Annotated[str, Meta(title="Up to")]
    points: int
    least: Bound
    mean: float
    greatest: Bound


class RunRow(Struct, frozen=True):
    """The same of one of several simulations, by the seconds since its first point."""

    simulation: Annotated[int, Meta(extra={"spare": True})]
    name: str
    seconds: float
    points: Annotated[int, Meta(extra={"spare": True})]
    least: Bound
    mean: float
    greatest: Bound


def course(outline: Outline, view: View) -> Chart:
    """Draw how a metric of one simulation went."""
    drawn = _on_scale(outline, view)
    rows = [StretchRow(to_iso(one.at), one.points, one.least, one.mean, one.greatest) for one in outline.stretches]
    means = [(one.at, one.mean) for one in drawn]
    series = [Series("mean", means, _band(drawn))]
    if view.smooth > 1:
        smooth = [(one.at, value) for one, value in zip(drawn, smoothed(drawn, view.smooth), strict=True)]
        series = [Series(f"mean of {view.smooth} neighbours", smooth, _band(drawn)), Series("as reported", means)]
    return draw(
        f"{view.metric.capitalize()} over time",
        _summary(outline, view, len(outline.stretches) - len(drawn)),
        Axis("time, UTC", Moments(outline.first.at, outline.last.at)),
        Axis(view.metric, _scale(drawn, view)),
        series,
        Table("convergence", StretchRow, rows),
    )


def comparison(runs: Sequence[Run], view: View) -> Chart:
    """Draw how a metric of several simulations went, each from its first point on."""
    begun = [(run, run.outline) for run in runs if run.outline is not None]
    longest = max((outline.last.at - outline.first.at for _, outline in begun), default=0) / SECOND
    unit, word = next(((unit, word) for unit, word in _UNITS if longest >= _FEW * unit), (1.0, "seconds"))
    series, rows, every = [], [], []
    for number, (run, outline) in enumerate(begun, 1):
        drawn = _on_scale(outline, view)
        every += drawn
        after = [(one.at - outline.first.at) / SECOND / unit for one in drawn]
        points = list(zip(after, smoothed(drawn, view.smooth), strict=True))
        series.append(Series(f"{run.simulation.name} ({run.simulation.id})", points, _band(drawn), run=number))
        rows += [
            RunRow(
                run.simulation.id,
                run.simulation.name,
                (one.at - outline.first.at) / SECOND,
                *(one.points, one.least, one.mean, one.greatest),
            )
            for one in outline.stretches
        ]
    said = [
        f"{run.simulation.name}: {' to '.join(among(one.loss, outline.spread) for one in (outline.first, outline.last))}"
        for run, outline in begun
    ]
    return draw(
        f"{view.metric.capitalize()} of {plural(len(begun), 'simulation')}",
        f"{'; '.join(said)}. The bands are the least and the greatest of points that lie close together.",
        Axis(f"{word} since the first point", Linear(0, longest / unit)),
        Axis(view.metric, _scale(every, view)),
        series,
        Table("comparison", RunRow, rows),
    )


def smoothed(stretches: Sequence[Stretch], window: int) -> list[float]:
    """Return for each stretch the mean over it and its neighbours, as many on either side, weighted by their points."""
    half = window // 2
    means = []
    for i in range(len(stretches)):
        side = min(half, i, len(stretches) - 1 - i)
        around = list(islice(stretches, i - side, i + side + 1))
        points = sum(one.points for one in around)
        means.append(
            sum(one.mean * (one.points / points) for one in around)
        )  # the products first: a sum may be beyond floats
    return means


def _on_scale(outline: Outline, view: View) -> list[Stretch]:
    if view.scale == "linear":
        return outline.stretches
    return [one for one in outline.stretches if one.least > 0]


def _band(drawn: Sequence[Stretch]) -> list[tuple[float, float]]:
    return [(one.least, one.greatest) for one in drawn] if any(one.points > 1 for one in drawn) else []


def _scale(drawn: Sequence[Stretch], view: View) -> Scale:
    low, high = min((one.least for one in drawn), default=1.0), max((one.greatest for one in drawn), default=1.0)
    return Logarithmic(low, high) if view.scale == "logarithmic" else Linear(low, high)


def _summary(outline: Outline, view: View, left_out: int) -> str:
    if outline.points == 1:
        return f"One point: {outline.first.loss:g}."
    values = (outline.first.loss, outline.last.loss, outline.best.loss, outline.greatest)
    first, last, least, greatest = (among(value, outline.spread) for value in values)
    went = f"the {view.metric} went from {first} to {last}, was least at {least} and greatest at {greatest}"
    said = [f"{whole(outline.points)} points; {went}."]
    if outline.points > len(outline.stretches):
        said.append("The line is the mean of the points that lie close together, the band their least and greatest.")
    if left_out:
        said.append(f"{plural(left_out, 'place')} with a value of 0 or less can't stand on this scale.")
    return " ".join(said)
