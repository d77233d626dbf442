"""Timelines: what was run on a number when, a lane for each B1, with what was found above them."""

import math
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from coordinator.pages.charts.lines import Axis, Mark, abreast
from coordinator.pages.charts.scales import Moments
from core import wording

LANE, TOP = 22, 44
"""How high a lane is, and where the first one begins; pixels."""
_NAMED = 14.0
"""Per cent that a bar's label takes."""
_APART = 36.0
"""Per cent between the labels of finds, which do not touch then on a phone either."""
_BESIDE = 62.0
"""Per cent of the axis from where a label has no room on the right."""
_NARROWEST = 0.4
_MOST_LANES = 14


class Report(Struct, frozen=True):
    """Curves that were reported: when, and the t-level that they led to (0: none is told)."""

    at: int
    b1: int
    curves: int
    t_milli: int


class Stay(Struct, frozen=True):
    """A bar in a lane: from the report before to this one."""

    at: float
    width: float
    top: int
    label: str
    inside: bool
    now: bool


class Moment(Struct, frozen=True):
    """Something that happened once: when, in per cent, and what; `label` is empty where a neighbour's tells it."""

    at: float
    label: str


class Timeline(Struct, frozen=True):
    """A timeline, ready for the template; `lanes` are the names of its lanes with where each stands, pixels."""

    height: int
    lanes: list[tuple[int, str]]
    bars: list[Stay]
    submitted: float
    finds: list[Moment]
    marks: list[Mark]
    words: str


def timeline(
    submitted: int,
    now: int,
    reports: Sequence[Report],
    finds: Sequence[tuple[int, str]],
    running: Sequence[tuple[int, int]] = (),
) -> Timeline | None:
    """Lay out a timeline; None when nothing was run.

    Args:
        submitted: when the number came, microseconds UTC.
        now: where the axis ends.
        reports: in the order in which they came.
        finds: when a factor was found, and its size.
        running: what is being run: since when, with which B1.
    """
    bounds = sorted({report.b1 for report in reports} | {b1 for _, b1 in running})[-_MOST_LANES:]
    if not bounds:
        return None
    x = Axis("", Moments(submitted, now))
    top = {b1: TOP + i * LANE for i, b1 in enumerate(bounds)}
    bars: list[Stay] = []
    before = submitted
    for report in reports:
        if report.b1 in top:
            bars.append(_stay(x, before, report.at, top[report.b1], _label(report)))
        before = report.at
    bars += [_stay(x, since, now, top[b1], "running", now=True) for since, b1 in running if b1 in top]
    return Timeline(
        height=TOP + len(bounds) * LANE + 24,
        lanes=[(top[b1], wording.b1(b1)) for b1 in bounds],
        bars=_labelled(bars),
        submitted=_across(x, submitted),
        finds=_told_together([(_across(x, at), size) for at, size in finds]),
        marks=abreast([Mark(_across(x, value), label) for value, label in x.scale.ticks()]),
        words=f"{wording.plural(len(reports), 'report')} of curves with {wording.plural(len(bounds), 'bound')};"
        f" {wording.plural(len(finds), 'factor')} found.",
    )


def _stay(x: Axis, begin: int, end: int, top: int, label: str, *, now: bool = False) -> Stay:
    at = _across(x, begin)
    width = max(_across(x, end) - at, _NARROWEST)
    inside = width >= _NAMED
    return Stay(at, round(width, 2), top, label if inside or at + width < _BESIDE else "", inside, now)


def _labelled(bars: Sequence[Stay]) -> list[Stay]:
    """Return bars from the left, without those labels on their right that would touch the next bar of the lane or its label."""
    following: dict[int, float] = {}
    labelled = []
    in_order = sorted(bars, key=lambda bar: bar.at)  # those that begin at one place stay as they came
    for bar in reversed(in_order):
        free = bar.inside or following.get(bar.top, math.inf) >= bar.at + bar.width + _NAMED
        labelled.append(bar if free else replace(bar, label=""))
        following[bar.top] = bar.at
    return labelled[::-1]


def _label(report: Report) -> str:
    reached = f" to {wording.t_level(report.t_milli)}" if report.t_milli else ""
    return f"{wording.plural(report.curves, 'curve')}{reached}"


def _told_together(finds: Sequence[tuple[float, str]]) -> list[Moment]:
    """Tell finds that are close to each other in one label."""
    told: list[list[tuple[float, str]]] = []
    for at, size in sorted(finds):
        if told and at - told[-1][0][0] < _APART:
            told[-1].append((at, size))
        else:
            told.append([(at, size)])
    moments = []
    for together in told:
        sizes = [size for _, size in together]
        first = f"{', '.join(sizes[:3])}{' …' if len(sizes) > 3 else ''} found"
        moments += [Moment(at, "" if i else first) for i, (at, _) in enumerate(together)]
    return moments


def _across(x: Axis, value: float) -> float:
    return round(100 * min(max(x.scale.share(value), 0), 1), 2)
