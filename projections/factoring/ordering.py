"""The order in which numbers come to somebody who asks for work: by priority, then by strategy, then by id."""

from collections import deque
from collections.abc import Iterable

from msgspec import Struct

from core.factoring.formats.gmp_ecm.choices import USUAL_PARAM
from core.factoring.mathematics import choice
from core.factoring.state import Number, Strategy, Wanted

WITH_RESIDUES = (
    "WITH RECURSIVE waiting (number) AS (SELECT number FROM residues WHERE completed_by = 0 AND removed = 0"
    " UNION SELECT part FROM parts JOIN waiting USING (number)) SELECT number FROM waiting"
)
"""Selects the numbers on which residues wait for their stage 2, or on what they divide."""
_ORDER: dict[Strategy, str] = {"yield": "promise DESC", "ladder": "distance", "progressive": "charged_microseconds"}


class Ahead(Struct):
    """The next free numbers for somebody, as they stand in the table, and whether there are more behind them."""

    numbers: deque[int]
    more: bool


def promise_of(number: Number) -> int:
    """Return what curves on a number promise, computed anew when its effort has changed.

    All curves count as those of the usual parametrisation: which is the fastest is slow to find out for a long number.
    """
    if number.promise is None:
        composite = number.primality == "composite"
        number.promise = choice.promise(number.effort, number.digits, USUAL_PARAM) if composite else 0
    return number.promise


def stays_empty(ahead: Ahead, wanted: Wanted, changed: Iterable[Number]) -> bool:
    """Tell whether nothing fits a wish, as before, now that these numbers have changed."""
    return not ahead.numbers and not ahead.more and not any(is_free(number, wanted) for number in changed)


def is_free(number: Number, wanted: Wanted) -> bool:
    """Tell whether a number is among those that `select` finds."""
    return (
        number.status == "open"
        and not number.shelf
        and not number.leases
        and number.priority >= wanted.min_priority
        and wanted.min_digits <= number.digits <= wanted.max_digits
        and wanted.min_target_milli <= number.target_milli <= wanted.max_target_milli
        and number.t_milli < wanted.below_milli
    )


def rank(number: Number, wanted: Wanted) -> tuple[int, int, int]:
    """Return a key that orders numbers as `select` does."""
    match wanted.strategy:
        case "yield":
            least = -promise_of(number)
        case "ladder":
            least = number.target_milli - number.t_milli
        case "progressive":
            least = number.charged_microseconds
    return -number.priority, least, number.id


def select(wanted: Wanted, held: str) -> str:
    """Return the statement that finds what is wanted, the first first; `held` is the condition on who holds it."""
    return (
        f"SELECT number FROM numbers WHERE status = 'open' AND shelf = '' AND {held} AND {fits(wanted)}"
        f" ORDER BY priority DESC, {_ORDER[wanted.strategy]}, number"
    )


def fits(wanted: Wanted) -> str:
    """Return the condition that a number is wanted, with the parameters of `bounds_of`."""
    return "priority >= ? AND digits BETWEEN ? AND ? AND target_milli BETWEEN ? AND ? AND t_milli < ?" + of_project(
        wanted.project
    )


def of_project(project: str) -> str:
    """Return the condition that a number belongs to a project, whose name is the parameter; none for an empty name."""
    return " AND number IN (SELECT number FROM projects WHERE project = ?)" if project else ""


def bounds_of(wanted: Wanted) -> tuple[int | str, ...]:
    """Return the parameters of `fits`."""
    return (
        wanted.min_priority,
        wanted.min_digits,
        wanted.max_digits,
        wanted.min_target_milli,
        wanted.max_target_milli,
        wanted.below_milli,
        *([wanted.project] if wanted.project else ()),
    )
