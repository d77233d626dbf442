"""Deciding again what was asked for numbers: submissions, changes, what is put aside and described."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from core.deciding import Answer, Asking, Decision
from core.events.envelope import NewEvent
from core.events.fact import Fact
from core.factoring import importing
from core.factoring.commands.imports import DivideOut, ImportComposite
from core.factoring.commands.numbers import (
    ChangeComposite,
    DescribeNumber,
    ShelveNumber,
    SubmitComposite,
    UnshelveNumber,
)
from core.factoring.events.evidence import Wish, WishNoted
from core.factoring.events.numbers import CompositeSubmitted, NumberNamed
from core.factoring.events.prior_work import PriorWorkDeclared
from core.factoring.events.reports import CurveMeasured
from core.factoring.numbers import changing, shelving
from core.factoring.numbers.submitting import submit
from core.factoring.redeciding.saying import AnyWish, command_for, first
from core.factoring.state.factoring import FactoringState
from core.leases.events import LeaseEnded
from core.refusals import Refusal

_LEFT_ALONE = (LeaseEnded, WishNoted, CurveMeasured)
_DECISIONS: dict[type[AnyWish], Callable[[Any, Asking, FactoringState], Decision]] = {
    SubmitComposite: submit,
    ChangeComposite: changing.change,
    DescribeNumber: changing.describe,
    ShelveNumber: shelving.shelve_as_told,
    UnshelveNumber: shelving.unshelve,
    DivideOut: importing.divide,
    ImportComposite: importing.composite,
}


def decide_wish(
    wish: Wish, number: int, value: str, said: Sequence[Fact], asking: Asking, state: FactoringState
) -> list[NewEvent]:
    """Decide what was asked for a number; what is refused now leads to nothing.

    Args:
        wish: what was asked for.
        number: the id of the number then.
        value: the number, in decimal.
        said: what it led to then.
        asking: when.
        state: of now.
    """
    known = state.number_of_value(value)
    kept, declared = first(WishNoted, said), first(PriorWorkDeclared, said)
    client = kept.client if kept else declared.client if declared else 0
    command = command_for(wish, known.id if known else number, value)
    named = first(NumberNamed, said)
    if named is not None and isinstance(command, SubmitComposite):
        command = replace(command, name=named.name)
    events = _decided(command, replace(asking, client=client), state)
    return [_as_written(event, wish) for event in events]


def _as_written(event: NewEvent, wish: Wish) -> NewEvent:
    fact = event.fact
    if not isinstance(fact, CompositeSubmitted) or not wish.text or wish.text.strip() == fact.value:
        return event
    return replace(event, fact=replace(fact, expression=wish.text))


def decide_row(command: ImportComposite, asking: Asking, state: FactoringState) -> list[NewEvent]:
    """Decide again about a row that was taken over."""
    return _decided(command, asking, state)


def _decided(command: AnyWish, asking: Asking, state: FactoringState) -> list[NewEvent]:
    try:
        decision = _DECISIONS[type(command)](command, asking, state)
    except Refusal:
        return []
    if isinstance(decision, Answer):
        return []
    return [event for event in decision if not isinstance(event.fact, _LEFT_ALONE)]
