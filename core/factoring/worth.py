"""The worth of curves: computed once for each kind of bounds, and kept in the log from then on."""

from msgspec import Struct

from core.events.envelope import NewEvent
from core.factoring.events.reports import CurveMeasured
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.levels.effort import curve_effort, from_lanes, lanes


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
