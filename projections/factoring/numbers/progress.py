"""Progress of a number: what is credited to it, spent on it and charged to it, and how it stands then.

Each changes a number that the table has given out for that (`NumberTable.change`), which writes it.
"""

from core.factoring.events.numbers import Part
from core.factoring.mathematics.levels import effort
from core.factoring.mathematics.levels.ladder import is_reached
from core.factoring.mathematics.prospects.cost import nominal_microseconds
from core.factoring.state.numbers import Number, Status
from projections.factoring.numbers.shares import Gain

_MOST_CHARGED = 2**62


def spend(number: Number, milliseconds: int) -> None:
    """Count CPU time that was spent on a number here."""
    number.cpu_milliseconds += milliseconds
    _charge(number, milliseconds * 1000)


def reach(number: Number, minus_one_b1: int, plus_one_b1: int) -> None:
    """Note how far P-1 and P+1 were run on a number; what was run less far adds nothing."""
    further = max(number.minus_one_b1, minus_one_b1), max(number.plus_one_b1, plus_one_b1)
    if further != (number.minus_one_b1, number.plus_one_b1):
        number.minus_one_b1, number.plus_one_b1 = further
        number.promise = None


def charge(number: Number, gain: Gain) -> None:
    """Charge a number with what curves that were run elsewhere take nominally."""
    _charge(number, sum(curves * nominal_microseconds(bounds, number.digits) for bounds, curves in gain.items()))


def _charge(number: Number, microseconds: int) -> None:
    number.charged_microseconds = min(number.charged_microseconds + microseconds, _MOST_CHARGED)


def credit(number: Number, added: int) -> None:
    """Add effort (or take away, when negative), and see where that leaves the number."""
    if added:
        number.effort += added
        number.promise = None
        number.t_milli = effort.t_level_milli(number.effort)
    settle(number)


def settle(number: Number) -> None:
    """Tell an unsplit composite at its target from one below it."""
    if number.status in {"open", "finished"}:
        number.status = "finished" if is_reached(number.t_milli, number.target_milli) else "open"


def unsplit(primality: str) -> Status:
    """Return how a number stands that was not split."""
    return "open" if primality == "composite" else "prime"


def part_of(parent: Number, part: Part, position: int) -> Number:
    """Return a part that was not known before: what counts for the number counts for it, whatever else is kept of it."""
    number = Number(
        id=part.number,
        value=part.value,
        expression="",
        digits=part.digits,
        primality=part.primality,
        status=unsplit(part.primality),
        target_milli=part.target_milli,
        priority=parent.priority,
        t_milli=parent.t_milli,
        effort=parent.effort,
        cpu_milliseconds=0,
        leases=0,
        submitted=position,
        shelf=parent.shelf,
        minus_one_b1=parent.minus_one_b1,
        plus_one_b1=parent.plus_one_b1,
    )
    settle(number)
    return number
