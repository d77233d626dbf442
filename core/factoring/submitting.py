"""Decisions about what is wanted: numbers, targets, priorities, projects."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.factoring.answers import composite_answer
from core.factoring.commands import SubmitComposite
from core.factoring.dissection import Piece, Split
from core.factoring.events import CompositeChanged, CompositeSubmitted, FactorFound, ProjectJoined
from core.factoring.inspection import Inspection, inspect
from core.factoring.projects import check_name, joined
from core.factoring.shelving import unshelved_events
from core.factoring.splitting import split_events, stream_of
from core.factoring.state import FactoringState, Number
from core.refusals import BadInput

LARGEST_TARGET_MILLI = 100_000
LARGEST_PRIORITY = 2**31 - 1


class Inspect(Struct, frozen=True):
    """What number is this, and is it prime?"""

    text: str
    ceiling_digits: int

    def find(self) -> Inspection:
        """Evaluate the text and settle primality; seconds for thousands of digits."""
        return inspect(self.text, self.ceiling_digits)


def usual_target_milli(digits: int) -> int:
    """Return the t-level that a number gets when nobody says another: 4/13 of its digits.

    That is where ECM pretesting usually stops and the number field sieve takes over.
    """
    return max(15_000, min(digits * 4_000 // 13, 80_000))


def submit(command: SubmitComposite, asking: Asking, state: FactoringState) -> Decision:
    """Record a number, or what is newly wanted of one that is known."""
    check_wanted(command.target_milli, command.priority)
    check_name(command.project)
    known = state.number_of_value(command.text.strip())
    if known is None:
        inspection = asking.found(Inspect(command.text, command.ceiling_digits))
        known = state.number_of_value(inspection.number)
        if known is None:
            return _record(command, inspection, state)
    events = _changes(command, known, state)
    return events or composite_answer(known, "existing")


def check_wanted(target_milli: int | None, priority: int | None) -> None:
    """Refuse what nobody can want of a number; None says nothing.

    Raises:
        BadInput: the target or the priority is out of bounds.
    """
    if target_milli is not None and not 0 < target_milli <= LARGEST_TARGET_MILLI:
        raise BadInput(
            f"target_t_level {target_milli / 1000} is out of bounds: more than 0 and at most 100 is accepted."
        )
    if priority is not None and abs(priority) > LARGEST_PRIORITY:
        raise BadInput(f"priority {priority} is out of bounds: {-LARGEST_PRIORITY} to {LARGEST_PRIORITY} is accepted.")


def _record(command: SubmitComposite, inspection: Inspection, state: FactoringState) -> list[NewEvent]:
    text = command.text.strip()
    number = Number(
        number=state.next_number(),
        value=inspection.number,
        expression="" if text == inspection.number else text,
        digits=inspection.digits,
        primality=inspection.primality,
        status="open",
        target_milli=command.target_milli or usual_target_milli(inspection.digits),
        priority=command.priority or 0,
        t_milli=0,
        effort=0,
        cpu_milliseconds=0,
        leases=0,
        submitted=0,
    )
    submitted = CompositeSubmitted(
        number=number.number,
        value=number.value,
        expression=number.expression,
        digits=number.digits,
        primality=number.primality,
        target_milli=number.target_milli,
        priority=number.priority,
        project=command.project,
    )
    events = [*joined(command.project, state), NewEvent(stream_of(number.number), submitted)]
    return events + _small_factors(number, inspection, state, within=len(events) - 1)


def _small_factors(number: Number, inspection: Inspection, state: FactoringState, within: int) -> list[NewEvent]:
    """Take out at once what a division by small primes finds."""
    if not inspection.small_factors:
        return []
    first = state.next_factor()
    found = [
        FactorFound(
            factor=first + offset,
            number=number.number,
            value=str(prime),
            primality="proven",
            attempt=0,
            sigma="",
            client=0,
        )
        for offset, (prime, _) in enumerate(inspection.small_factors)
    ]
    events = [NewEvent(stream_of(number.number), fact, within=within) for fact in found]
    split = Split(number.value, tuple(_pieces(inspection)), 0)
    return events + split_events([split], {number.value: number}, state, within=lambda _claim: within + 1)


def _pieces(inspection: Inspection) -> Iterable[Piece]:
    for prime, exponent in inspection.small_factors:
        yield Piece(str(prime), len(str(prime)), "proven", exponent)
    if inspection.cofactor_primality is not None:
        yield Piece(inspection.cofactor, len(inspection.cofactor), inspection.cofactor_primality, 1)


def _changes(command: SubmitComposite, known: Number, state: FactoringState) -> Sequence[NewEvent]:
    """Return what a resubmission changes; what it does not mention stays as it was."""
    target = command.target_milli if command.target_milli != known.target_milli else None
    priority = command.priority if command.priority != known.priority else None
    events = unshelved_events(known, state) if known.shelf == "deleted" else []
    if target is not None or priority is not None:
        changed = CompositeChanged(number=known.number, target_milli=target, priority=priority)
        events.append(NewEvent(stream_of(known.number), changed, cause=known.submitted))
    if command.project and not state.in_project(known.number, command.project):
        events += joined(command.project, state)
        fact = ProjectJoined(number=known.number, project=command.project)
        events.append(NewEvent(stream_of(known.number), fact, cause=known.submitted))
    return events
