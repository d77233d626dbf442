"""When what is asked for a number is kept word for word: see `core.factoring.events.evidence`."""

from collections.abc import Sequence

from core.deciding import Asking
from core.events.envelope import NewEvent
from core.factoring.commands.numbers import Prior
from core.factoring.events.evidence import Wish
from core.factoring.events.numbers import stream_of
from core.factoring.events.prior_work import DeclaredCurves
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.notation.worklist import Work
from core.factoring.state.factoring import FactoringState
from core.factoring.state.numbers import Number


def noted(
    wish: Wish, number: Number, asking: Asking, state: FactoringState, led_to: Sequence[NewEvent] = ()
) -> list[NewEvent]:
    """Keep what is asked for a number that has relatives or declared work, and of which parts are told.

    The same again, which leads to nothing, adds nothing.

    Args:
        wish: what is asked for.
        number: for which.
        asking: when, and by whom.
        state: of now.
        led_to: the events that it leads to, if any.
    """
    fact = wish.noted(number.id, asking.client)
    depends = (
        state.has_relatives(number.id)
        or bool(wish.left or wish.factored)
        or (_tells_of_work(wish) and state.declared(number.id).told)
    )
    if not depends or (not led_to and state.last_wish(number.id, wish.wish, wish.left) == fact):
        return []
    return [NewEvent(stream_of(number.id), fact, cause=number.submitted)]


def _tells_of_work(wish: Wish) -> bool:
    return bool(wish.t_milli or wish.curves)


def declared_curves(prior: Prior) -> tuple[DeclaredCurves, ...]:
    """Return what a declaration says of curves, as a fact keeps it."""
    return tuple(DeclaredCurves(w.b1, DEFAULT_B2 if w.b2 is None else w.b2, w.param, w.curves) for w in prior.work)


def prior_of(wish: Wish) -> Prior:
    """Return the declaration that a wish keeps."""
    return Prior(wish.t_milli, tuple(Work(c.curves, c.b1, c.b2, c.param) for c in wish.curves))
