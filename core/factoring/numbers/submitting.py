"""Decisions about what is wanted: numbers, targets, priorities, projects."""

from collections.abc import Iterable

from msgspec import Struct

from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.factoring.answers.rendering import composite_answer
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.events.evidence import Wish
from core.factoring.events.numbers import CompositeSubmitted, stream_of
from core.factoring.events.reports import FactorFound
from core.factoring.factors.dissection import Piece, Split
from core.factoring.factors.splitting import split_events
from core.factoring.mathematics.levels.targets import usual_target_milli
from core.factoring.numbers.inspection import Inspection, inspect
from core.factoring.numbers.noting import declared_curves, noted
from core.factoring.numbers.prior import check_prior, prior_events
from core.factoring.numbers.shelving import unshelved_events
from core.factoring.numbers.wanting import changed_events, joined_events, named_events
from core.factoring.projects import MAX_NAME, joined
from core.factoring.state.factoring import FactoringState
from core.factoring.state.numbers import Number
from core.free_text import check_plain_name
from core.refusals import BadInput

LARGEST_TARGET_MILLI = 100_000
LARGEST_PRIORITY = 2**31 - 1


class Inspect(Struct, frozen=True):
    """The value of an expression, and whether it is prime."""

    text: str
    ceiling_digits: int

    def find(self) -> Inspection:
        """Evaluate the text and settle primality; seconds for thousands of digits."""
        return inspect(self.text, self.ceiling_digits)


def submit(command: SubmitComposite, asking: Asking, state: FactoringState) -> Decision:
    """Record a number, or what is newly wanted of one that is known."""
    check_wanted(command.target_milli, command.priority)
    check_plain_name("project", command.project, MAX_NAME, least=0)
    check_prior(command.prior)
    known = state.number_of_value(command.text.strip())
    if known is None:
        inspection = asking.found(Inspect(command.text, command.ceiling_digits))
        known = state.number_of_value(inspection.number)
        if known is None:
            return _record(command, inspection, asking, state)
    events = [*_changes(command, known, state), *prior_events(command.prior, known, asking, state)]
    events += noted(_wish(command, known), known, asking, state, events)
    return events or composite_answer(known, "existing")


def _wish(command: SubmitComposite, known: Number) -> Wish:
    text = command.text.strip()
    return Wish(
        wish="submit",
        text="" if text == known.value else text,
        target_milli=command.target_milli,
        priority=command.priority,
        project=command.project,
        t_milli=command.prior.t_milli,
        curves=declared_curves(command.prior),
    )


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


def _record(command: SubmitComposite, inspection: Inspection, asking: Asking, state: FactoringState) -> list[NewEvent]:
    number, submitted = recorded(
        command.text, inspection, state.next_number(), command.target_milli, command.priority, command.project
    )
    events = [*joined(command.project, state), NewEvent(stream_of(number.id), submitted)]
    within = len(events) - 1
    events += named_events(number, command.name.strip(), within=within)
    events += small_factor_events(number, inspection, state, within=within)
    return events + prior_events(command.prior, number, asking, state, within=within)


def recorded(
    text: str, inspection: Inspection, number: int, target_milli: int | None, priority: int | None, project: str = ""
) -> tuple[Number, CompositeSubmitted]:
    """Return a number as it stands once it is recorded under an id, and the fact that records it."""
    text = text.strip()
    new = Number(
        id=number,
        value=inspection.number,
        expression="" if text == inspection.number else text,
        digits=inspection.digits,
        primality=inspection.primality,
        status="open",
        target_milli=target_milli or usual_target_milli(inspection.digits),
        priority=priority or 0,
        t_milli=0,
        effort=0,
        cpu_milliseconds=0,
        leases=0,
        submitted=0,
    )
    submitted = CompositeSubmitted(
        number=new.id,
        value=new.value,
        expression=new.expression,
        digits=new.digits,
        primality=new.primality,
        target_milli=new.target_milli,
        priority=new.priority,
        project=project,
    )
    return new, submitted


def small_factor_events(
    number: Number, inspection: Inspection, state: FactoringState, within: int | None = None
) -> list[NewEvent]:
    """Take out what a division by small primes finds, algebraic factors, and the root of a power.

    Args:
        number: not split yet.
        inspection: of it.
        state: where new ids come from.
        within: the offset, in this decision, of the event that submits the number; None when it is on record.
    """
    parts = list(_pieces(inspection))
    taken_out = [piece for piece in parts if piece.value != inspection.cofactor or piece.times > 1]
    if not taken_out:
        return []
    first = state.next_factor()
    found = [
        FactorFound(
            factor=first + offset,
            number=number.id,
            value=piece.value,
            primality=piece.primality,
            attempt=0,
            sigma="",
            client=0,
        )
        for offset, piece in enumerate(taken_out)
    ]
    cause = number.submitted or None
    events = [NewEvent(stream_of(number.id), fact, cause=cause, within=within) for fact in found]
    split = Split(number.value, tuple(parts), 0)
    first_found = 0 if within is None else within + 1
    return events + split_events([split], {number.value: number}, state, within=lambda _claim: first_found)


def _pieces(inspection: Inspection) -> Iterable[Piece]:
    for prime, exponent in inspection.small_factors:
        yield Piece(str(prime), len(str(prime)), "proven", exponent)
    for value, primality in inspection.algebraic:
        yield Piece(value, len(value), primality, 1)
    if inspection.cofactor_primality is not None:
        yield Piece(inspection.cofactor, len(inspection.cofactor), inspection.cofactor_primality, inspection.times)


def _changes(command: SubmitComposite, known: Number, state: FactoringState) -> list[NewEvent]:
    """Return what a resubmission changes; what it does not mention stays as it was."""
    return [
        *(unshelved_events(known, state) if known.shelf == "deleted" else []),
        *changed_events(known, command.target_milli, command.priority, state),
        *joined_events(known, command.project, state),
        *named_events(known, command.name.strip()),
    ]
