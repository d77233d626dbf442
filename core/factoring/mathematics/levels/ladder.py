"""The standard ladder of ECM: which B1 for which t-level, how many curves to a goal, and what to run next.

t-levels are in thousandths of a digit throughout.
"""

from bisect import bisect_left
from functools import lru_cache

from msgspec import Struct

from core.factoring.mathematics.curves.limits import MOST_CURVES
from core.factoring.mathematics.levels.effort import curve_effort, t_level_milli
from core.factoring.mathematics.probability.success import expected_curves

SLACK_MILLI = 5
"""A goal counts as reached this close to it: else rounding would hand out single curves for ever."""

_PRIOR_PARAM = 1
_PRIOR_CURVES = 10_000


class Row(Struct, frozen=True):
    """A step of the ladder: curves with this B1, default B2, until this t-level."""

    t_milli: int
    b1: int


STANDARD = tuple(
    Row(t * 1000, b1)
    for t, b1 in (
        (15, 2_000),
        (20, 11_000),
        (25, 50_000),
        (30, 250_000),
        (35, 1_000_000),
        (40, 3_000_000),
        (45, 11_000_000),
        (50, 43_000_000),
        (55, 110_000_000),
        (60, 260_000_000),
        (65, 850_000_000),
        (70, 2_900_000_000),
        (75, 7_600_000_000),
        (80, 25_000_000_000),
    )
)
"""The B1 that finds factors of 15, 20, ... 80 digits with the least work, as all ECM tables give it."""


class PriorWork(Struct, frozen=True):
    """Curves, with default B2, that stand for earlier work of which only the t-level is known."""

    curves: int
    b1: int
    param: int
    effort: int


def next_row(t_milli: int, target_milli: int) -> Row | None:
    """The next unfinished step on the way to a target, None when the target is reached.

    The last step ends at the target itself, with the B1 of the row at or above it.
    """
    if is_reached(t_milli, target_milli):
        return None
    for row in STANDARD:
        if not is_reached(t_milli, row.t_milli):
            return Row(min(row.t_milli, target_milli), row.b1)
    return Row(target_milli, STANDARD[-1].b1)


def is_reached(t_milli: int, goal_milli: int) -> bool:
    """Whether a t-level is at, above or within the slack of a goal."""
    return t_milli + SLACK_MILLI >= goal_milli


@lru_cache(maxsize=4096)  # numbers that are new all stand alike, and are asked for by the thousand
def curves_to_reach(effort: int, goal_milli: int, per_curve: int) -> int:
    """The least number of further curves, of that effort each, after which the goal is reached: 0 when it is already.

    Never more than MOST_CURVES, which is also the answer when no number of such curves would reach it.
    """
    return bisect_left(
        range(MOST_CURVES),
        True,  # noqa: FBT003 - what the key is searched for
        key=lambda curves: is_reached(t_level_milli(effort + curves * per_curve), goal_milli),
    )


@lru_cache(maxsize=1024)
def prior_work(t_milli: int) -> PriorWork:
    """Curves with this t-level, of the B1 in the ladder that takes the nearest to 10,000 of them.

    It takes some 100 ms the first time. Below 10 digits a single curve may already be more.
    """
    digits = round(t_milli / 1000)

    def distance(row: Row) -> float:
        return abs(expected_curves(digits, row.b1, None, _PRIOR_PARAM) - _PRIOR_CURVES)

    b1 = min(STANDARD, key=distance).b1
    per_curve = curve_effort(b1, None, _PRIOR_PARAM)
    curves = curves_to_reach(0, t_milli + SLACK_MILLI, per_curve)
    return PriorWork(curves, b1, _PRIOR_PARAM, curves * per_curve)
