"""The next curves on a number: those that promise the most for their time, or the next step of the standard ladder."""

from msgspec import Struct

from core.deciding import Asking
from core.factoring.mathematics.curves.bounds import Bounds, bounds_of
from core.factoring.mathematics.levels.effort import t_level_milli
from core.factoring.mathematics.levels.ladder import curves_to_reach, is_reached, next_row
from core.factoring.mathematics.prospects import choice
from core.factoring.mathematics.prospects.choice import Arm
from core.factoring.mathematics.prospects.cost import curves_within, work_microseconds
from core.factoring.state.factoring import FactoringState
from core.factoring.state.numbers import Number
from core.factoring.worth import CurveWorth
from core.timestamps import SECOND

FIRST_SECONDS = 5
"""A client whose speed is not known yet gets about this much work, and is measured by it."""
LEAST_SECONDS = 0.2
"""Less than this is not worth to be asked for, where curves are chosen by what they promise."""
LEAST_OF_SEVERAL_SECONDS = 0.04
"""The same where several assignments come with one request: what a program takes to start is still to be worth it."""
_NOMINAL_SPEED = 1000


class Plan(Struct, frozen=True, gc=False):
    """The next curves on a number.

    Attributes:
        number: the number.
        bounds: how far each curve is run.
        worth: the effort of each.
        curves: how many.
        goal_milli: the t-level that they lead to, with what is handed out already.
        fresh: whether the worth has yet to be recorded.
        promise: the finds for a CPU-second that they promise, in 2^-48; 0 where that was not asked.
        method: `ecm`, or `pm1` or `pp1` for one run of P-1 or P+1.
    """

    number: Number
    bounds: Bounds
    worth: int
    curves: int
    goal_milli: int
    fresh: bool
    promise: int = 0
    method: str = "ecm"

    @property
    def microseconds(self) -> int:
        """The time that the curves take nominally."""
        return work_microseconds(self.method, self.curves, self.bounds, self.number.digits)


class Portion(Struct, frozen=True):
    """The amount that one client is given at a time: seconds of work, at its speed; `least` where little is to be run."""

    least: float
    most: float
    speed_milli: int

    def least_curves(self, bounds: Bounds, digits: int) -> int:
        """Return how many curves are worth to be asked for."""
        return curves_within(self.least, bounds, digits, self.speed_milli)

    def is_short(self, microseconds: int) -> bool:
        """Tell whether work that nominally takes so long is less than is worth to be asked for by itself."""
        return microseconds * self.speed_milli <= LEAST_SECONDS * SECOND * 1_000

    def most_curves(self, bounds: Bounds, digits: int) -> int:
        """Return how many curves are enough."""
        return curves_within(self.most, bounds, digits, self.speed_milli)


def portion_of(client: int, work_seconds: int, state: FactoringState, *, unmeasured: bool, several: bool) -> Portion:
    """Return how much a client is given at a time; little until its speed is known, unless it may be `unmeasured`."""
    speed = state.speed_milli(client)
    most = work_seconds if speed or unmeasured else min(FIRST_SECONDS, work_seconds)
    least = LEAST_OF_SEVERAL_SECONDS if several else LEAST_SECONDS
    return Portion(min(least, most), most, speed or _NOMINAL_SPEED)


def next_step(number: Number, asking: Asking, state: FactoringState) -> Plan | None:
    """Plan the next step of the standard ladder; None when what is handed out already reaches the target."""
    effort, t_milli = _reckoned(number, asking, state)
    row = next_row(t_milli, number.target_milli)
    if row is None:
        return None
    bounds = bounds_of(row.b1, None, number.param)
    worth, fresh = _worth(bounds, asking, state)
    return Plan(number, bounds, worth, curves_to_reach(effort, row.t_milli, worth), row.t_milli, fresh)


def most_promising(
    number: Number, portion: Portion, asking: Asking, state: FactoringState, *, beside: bool = False
) -> Plan | None:
    """Plan the curves that promise the most for their time, given all that is known and handed out.

    So many that they promise a tenth less at the end, or as fill a portion, but none beyond the target. None when what is
    handed out already reaches it. P-1 or P+1 is run instead (`beside`) where that promises more, on a number that nobody
    holds, and in one portion. Where no factor is to be expected any more, it is the next step of the ladder.
    """
    effort, t_milli = _reckoned(number, asking, state)
    if is_reached(t_milli, number.target_milli):
        return None
    tried = effort + number.tried - number.effort
    arm = choice.best(tried, number.digits, number.param)
    if not arm.promise:
        return next_step(number, asking, state)
    if beside and not number.leases and (instead := _beside(number, tried, arm, portion)):
        return instead
    worth, fresh = _worth(arm.bounds, asking, state)
    enough = choice.curves_at_once(tried, number.digits, arm)
    curves = min(
        max(enough, portion.least_curves(arm.bounds, number.digits)), portion.most_curves(arm.bounds, number.digits)
    )
    goal_milli = t_level_milli(effort + curves * worth)
    if is_reached(goal_milli, number.target_milli):
        curves = curves_to_reach(effort, number.target_milli, worth)
        goal_milli = number.target_milli
    return Plan(number, arm.bounds, worth, curves, goal_milli, fresh, arm.promise)


def _beside(number: Number, tried: int, arm: Arm, portion: Portion) -> Plan | None:
    """Plan a run of P-1 or P+1 that promises more than curves, if there is one that ends in time."""
    most = int(portion.most * SECOND) * 1_000 // portion.speed_milli
    ran = number.minus_one_b1, number.plus_one_b1
    runs = [one for one in choice.arms_beside(tried, number.digits, *ran) if one.microseconds <= most]
    best = max(runs, key=_promise_when_asked_for, default=arm)
    promise = _promise_when_asked_for(best)
    if best is arm or promise <= arm.promise:
        return None
    return Plan(number, best.bounds, 0, 1, number.t_milli, fresh=False, promise=promise, method=best.method)


def _promise_when_asked_for(run: Arm) -> int:
    """Return what a run promises when the least that is worth to be asked for is added to its time: each is asked for by itself."""
    return run.promise * run.microseconds // (run.microseconds + int(LEAST_SECONDS * SECOND))


def _reckoned(number: Number, asking: Asking, state: FactoringState) -> tuple[int, int]:
    """Return the effort of a number, with what is handed out and the stage 2 of residues that wait for it; and its t-level."""
    planned = (state.planned(number.id) if number.leases else 0) + _stage_2_waiting(number, asking, state)
    effort = number.effort + planned
    return effort, t_level_milli(effort) if planned else number.t_milli


def _worth(bounds: Bounds, asking: Asking, state: FactoringState) -> tuple[int, bool]:
    """Return the effort of a curve, and whether it has yet to be recorded."""
    known = state.worth(bounds)
    return (asking.found(CurveWorth(bounds)), True) if known is None else (known, False)


def _stage_2_waiting(number: Number, asking: Asking, state: FactoringState) -> int:
    """Return the effort that the stage 2 of a number's residues is going to add."""

    def worth(bounds: Bounds) -> int:
        return _worth(bounds, asking, state)[0]

    return sum(
        curves * (worth(bounds_of(stage_1.b1, None, stage_1.param)) - worth(stage_1))
        for stage_1, curves in state.residues.waiting(number.id).items()
    )
