"""Decisions about work that was done elsewhere: it is declared, once for all, and counts like curves without a sigma."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from core.bigint import abbreviate
from core.deciding import Asking
from core.events.envelope import NewEvent
from core.factoring.commands.numbers import Prior
from core.factoring.events.numbers import stream_of
from core.factoring.events.prior_work import DeclaredCurves, PriorWorkDeclared
from core.factoring.mathematics.curves.bounds import Bounds, bounds_of
from core.factoring.mathematics.curves.limits import DEFAULT_B2, require_curves
from core.factoring.mathematics.divisibility.primality import IN_WORDS
from core.factoring.mathematics.levels.ladder import PriorWork, prior_work
from core.factoring.notation.worklist import Work
from core.factoring.state.factoring import FactoringState
from core.factoring.state.numbers import Number
from core.factoring.worth import CurveWorth, measured
from core.refusals import BadInput

MOST_KINDS = 500
LARGEST_LEVEL_MILLI = 100_000


class StandsFor(Struct, frozen=True):
    """Which curves does a t-level stand for?"""

    t_milli: int

    def find(self) -> PriorWork:
        """Compute it; some 100 ms."""
        return prior_work(self.t_milli)


def check_prior(prior: Prior) -> None:
    """Refuse what nobody can have done.

    Raises:
        BadInput: the t-level is out of bounds, or there are too many kinds of curves.
    """
    if not 0 <= prior.t_milli <= LARGEST_LEVEL_MILLI:
        raise BadInput(
            f"prior_t_level {prior.t_milli / 1000} is out of bounds: more than 0 and at most 100 is accepted."
        )
    if len(prior.work) > MOST_KINDS:
        raise BadInput(f"{len(prior.work)} kinds of curves were declared; at most {MOST_KINDS} are accepted.")


def prior_events(
    prior: Prior, number: Number, asking: Asking, state: FactoringState, within: int | None = None
) -> list[NewEvent]:
    """Record what a declaration adds to those before it; nothing when it says no more than they.

    Args:
        prior: what was done.
        number: on what.
        asking: who says so.
        state: what was declared before.
        within: the offset, in this decision, of the event that submits the number; None when it is on record.

    Raises:
        BadInput: the number is prime, or bounds or counts are out of bounds.
        Unprepared: what curves are worth, or a t-level stands for, has yet to be found out.
    """
    known = state.declared(number.id)
    curves = _declared_curves(prior.work)
    raised = {bounds: count for bounds, count in curves.items() if count > known.curves.get(bounds, 0)}
    t_milli = prior.t_milli if prior.t_milli > known.t_milli else 0
    if not t_milli and not raised:
        return []
    if number.primality != "composite":
        raise BadInput(
            f"{abbreviate(number.value)} is {IN_WORDS[number.primality]}; no work can have been done to factor it."
        )
    level = _curves_for(t_milli, asking) if t_milli else None
    fact = PriorWorkDeclared(
        attempt=state.next_attempt(),
        number=number.id,
        client=asking.client,
        t_milli=t_milli,
        level=level,
        curves=tuple(DeclaredCurves(b.b1, b.b2, b.param, count) for b, count in raised.items()),
    )
    kinds = dict.fromkeys([*raised, *([_bounds(level)] if level else [])])
    worth = [measured(one, asking.found(CurveWorth(one))) for one in kinds if state.worth(one) is None]
    cause = number.submitted if within is None else None
    return [*worth, NewEvent(stream_of(number.id), fact, cause=cause, within=within)]


def _declared_curves(work: Sequence[Work]) -> Counter[Bounds]:
    """Add up what is said of each kind."""
    curves: Counter[Bounds] = Counter()
    for one in work:
        require_curves(one.curves)
        curves[bounds_of(one.b1, one.b2, one.param)] += one.curves
    for count in curves.values():
        require_curves(count)
    return curves


def _curves_for(t_milli: int, asking: Asking) -> DeclaredCurves:
    stands_for = asking.found(StandsFor(t_milli))
    return DeclaredCurves(stands_for.b1, DEFAULT_B2, stands_for.param, stands_for.curves)


def _bounds(curves: DeclaredCurves) -> Bounds:
    return Bounds(curves.b1, curves.b2, curves.param)
