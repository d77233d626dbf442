"""Decisions about what was recorded wrongly: it stays in the log, and what counts instead is restated."""

from collections.abc import Iterator, Sequence

from core.corrections.events import STREAM, Concluded, ReportsReinstated, ReportsWithdrawn, Restated
from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.factoring.commands.corrections import Correct, Restatement
from core.factoring.events.corrections import IdsGivenOut
from core.factoring.events.residues import ResidueIdsGivenOut
from core.factoring.state.factoring import FactoringState
from core.free_text import check_reason
from core.refusals import Conflict

_CONTEXT = "factoring"
_POSITIONS_AN_EVENT = 4_000
_PLACES_AN_EVENT = 2_000
"""So many fit into one event, whatever their digits."""


def correct(command: Correct, _: Asking, state: FactoringState) -> Decision:
    """Record that reports do not count any more, or count again, and what follows."""
    check_reason(command.reason)
    if command.refusal:
        raise Conflict(command.refusal)
    number, attempt, factor = command.given_out
    given_out = IdsGivenOut(
        number=max(number, state.next_number() - 1),
        attempt=max(attempt, state.next_attempt() - 1),
        factor=max(factor, state.next_factor() - 1),
        assignment=state.next_assignment() - 1,
        project=state.next_project() - 1,
    )
    events = [
        *_named(ReportsWithdrawn, command.withdrawn, command.reason),
        *_named(ReportsReinstated, command.reinstated, command.reason),
        *_restated(command.restated),
        NewEvent("system", given_out),
    ]
    if state.residues.next() > 1:
        events.append(NewEvent("system", ResidueIdsGivenOut(residue=state.residues.next() - 1)))
    return [*events, NewEvent(STREAM, Concluded(context=_CONTEXT))]


def _named(
    kind: type[ReportsWithdrawn] | type[ReportsReinstated], positions: Sequence[int], reason: str
) -> Iterator[NewEvent]:
    for start in range(0, len(positions), _POSITIONS_AN_EVENT):
        some = tuple(positions[start : start + _POSITIONS_AN_EVENT])
        yield NewEvent(STREAM, kind(context=_CONTEXT, positions=some, reason=reason))


def _restated(restatements: Sequence[Restatement]) -> Iterator[NewEvent]:
    for start in range(0, len(restatements), _PLACES_AN_EVENT):
        some = restatements[start : start + _PLACES_AN_EVENT]
        places = tuple((one.place, -1 if one.events is None else len(one.events)) for one in some)
        yield NewEvent(STREAM, Restated(context=_CONTEXT, places=places))
        for one in some:
            yield from one.events or ()
