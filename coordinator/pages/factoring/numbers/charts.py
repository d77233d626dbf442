"""The charts on the page of a number: what may have been missed, when what was run, how it was split, the gain of reports."""

import sqlite3
from collections.abc import Mapping, Sequence
from math import exp
from typing import Annotated

from msgspec import Meta, Struct

from coordinator.http.responses.tables import Table
from coordinator.pages.charts.ladders import Axis as LadderAxis
from coordinator.pages.charts.lines import Axis, Chart, Note, Series, draw
from coordinator.pages.charts.scales import Linear
from coordinator.pages.charts.splits import Member, Splits, splits
from core.factoring.mathematics.levels import effort
from core.factoring.state.numbers import Number
from core.timestamps import to_iso
from projections.factoring.credit.attempts import Attempt
from projections.factoring.credit.levels import Level

_GOAL = exp(-1)
_PERCENT = 100
_AROUND = 12
"""So many digits are drawn on either side of the t-levels."""
_UNLIKELY, _LIKELY = 0.01, 0.37


class Missed(Struct, frozen=True):
    """How likely it is that a factor of so many digits is there and was missed: now, and when the target is reached."""

    digits: int
    missed: Annotated[float, Meta(title="Chance missed", extra={"chance": True})]
    at_target: Annotated[float, Meta(title="At the target", extra={"chance": True})]


class Reached(Struct, frozen=True):
    """A t-level, and the event that led to it."""

    position: Annotated[int, Meta(title="Event")]
    recorded_at: Annotated[str, Meta(title="Recorded")]
    t_level: Annotated[float, Meta(title="t-level")]


class Verdict(Struct, frozen=True):
    """Conclusion about factors of some sizes: what they are (excluded, unlikely or open), and why."""

    title: str
    words: str


class Gain(Struct, frozen=True):
    """A report with the t-level that it led to, 0 where that is not told, and the stretch of the ladder that it added."""

    report: Attempt
    t_milli: int
    at: float
    width: float


def when(connection: sqlite3.Connection, levels: list[Level]) -> list[tuple[int, Level]]:
    """Return with each level when it was reached, microseconds UTC, from the log."""
    marks = ", ".join("?" * len(levels))
    rows = connection.execute(
        f"SELECT position, recorded_at FROM events WHERE position IN ({marks})", [level.position for level in levels]
    )
    times: dict[int, int] = dict(rows)
    return [(times[level.position], level) for level in levels if level.position in times]


def levels_table(rose: Sequence[tuple[int, Level]]) -> Table:
    """Return the t-levels as a table."""
    rows = [Reached(level.position, to_iso(at), level.t_milli / 1000) for at, level in rose]
    return Table("t-levels", Reached, rows)


def missed(number: Number, planned: int) -> Chart:
    """Draw the chance that a factor of so many digits is there and was missed: now, and when what is planned is done."""
    now, then = effort.missed(number.effort), effort.missed(planned)
    low = max(min(number.t_milli, number.target_milli) // 1000 - _AROUND, min(now))
    high = min(max(number.t_milli, number.target_milli) // 1000 + _AROUND, max(now))
    sizes = range(low, high + 1)
    nearest = min(now, key=lambda size: abs(size - number.t_milli / 1000))
    x, y = Axis("digits of the factor", Linear(low, high)), Axis("chance missed, %", Linear(0, _PERCENT))
    ahead = number.t_milli < number.target_milli
    series = [
        Series(
            "now",
            [(size, now[size] * _PERCENT) for size in sizes],
            [(then[size] * _PERCENT, now[size] * _PERCENT) for size in sizes] if ahead else (),
        )
    ]
    notes = [Note(number.t_milli / 1000, _GOAL * _PERCENT, f"now, t{number.t_milli / 1000:.1f}", "accent", "end")]
    if ahead:
        series.append(Series("at the target", [(size, then[size] * _PERCENT) for size in sizes]))
        notes.append(
            Note(number.target_milli / 1000, _GOAL * _PERCENT, f"at t{number.target_milli / 1000:.1f}", "", "start")
        )
    return draw(
        f"Chance that a factor of the c{number.digits} was missed, by its digits",
        f"A factor of {nearest} digits was missed with a chance of {_chance(now[nearest])}.",
        x,
        y,
        series,
        Table("missed", Missed, [Missed(size, now[size], then[size]) for size in now if size < number.digits]),
        notes=notes,
    )


def verdicts(number: Number, planned: int) -> list[Verdict]:
    """Say which sizes of factors are excluded, unlikely and open."""
    now, then = effort.missed(number.effort), effort.missed(planned)
    none = min(now) - 1
    excluded = max((size for size, chance in now.items() if chance < _UNLIKELY), default=none)
    unlikely = max((size for size, chance in now.items() if chance <= _LIKELY), default=none)
    said = []
    if excluded > none:
        said.append(
            Verdict(
                f"Up to {excluded} digits: excluded",
                "A factor of this size would have been found; chance missed below 1\N{NO-BREAK SPACE}%.",
            )
        )
    if unlikely > excluded:
        ends = sorted({excluded + 1, unlikely})
        chances = ", ".join(f"{_chance(now[size])} at {size}" for size in ends)
        said.append(
            Verdict(
                f"{' to '.join(map(str, ends))} digits: unlikely",
                f"Missed: {chances}. The t-level is where it is 37\N{NO-BREAK SPACE}% (1/e).",
            )
        )
    first = max(unlikely, excluded) + 1
    told = [size for size in (30, 35, 40, 45, 50, 55, 60) if first <= size < number.digits][:2]
    figures = ", ".join(f"{_chance(now[size])} at {size}" for size in told)
    brings = next((size for size in reversed(told) if then[size] < _UNLIKELY), None)
    planned_work = (
        f" The planned work brings {brings} digits below 1\N{NO-BREAK SPACE}%."
        if brings and now[brings] > _LIKELY
        else ""
    )
    if first < number.digits:
        said.append(Verdict(f"{first} digits and more: open", f"Missed: {figures}.{planned_work}" if figures else ""))
    return said


def _chance(chance: float) -> str:
    percent = chance * _PERCENT
    said = "<1" if percent < 1 else ">99" if 99 < percent < 100 else f"{percent:.0f}"
    return f"{said}\N{NO-BREAK SPACE}%"


def gains(reports: Sequence[Attempt], levels: Sequence[Level], axis: LadderAxis) -> list[Gain]:
    """Return reports, the newest first, each with the stretch of the ladder that it added."""
    reached = {level.position: level.t_milli for level in levels}
    before = dict(zip([level.position for level in levels], [0, *(level.t_milli for level in levels)], strict=False))
    found = []
    for report in reports:
        after = reached.get(report.position, 0)
        at, end = axis.place(before.get(report.position, 0) / 1000), axis.place(after / 1000)
        found.append(Gain(report, after, at, max(round(end - at, 2), 0.3) if after else 0))
    return found


def split_lines(root: int, numbers: Mapping[int, Number], parts: Mapping[int, Mapping[int, int]]) -> Splits | None:
    """Lay out how a number was split, one split after the other."""
    members = {
        one: Member(
            number.digits,
            number.status == "prime",
            parts.get(one, {}),
            min((numbers[part].submitted for part in parts.get(one, {})), default=0),
        )
        for one, number in numbers.items()
    }
    return splits(root, members)
