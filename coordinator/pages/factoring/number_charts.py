"""The charts on the page of a number: what may have been missed, and how its t-level rose."""

import sqlite3
from math import exp
from typing import Annotated

from msgspec import Meta, Struct

from coordinator.http.tables import Table
from coordinator.pages.charts.lines import Axis, Chart, Series, draw
from coordinator.pages.charts.scales import Linear, Moments
from core.factoring.state import Number
from core.timestamps import to_iso
from projections.factoring.levels import Level

_GOAL = exp(-1)
_PERCENT = 100

Rise = list[tuple[int, Level]]
"""Levels with when each was reached, microseconds UTC; the last is now, with the position of the one before."""


class Missed(Struct, frozen=True):
    """How likely it is that a factor of so many digits is there and was missed."""

    digits: int
    missed: Annotated[float, Meta(title="Chance missed")]


class Reached(Struct, frozen=True):
    """A t-level, and the event that led to it."""

    position: Annotated[int, Meta(title="Event")]
    recorded_at: Annotated[str, Meta(title="Recorded")]
    t_level: Annotated[float, Meta(title="t-level")]


def when(connection: sqlite3.Connection, levels: list[Level], now: int) -> Rise:
    """Return with each level when it was reached, from the log, and the last one once more for now."""
    marks = ", ".join("?" * len(levels))
    rows = connection.execute(
        f"SELECT position, recorded_at FROM events WHERE position IN ({marks})", [level.position for level in levels]
    )
    times: dict[int, int] = dict(rows)
    rose = [(times[level.position], level) for level in levels if level.position in times]
    return [*rose, (max(now, rose[-1][0]), rose[-1][1])] if rose else []


def missed(chances: dict[int, float], number: Number) -> Chart:
    """Draw the chance that a factor of so many digits is there and was missed."""
    likely = [digits for digits, chance in chances.items() if chance < _GOAL]
    summary = "The chance that a factor of so many digits is there and was missed. " + (
        f"Factors of up to {likely[-1]} digits would have been found more likely than not."
        if likely
        else "Too little was run to exclude anything."
    )
    return draw(
        f"Chance that a factor of number {number.id} was missed",
        summary,
        Axis("digits of the factor", Linear(10, 100)),
        Axis("chance missed, %", Linear(0, _PERCENT)),
        [Series("chance", [(digits, chance * _PERCENT) for digits, chance in chances.items()])],
        Table("missed", Missed, [Missed(digits, chance) for digits, chance in chances.items()]),
        (_GOAL * _PERCENT, "1/e: the t-level"),
    )


def rise(rose: Rise, number: Number) -> Chart | None:
    """Draw how the t-level rose, None when nothing was run yet."""
    if not rose:
        return None
    rows = [Reached(level.position, to_iso(at), level.t_milli / 1000) for at, level in rose[:-1]]
    first, last = rose[0], rose[-1]
    goal = number.target_milli / 1000
    return draw(
        f"t-level of number {number.id} over time",
        f"{len(rows)} {'step' if len(rows) == 1 else 'steps'}, from t{first[1].t_milli / 1000:.1f} to t{last[1].t_milli / 1000:.1f}"
        f" of t{goal:.1f} to be reached.",
        Axis("recorded, UTC", Moments(first[0], last[0])),
        Axis("t-level, digits", Linear(0, max(goal, last[1].t_milli / 1000))),
        [Series("t-level", [(at, level.t_milli / 1000) for at, level in rose], steps=True)],
        Table("t-levels", Reached, rows),
        (goal, "target"),
    )
