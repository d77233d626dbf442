"""Decisions about putting numbers aside, for now or for good, and about taking them up again."""

from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.factoring.answers.rendering import composite_answer
from core.factoring.commands.numbers import Shelf, ShelveNumber, UnshelveNumber
from core.factoring.events.evidence import Wish
from core.factoring.events.numbers import NumberShelved, NumberUnshelved, stream_of
from core.factoring.numbers.noting import noted
from core.factoring.state.factoring import FactoringState
from core.factoring.state.numbers import Number
from core.free_text import check_reason
from core.leases import decide as leases
from core.refusals import Unknown


def shelve(command: ShelveNumber, asking: Asking, state: FactoringState) -> Decision:
    """Assign a number no more."""
    check_reason(command.reason)
    return shelve_as_told(command, asking, state)


def shelve_as_told(command: ShelveNumber, asking: Asking, state: FactoringState) -> Decision:
    """Assign a number no more, for a reason that may have been recorded when any was accepted."""
    number = listed(command.number, state)
    events = shelved_events(number, command.shelf, command.reason, state)
    events += noted(Wish(wish="shelve", shelf=command.shelf, reason=command.reason), number, asking, state, events)
    return events or composite_answer(number, "existing")


def shelved_events(number: Number, shelf: Shelf, reason: str, state: FactoringState) -> list[NewEvent]:
    """Put a number aside with those of its parts that are parts of nothing else, and end the leases on them."""
    events: list[NewEvent] = []
    for one in (number, *state.parts_only_of(number.id)):
        if one.shelf in {shelf, "deleted"}:
            continue
        shelved = NumberShelved(number=one.id, shelf=shelf, reason=reason)
        events.append(NewEvent(stream_of(one.id), shelved, cause=one.submitted))
        for lease in state.live_on(one.id):
            events += leases.end(lease, "factoring", "revoked", reason or f"The number is {shelf}.")
    return events


def unshelve(command: UnshelveNumber, asking: Asking, state: FactoringState) -> Decision:
    """Assign and list a number again."""
    number = state.number(command.number)
    if number is None:
        raise Unknown(f"There is no number with the id {command.number}.")
    events = unshelved_events(number, state)
    events += noted(Wish(wish="unshelve"), number, asking, state, events)
    return events or composite_answer(number, "existing")


def unshelved_events(number: Number, state: FactoringState) -> list[NewEvent]:
    """Take a number off its shelf, with the parts that stand on the same one."""
    if not number.shelf:
        return []
    return [
        NewEvent(stream_of(one.id), NumberUnshelved(number=one.id), cause=one.submitted)
        for one in (number, *state.parts_only_of(number.id))
        if one.shelf == number.shelf
    ]


def listed(number: int, state: FactoringState) -> Number:
    """Return a number that is not deleted.

    Raises:
        Unknown: there is none of this id.
    """
    known = state.number(number)
    if known is None or known.shelf == "deleted":
        raise Unknown(f"There is no number with the id {number}.")
    return known
