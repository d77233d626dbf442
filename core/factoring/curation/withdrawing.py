"""Decisions about what was recorded wrongly: it stays in the log, and counts no more."""

from collections.abc import Sequence

import msgspec

from core.corrections.events import STREAM, Withdrawn
from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.factoring.curation.commands import Orphan, Withdraw
from core.factoring.curation.events import IdsGivenOut
from core.factoring.curation.shelving import check_reason
from core.factoring.curves import Bounds
from core.factoring.reporting import novelty
from core.factoring.residues.events import ResidueIdsGivenOut
from core.factoring.splitting import stream_of
from core.factoring.state import FactoringState
from core.refusals import Conflict


def withdraw(command: Withdraw, _: Asking, state: FactoringState) -> Decision:
    """Record that attempts and factors do not count any more; curves on what vanishes move to what it divides."""
    check_reason(command.reason)
    for position, correction in command.already:
        raise Conflict(
            f"Event {position} does not count any more since event {correction}; it can't be withdrawn again."
        )
    for one, effort in command.efforts:
        number = state.number(one)
        if number is None or number.effort != effort:
            raise Conflict(
                f"Curves on number {one} were reported while it was looked up what goes along; send it again."
            )
    fact = Withdrawn(context="factoring", positions=command.positions, reason=command.reason)
    given_out = IdsGivenOut(
        number=state.next_number() - 1,
        attempt=state.next_attempt() - 1,
        factor=state.next_factor() - 1,
        assignment=state.next_assignment() - 1,
        project=state.next_project() - 1,
    )
    # The ids come last: attempts that move bring older ones.
    events = [NewEvent(STREAM, fact), *_moved(command.orphans, state), NewEvent("system", given_out)]
    if state.residues.next() > 1:
        events.append(NewEvent("system", ResidueIdsGivenOut(residue=state.residues.next() - 1)))
    return events


def _moved(orphans: Sequence[Orphan], state: FactoringState) -> list[NewEvent]:
    """Report curves anew on the numbers to which they move, each once; what they found is not theirs any more."""
    events = []
    moved: dict[tuple[int, int], dict[str, Bounds]] = {}
    for orphan in orphans:
        fact, number = orphan.fact, orphan.number
        bounds = Bounds(fact.b1, fact.b2, fact.param)
        before = moved.setdefault((number, fact.param), {})
        known = {**state.known_curves(number, fact.param, fact.sigmas), **before}
        new = novelty(fact.sigmas, fact.anonymous, bounds, known)
        before.update({sigma: bounds for offset, sigma in enumerate(fact.sigmas) if offset not in new.uncredited})
        there = msgspec.structs.replace(
            fact,
            number=number,
            work="",
            anonymous=new.anonymous,
            raised=new.raised,
            uncredited=new.uncredited,
            factors=(),
        )
        events.append(NewEvent(stream_of(number), there, cause=orphan.cause))
    return events
