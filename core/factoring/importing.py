"""Decisions about moving in: rows of the system replaced become what they would be if they came in now.

An id that a row had is kept where it was never given out here, which is so when rows come in the order of their ids
into a coordinator that is new. Therefore a number is first taken over whole, and its small factors are taken out when
all numbers are there: parts get ids too.
"""

from collections.abc import Sequence

from gmpy2 import mpz
from msgspec.structs import replace

from core.deciding import Answer, Asking, Command, Decision, Want
from core.events.envelope import NewEvent
from core.factoring.answers.rendering import composite_answer
from core.factoring.answers.shapes import RowKnown
from core.factoring.commands.imports import DivideOut, ImportAttempt, ImportComposite, ImportCurves, ImportFactor
from core.factoring.commands.reports import Claim, ReportAttempt, ReportCurves
from core.factoring.events.evidence import FactorConfirmed, Wish
from core.factoring.events.imports import AttemptImported, CompositeImported, FactorImported
from core.factoring.events.numbers import SnfsFormNoted, stream_of
from core.factoring.events.reports import AttemptMade, CurvesRun, FactorFound
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.numbers.changing import check_difficulty, declared
from core.factoring.numbers.noting import noted
from core.factoring.numbers.shelving import listed, shelved_events
from core.factoring.numbers.submitting import Inspect, check_wanted, recorded, small_factor_events
from core.factoring.reporting.attempts import attempt as report_attempt
from core.factoring.reporting.curves import composite_of
from core.factoring.reporting.curves import report as report_curves
from core.factoring.state.factoring import FactoringState
from core.factoring.worth import CurveWorth
from core.refusals import BadInput

_LARGEST_ROW = 2**31 - 1


def composite(command: ImportComposite, asking: Asking, state: FactoringState) -> Decision:
    """Take over a number; one that is known here stays as it is."""
    before = state.imported(command.origin)
    if before is not None:
        return composite_answer(listed(before, state), "existing")
    _check_row(command.row)
    check_wanted(command.target_milli, command.priority)
    check_difficulty(command.snfs_difficulty)
    inspection = asking.found(Inspect(command.text, command.ceiling_digits))
    known = state.number_of_value(inspection.number)
    if known is not None:
        wish = Wish(wish="submit", text=command.text, target_milli=command.target_milli, priority=command.priority)
        return [_imported(command, known.id), *noted(wish, known, asking, state)]
    kept = max(command.row, state.next_number())
    number, submitted = recorded(command.text, inspection, kept, command.target_milli, command.priority)
    events = [NewEvent(stream_of(kept), submitted), _imported(command, kept)]
    if command.snfs_difficulty > 0:
        form = SnfsFormNoted(number=kept, difficulty=command.snfs_difficulty)
        events.append(NewEvent(stream_of(kept), form, within=0))
    if command.shelf is not None and number.primality == "composite":
        shelved = shelved_events(number, command.shelf, "So it was in the system replaced.", state)
        events += [replace(event, within=0) for event in shelved]
    return events


def _imported(command: ImportComposite, number: int) -> NewEvent:
    return NewEvent(stream_of(number), CompositeImported(number=number, row=command.row, origin=command.origin))


def curves(command: ImportCurves, asking: Asking, state: FactoringState) -> Decision:
    """Take over curves; those that a later attempt carried further add nothing."""
    before = _known(command, state)
    if before is not None:
        return before
    events = list(report_curves(command.report, asking, state))  # type: ignore[arg-type] # a report is never just answered
    if command.superseded_by:
        events = [_superseded(event) for event in events]
    return _with_rows(events, command, state, command.superseded_by)


def attempt(command: ImportAttempt, asking: Asking, state: FactoringState) -> Decision:
    """Take over an attempt by other means."""
    before = _known(command, state)
    if before is not None:
        return before
    events = list(report_attempt(command.report, asking, state))  # type: ignore[arg-type] # as above
    return _with_rows(events, command, state, superseded_by=0)


def factor(command: ImportFactor, asking: Asking, state: FactoringState) -> Decision:
    """Take over a factor, as one that somebody declares; one that is known adds nothing, but is kept as said."""
    _check_row(command.row)
    number = composite_of(command.value, state)
    events = declared((Claim(command.factor),), number, asking, state)
    if events:
        return _with_factor_rows(events, {command.factor: command.row}, state)
    left = mpz(number.value) // mpz(command.factor)
    return noted(Wish(wish="describe", left=left.digits()), number, asking, state) or RowKnown(id=number.id)


def divide(command: DivideOut, asking: Asking, state: FactoringState) -> Decision:
    """Take out the small factors of a number of which no factor is known; where one is, it is kept as said.

    It is kept, too, where some are taken out: asked for again, it leads to nothing.
    """
    number, wish = listed(command.number, state), Wish(wish="divide")
    if number.status not in {"open", "finished"}:
        return noted(wish, number, asking, state) or composite_answer(number, "existing")
    taken_out = small_factor_events(number, asking.found(Inspect(number.value, number.digits)), state)
    if not taken_out:
        return composite_answer(number, "existing")
    return [*taken_out, NewEvent(stream_of(number.id), wish.noted(number.id, asking.client), cause=number.submitted)]


def _known(command: ImportCurves | ImportAttempt, state: FactoringState) -> Answer | None:
    for row in (command.row, *command.factor_rows, getattr(command, "superseded_by", 0)):
        _check_row(row)
    before = state.imported(command.origin)
    return None if before is None else RowKnown(id=before)


def _superseded(event: NewEvent) -> NewEvent:
    fact = event.fact
    if not isinstance(fact, CurvesRun):
        return event
    nothing = replace(fact, anonymous=0, raised=(), uncredited=tuple(range(len(fact.sigmas))))
    return replace(event, fact=nothing)


def _with_rows(
    events: Sequence[NewEvent], command: ImportCurves | ImportAttempt, state: FactoringState, superseded_by: int
) -> list[NewEvent]:
    """Give an attempt and its factors the ids that they had, where these are free, and say that they are imported."""
    kept = max(command.row, state.next_attempt())
    renamed = [_renamed(event, kept) for event in events]
    run = next(i for i, event in enumerate(events) if isinstance(event.fact, CurvesRun | AttemptMade))
    imported = AttemptImported(attempt=kept, row=command.row, origin=command.origin, superseded_by=superseded_by)
    rows = dict(zip((claim.factor for claim in command.report.claims), command.factor_rows, strict=False))
    return [*_with_factor_rows(renamed, rows, state), NewEvent(events[run].stream, imported, within=run)]


def _renamed(event: NewEvent, attempt: int) -> NewEvent:
    if isinstance(event.fact, CurvesRun | AttemptMade | FactorFound | FactorConfirmed):
        return replace(event, fact=replace(event.fact, attempt=attempt))
    return event


def _with_factor_rows(events: Sequence[NewEvent], rows: dict[str, int], state: FactoringState) -> list[NewEvent]:
    """Give factors the ids that they had; of several numbers, the first has it."""
    rows = dict(rows)
    following = state.next_factor()
    renamed: list[NewEvent] = []
    imported: list[NewEvent] = []
    for offset, event in enumerate(events):
        fact = event.fact
        if not isinstance(fact, FactorFound):
            renamed.append(event)
            continue
        row = rows.pop(fact.value, 0)
        kept = max(row, following)
        following = kept + 1
        renamed.append(replace(event, fact=replace(fact, factor=kept)))
        if row:
            imported.append(NewEvent(event.stream, FactorImported(factor=kept, row=row), within=offset))
    return renamed + imported


def foreseen(command: Command) -> tuple[Want[object], ...] | None:
    """Return what the decision about a row is going to ask for; None when that depends on what comes before it."""
    match command:
        case ImportComposite():
            return (Inspect(command.text, command.ceiling_digits),)
        case ImportCurves(report=ReportCurves(bounds=Bounds() as bounds, claims=())):
            return (CurveWorth(bounds),)
        case ImportAttempt(report=ReportAttempt(claims=())):
            return ()
    return None


def _check_row(row: int) -> None:
    if not 0 <= row <= _LARGEST_ROW:
        raise BadInput(f"The id {row} is out of bounds; a whole number from 1 to {_LARGEST_ROW} is accepted.")
