"""The plan for a number, and why: the steps of the standard ladder, reached and to come."""

import sqlite3

from msgspec import Struct

from core.factoring.bounds import DEFAULT_B2
from core.factoring.curves import Bounds
from core.factoring.mathematics.cost import nominal_microseconds
from core.factoring.mathematics.standard import STANDARD, Row, curves_to_reach, is_reached, next_row
from core.factoring.state import Number
from projections.factoring.levels import curve_worth

PARAM = 1
"""Of curves that are planned but not yet assigned."""


class Step(Struct, frozen=True):
    """A step of the ladder; `reached`, or `now` the one to climb."""

    row: Row
    reached: bool
    now: bool


class Plan(Struct, frozen=True):
    """The next step.

    Attributes:
        row: the step to climb.
        steps: the ladder up to the target.
        curves: how many curves reach the step; None when nobody has run one with these bounds yet.
        milliseconds: what they take nominally on one core.
    """

    row: Row
    steps: list[Step]
    curves: int | None
    milliseconds: int | None


def planned(connection: sqlite3.Connection, number: Number) -> Plan | None:
    """Return what comes next for a number, None when nothing does."""
    row = next_row(number.t_milli, number.target_milli) if number.status == "open" else None
    if row is None:
        return None
    bounds = Bounds(row.b1, DEFAULT_B2, PARAM)
    worth = curve_worth(connection, bounds)
    curves = None if worth is None else curves_to_reach(number.effort, row.t_milli, worth)
    milliseconds = None if curves is None else curves * nominal_microseconds(bounds, number.digits) // 1000
    return Plan(row, _steps(number, row), curves, milliseconds)


def _steps(number: Number, row: Row) -> list[Step]:
    """Return the steps up to the target, which ends the last of them."""
    steps = [step for step in STANDARD if step.t_milli < number.target_milli]
    last = next((step for step in STANDARD if step.t_milli >= number.target_milli), STANDARD[-1])
    steps.append(Row(number.target_milli, last.b1))
    return [Step(step, is_reached(number.t_milli, step.t_milli), step == row) for step in steps]
