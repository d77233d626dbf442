"""The worth of curves: computed once for each kind of bounds, and kept in the log from then on."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from core.events.envelope import NewEvent
from core.factoring.events import CurveMeasured
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.levels.effort import curve_effort, from_lanes, lanes

_DIGITS_AN_EVENT = 40_000
"""So long may the sigmas of one event be together; a usual one has at most 20 digits."""


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
