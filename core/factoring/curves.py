"""The identity of curves: what makes two the same, and which of two runs of one curve counts for more."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from core.events.envelope import NewEvent
from core.factoring.bounds import DEFAULT_B2, require_b1, require_b2, require_param
from core.factoring.events import CurveMeasured
from core.factoring.mathematics.effort import curve_effort, from_lanes, lanes
from core.factoring.mathematics.stage2 import stage2_of

STAGE_1_ONLY = 0
_DIGITS_AN_EVENT = 40_000
"""So long may the sigmas of one event be together; a usual one has at most 20 digits."""


class Bounds(Struct, frozen=True, gc=False, order=False):
    """How far a curve was run. `b2` is -1 for GMP-ECM's default, 0 for stage 1 only."""

    b1: int
    b2: int
    param: int

    @property
    def reach(self) -> tuple[int, int]:
        """The order in which a curve reported twice is compared: B1 first, then the B2 that was really reached."""
        return self.b1, _reached(self.b1, self.b2)


@lru_cache(maxsize=4096)
def _reached(b1: int, b2: int) -> int:
    return stage2_of(b1, b2).b2


def bounds_of(b1: int, b2: int | None, param: int) -> Bounds:
    """Bounds in their one spelling: a B2 below B1 is stage 1 only, one equal to the default is the default.

    Raises:
        BadInput: B1, B2 or param is out of bounds.
    """
    require_b1(b1)
    require_b2(b2)
    require_param(param)
    if b2 is None or b2 in (DEFAULT_B2, _reached(b1, DEFAULT_B2)):
        return Bounds(b1, DEFAULT_B2, param)
    return Bounds(b1, STAGE_1_ONLY if b2 < b1 else b2, param)


def portions(sigmas: Sequence[str], most: int) -> Iterator[tuple[str, ...]]:
    """Cut sigmas into portions that fit into an event each, of at most `most`; none is empty."""
    portion: list[str] = []
    digits = 0
    for sigma in sigmas:
        if portion and (len(portion) == most or digits + len(sigma) > _DIGITS_AN_EVENT):
            yield tuple(portion)
            portion, digits = [], 0
        portion.append(sigma)
        digits += len(sigma)
    if portion:
        yield tuple(portion)


class CurveWorth(Struct, frozen=True):
    """The effort of one curve with these bounds. Some 20 ms of floating-point work."""

    bounds: Bounds

    def find(self) -> int:
        """Compute it."""
        return curve_effort(self.bounds.b1, self.bounds.b2, self.bounds.param)


def measured(bounds: Bounds, effort: int) -> NewEvent:
    """Record what a curve is worth, the first time that its bounds are seen."""
    trimmed = lanes(effort)
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    fact = CurveMeasured(b1=bounds.b1, b2=bounds.b2, param=bounds.param, lanes=tuple(trimmed))
    return NewEvent(f"curve-{bounds.b1}-{bounds.b2}-{bounds.param}", fact)


def effort_measured(fact: CurveMeasured) -> int:
    """Read the effort back from the fact."""
    return from_lanes(fact.lanes)
