"""Shapes that factoring sends over the wire, and how t-levels and bounds are written there.

t-levels are digits with three decimals; big numbers are decimal strings; `b2` is null for GMP-ECM's default and 0 for
stage 1 only.
"""

from collections.abc import Sequence

import msgspec

from core.factoring.commands.numbers import Prior
from core.factoring.commands.reports import Claim
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.notation.worklist import DEFAULT_PARAM, Work, parse
from core.factoring.state.numbers import Number
from core.refusals import BadInput


class ClaimedFactor(msgspec.Struct, frozen=True):
    """A factor, and the sigma of the curve that found it, `3:123` or `123`."""

    factor: str | int
    sigma: str | int | None = None


def claim_of(found: str | int | ClaimedFactor) -> Claim:
    """Read a factor as clients write it: digits, or an object with its sigma."""
    if isinstance(found, ClaimedFactor):
        return Claim(str(found.factor), "" if found.sigma is None else str(found.sigma))
    return Claim(str(found))


def digits_of(milli: int) -> float:
    """Write thousandths of a digit as digits."""
    return milli / 1000


def level_or_null(milli: int) -> float | None:
    """Write thousandths of a digit as digits, and none of them as null."""
    return digits_of(milli) if milli else None


def milli_of(t_level: float | None, name: str = "target_t_level") -> int | None:
    """Read a t-level in digits as thousandths."""
    if t_level is None:
        return None
    if not 0 < t_level <= 100:
        raise BadInput(f"{name} {t_level:g} is out of bounds: more than 0 and at most 100 is accepted.")
    return round(t_level * 1000)


class PriorCurves(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Curves that were run elsewhere; `b2` null is GMP-ECM's default, 0 is stage 1 only."""

    b1: int
    curves: int
    b2: int | None = None
    param: int = DEFAULT_PARAM


def prior_of(t_level: float | None, work: str | Sequence[PriorCurves] | None) -> Prior:
    """Read what was done elsewhere: a t-level in digits, and curves in a list or in the grammar of `tallystick tlevel`."""
    if isinstance(work, str):
        kinds = parse(work)
    else:
        kinds = tuple(Work(one.curves, one.b1, one.b2, one.param) for one in work or ())
    return Prior(milli_of(t_level, "prior_t_level") or 0, kinds)


def b2_shown(b2: int | None) -> int | None:
    """Write a B2 as clients expect it: null for the default."""
    return None if b2 == DEFAULT_B2 else b2


class CompositeSummary(msgspec.Struct, frozen=True):
    """A number, as lists show it; one on a shelf (`inactive`, `complete`, `deleted`) is not assigned.

    `active_assignments` counts all leases on it that live, also that of who has reserved it.
    """

    id: int
    number: str
    composite: str
    expression: str | None
    digit_length: int
    primality: str
    status: str
    target_t_level: float
    current_t_level: float
    priority: int
    cpu_seconds: float
    active_assignments: int
    shelf: str | None
    name: str | None


def summary_of(number: Number) -> CompositeSummary:
    """Describe a number in a list; `number` is how it was submitted, `composite` its digits, `name` what people call it."""
    return CompositeSummary(
        id=number.id,
        number=number.expression or number.value,
        composite=number.value,
        expression=number.expression or None,
        digit_length=number.digits,
        primality=number.primality,
        status=number.status,
        target_t_level=digits_of(number.target_milli),
        current_t_level=digits_of(number.t_milli),
        priority=number.priority,
        cpu_seconds=number.cpu_milliseconds / 1000,
        active_assignments=number.leases,
        shelf=number.shelf or None,
        name=number.name or None,
    )
