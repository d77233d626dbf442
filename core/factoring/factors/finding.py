"""From claimed factors to events: what was found, and what it takes apart."""

from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace

from core.deciding import Asking
from core.events.envelope import NewEvent
from core.factoring.commands.reports import Claim
from core.factoring.events.evidence import FactorConfirmed
from core.factoring.events.numbers import stream_of
from core.factoring.events.reports import FactorFound
from core.factoring.factors.dissection import Dissected, Dissection, Dissections, Elsewhere, Split
from core.factoring.factors.relations import learners
from core.factoring.factors.splitting import split_events
from core.factoring.state.factoring import FactoringState
from core.factoring.state.numbers import Number
from core.leases import decide as leases
from core.refusals import BadInput

MAX_CLAIMS = 64
_NOTHING_CLAIMED = Dissected((), ())


def check_claims(claims: tuple[Claim, ...]) -> None:
    """Refuse more factors than one report may claim.

    Raises:
        BadInput: there are too many.
    """
    if len(claims) > MAX_CLAIMS:
        raise BadInput(f"{len(claims)} factors were sent; at most {MAX_CLAIMS} are accepted in one report.")


def dissect(claims: tuple[Claim, ...], number: Number, asking: Asking, state: FactoringState) -> Dissected:
    """Hold claimed factors against what is left of a number, and of others that share them by their form.

    Raises:
        Unprepared: primality has yet to be settled.
    """
    if not claims:
        return _NOTHING_CLAIMED
    first = _dissected(_dissection(claims, number, state), asking)
    dissected = _with_known(first, claims, number, asking, state)
    return replace(dissected, elsewhere=_elsewhere(dissected, number, asking, state))


def _elsewhere(dissected: Dissected, number: Number, asking: Asking, state: FactoringState) -> tuple[Elsewhere, ...]:
    """Find out what the factors of a number take apart of others."""
    others = learners(number.id, [verdict.factor for verdict in dissected.verdicts if not verdict.refusal], state)
    if not others:
        return ()
    shared = [tuple(map(Claim, learner.shared)) for learner in others]
    asked = tuple(_dissection(claims, one.number, state) for claims, one in zip(shared, others, strict=True))
    splits = list(dissected.splits)
    found: list[Elsewhere] = []
    for learner, claims, first in zip(others, shared, _all_dissected(asked, asking), strict=True):
        there = _with_known(first, claims, learner.number, asking, state)
        fresh = _not_taken_apart(there.splits, splits, state)
        splits += fresh
        for claim, verdict in enumerate(there.verdicts):
            behind = len(dissected.verdicts) + len(found)
            told = tuple(replace(split, claim=behind) for split in fresh if split.claim == claim)
            if told:
                found.append(Elsewhere(learner.number.id, verdict.factor, verdict.primality or "composite", told))
    return tuple(found)


def _not_taken_apart(splits: Sequence[Split], before: Sequence[Split], state: FactoringState) -> list[Split]:
    """Return those splits that take apart what is on record, or comes of a split, and was not taken apart before."""
    fresh: list[Split] = []
    for split in splits:
        earlier = [*before, *fresh]
        pieces = {piece.value for one in earlier for piece in one.pieces}
        if all(split.of != one.of for one in earlier) and (split.of in pieces or state.number_of_value(split.of)):
            fresh.append(split)
    return fresh


def _dissection(
    claims: tuple[Claim, ...], number: Number, state: FactoringState, known: Mapping[str, tuple[str, ...]] | None = None
) -> Dissection:
    return Dissection(number.value, _composites_of(number, state), claims, tuple(sorted((known or {}).items())))


def _dissected(dissection: Dissection, asking: Asking) -> Dissected:
    """Return what comes of it: found out here when that takes less than to have it found out elsewhere."""
    return dissection.find() if dissection.is_light else asking.found(dissection)


def _all_dissected(dissections: tuple[Dissection, ...], asking: Asking) -> tuple[Dissected, ...]:
    if len(dissections) == 1:
        return (_dissected(dissections[0], asking),)
    return asking.found(Dissections(dissections))


def _with_known(
    dissected: Dissected, claims: tuple[Claim, ...], number: Number, asking: Asking, state: FactoringState
) -> Dissected:
    """Dissect again when pieces came out that are taken apart already."""
    known: dict[str, tuple[str, ...]] = {}
    while taken_apart := _taken_apart(dissected, state).items() - known.items():
        known.update(taken_apart)
        dissected = _dissected(_dissection(claims, number, state, known), asking)
    return dissected


def _composites_of(number: Number, state: FactoringState) -> tuple[str, ...]:
    return tuple(leaf.value for leaf in state.leaves(number.id) if leaf.primality == "composite")


def _taken_apart(dissected: Dissected, state: FactoringState) -> dict[str, tuple[str, ...]]:
    """Return which pieces are on record as taken apart, with the composites that are left of each."""
    pieces = {piece.value for split in dissected.splits for piece in split.pieces if piece.primality == "composite"}
    on_record = {value: number for value in pieces if (number := state.number_of_value(value)) is not None}
    left = {value: _composites_of(number, state) for value, number in on_record.items()}
    return {value: composites for value, composites in left.items() if composites != (value,)}


def accepted(dissected: Dissected) -> tuple[str, ...]:
    """Return the claimed factors that divide the number, in decimal."""
    return tuple(verdict.factor for verdict in dissected.verdicts if not verdict.refusal)


def refused(dissected: Dissected) -> tuple[str, ...]:
    """Return why the other claims were turned down, a sentence each."""
    return tuple(verdict.refusal for verdict in dissected.verdicts if verdict.refusal)


def found_events(
    claims: Sequence[Claim],
    dissected: Dissected,
    number: Number,
    state: FactoringState,
    *,
    attempt: int,
    client: int,
    within: int,
) -> list[NewEvent]:
    """Record the factors that take something apart, and what they take apart.

    Args:
        claims: the factors claimed.
        dissected: what they are worth.
        number: of which they are factors.
        state: where known parts and new ids come from.
        attempt: what found them.
        client: who did.
        within: the offset, in this decision, of the event that tells of the attempt.
    """
    splits = dissected.all_splits
    if not splits:
        return []
    causes: dict[int, int] = {}
    events: list[NewEvent] = []
    for claim in dict.fromkeys(split.claim for split in splits):
        causes[claim] = within + 1 + len(events)
        factor = state.next_factor() + len(events)
        if claim < len(claims):
            verdict = dissected.verdicts[claim]
            primality, sigma = verdict.primality or "composite", claims[claim].sigma
            found = FactorFound(factor, number.id, verdict.factor, primality, attempt, sigma, client)
        else:
            other = dissected.elsewhere[claim - len(claims)]
            found = FactorFound(factor, other.number, other.factor, other.primality, attempt, "", 0)
        known = state.number_of_value(found.value)
        if known is not None:
            found = replace(found, primality=known.primality)
        events.append(NewEvent(stream_of(found.number), found, within=within))
    concerned = (number.id, *(other.number for other in dissected.elsewhere))
    leaves = {leaf.value: leaf for one in concerned for leaf in state.leaves(one)}
    return events + split_events(splits, leaves, state, within=causes.__getitem__)


def confirmed_events(
    claims: Sequence[Claim], dissected: Dissected, number: Number, *, attempt: int, client: int, within: int
) -> list[NewEvent]:
    """Keep the curves that are said to have found what took nothing apart any more; see `found_events`."""
    told = {split.claim for split in dissected.splits}
    values = {dissected.verdicts[claim].factor for claim in told}
    kept: dict[str, str] = {}
    for offset, claim in enumerate(claims):
        verdict = dissected.verdicts[offset]
        if not verdict.refusal and verdict.factor not in values:
            kept.setdefault(verdict.factor, claim.sigma)
    return [
        NewEvent(stream_of(number.id), FactorConfirmed(number.id, attempt, client, value, sigma), within=within)
        for value, sigma in kept.items()
        if sigma
    ]


def work_ended(dissected: Dissected, finders: Collection[int], state: FactoringState, *, own: str) -> list[NewEvent]:
    """End what is handed out on a number that is being taken apart: whoever goes on would look for what is found.

    Args:
        dissected: what the factors are worth.
        finders: the clients that the sender of the report goes by; what they hold is completed by it.
        state: which says what is held.
        own: the assignment under which the report was sent, whose holder says itself when it is done; empty for none.
    """
    split = [state.number_of_value(split.of) for split in dissected.all_splits]
    events: list[NewEvent] = []
    for lease in (lease for number in split if number is not None for lease in state.live_on(number.id)):
        if lease.id != own:
            finished = lease.client and lease.client in finders
            events += leases.end(lease, "factoring", "completed" if finished else "revoked", "a factor was found")
    return events
