"""The plan for a number: the steps of the standard ladder up to its target, what was run of each and what is left."""

import sqlite3
from collections.abc import Sequence

from msgspec import Struct

from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.mathematics.levels.effort import curve_effort
from core.factoring.mathematics.levels.ladder import STANDARD, Row, curves_to_reach, is_reached
from core.factoring.mathematics.prospects.cost import nominal_microseconds
from core.factoring.state.numbers import Number
from projections.factoring.credit.levels import curve_worth
from projections.factoring.credit.spending import Spent

_HIGHEST = 100_000
"""The t-level, in thousandths of a digit, beyond which nothing is planned."""


class Step(Struct, frozen=True):
    """A step of the ladder.

    Attributes:
        row: the B1, and the t-level that the step ends at.
        reached: whether that is reached.
        now: whether it is the one to climb.
        done: how many curves with this B1 count.
        needed: how many there are when it is climbed, with those that are done.
        held: how many of those to come are handed out.
        cpu_milliseconds: spent on curves with this B1.
        left: what the further curves take on one core at nominal speed, as in every list of numbers, milliseconds.
    """

    row: Row
    reached: bool
    now: bool
    done: int
    needed: int
    held: int
    cpu_milliseconds: int
    left: int

    @property
    def share_done(self) -> float:
        """The part of the needed curves that is done, 0 to 1."""
        return min(self.done / self.needed, 1) if self.needed else 1

    @property
    def share_held(self) -> float:
        """The part of the needed curves that is handed out, 0 to 1."""
        return min(self.held / self.needed, 1 - self.share_done) if self.needed else 0


class Plan(Struct, frozen=True):
    """Work that there is to do for a number.

    Attributes:
        steps: up to the target, those of which something was done and those that are to come.
        effort: when all of it is done.
    """

    steps: list[Step]
    effort: int

    @property
    def next(self) -> Step | None:
        """The step to climb; None when the target is reached."""
        return next((step for step in self.steps if step.now), None)

    @property
    def left(self) -> int:
        """Time that all further curves take on one core at nominal speed, milliseconds."""
        return sum(step.left for step in self.steps)


def planned(
    connection: sqlite3.Connection, number: Number, spent: Sequence[Spent], held: Sequence[tuple[Bounds, int]] = ()
) -> Plan:
    """Return the plan for an open number, or one at its target.

    Args:
        connection: to the tables.
        number: what to search.
        spent: the curves that count for it, and their CPU time, by B1.
        held: what is handed out on it.
    """
    by_b1 = {one.b1: one for one in spent}
    out: dict[int, int] = {}
    for of, curves in held:
        out[of.b1] = out.get(of.b1, 0) + curves
    effort, begun = number.effort, False
    steps: list[Step] = []
    for row in _rows(number.target_milli):
        did = by_b1.get(row.b1, Spent(row.b1, 0, 0))
        bounds = Bounds(row.b1, DEFAULT_B2, number.param)
        reached = is_reached(number.t_milli, row.t_milli)
        further = 0
        if not reached:
            worth = _worth(connection, bounds)
            further = curves_to_reach(effort, row.t_milli, worth)
            effort += further * worth
        steps.append(
            Step(
                row=row,
                reached=reached,
                now=not reached and not begun,
                done=did.curves,
                needed=did.curves + further,
                held=min(out.get(row.b1, 0), further),
                cpu_milliseconds=did.cpu_milliseconds,
                left=further * nominal_microseconds(bounds, number.digits) // 1000,
            )
        )
        begun = begun or not reached
    return Plan([step for step in steps if step.done or not step.reached], effort)


def _rows(target_milli: int) -> list[Row]:
    """Return the steps up to a target, which ends the last of them."""
    target_milli = min(target_milli, _HIGHEST)
    rows = [row for row in STANDARD if row.t_milli < target_milli]
    last = next((row for row in STANDARD if row.t_milli >= target_milli), STANDARD[-1])
    return [*rows, Row(target_milli, last.b1)]


def _worth(connection: sqlite3.Connection, bounds: Bounds) -> int:
    """Return the effort of one curve: as it is recorded, else as it would be."""
    return curve_worth(connection, bounds) or curve_effort(bounds.b1, None, bounds.param)
