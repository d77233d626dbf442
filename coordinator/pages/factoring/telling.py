"""Sentences for the events of factoring."""

import sqlite3
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from markupsafe import Markup

from coordinator.node import Node
from coordinator.pages.contributing.contribution import Words
from coordinator.pages.contributing.telling import client_link, how_paused, why_paused
from coordinator.pages.rendering.filters import expression, moment
from coordinator.pages.rendering.legible import legible
from core.bigint import abbreviate
from core.events.envelope import Event
from core.events.fact import Fact
from core.factoring.events.assignment import (
    WorkAcknowledged,
    WorkAssigned,
    WorkAssignedBefore,
    WorkProgressed,
    WorkReserved,
)
from core.factoring.events.corrections import IdsGivenOut
from core.factoring.events.evidence import FactorConfirmed, WishNoted
from core.factoring.events.imports import AttemptImported, CompositeImported, FactorImported
from core.factoring.events.numbers import (
    CompositeChanged,
    CompositeSubmitted,
    NumberDeadlineSet,
    NumberNamed,
    NumberShelved,
    NumberSplit,
    NumberUnshelved,
    ProjectJoined,
    SnfsFormNoted,
)
from core.factoring.events.prior_work import PriorWorkDeclared
from core.factoring.events.projects import (
    ProjectCreated,
    ProjectDeleted,
    ProjectPaused,
    ProjectResumed,
    ProjectShareSet,
)
from core.factoring.events.proofs import GroupOrderComputed, PrimalitySettled
from core.factoring.events.reports import AttemptMade, CurveMeasured, CurvesRun, FactorFound
from core.factoring.events.residues import (
    CurvesAssumed,
    CurvesIdentified,
    CurvesIdentifiedBefore,
    ResidueClaimed,
    ResidueCompleted,
    ResidueCurves,
    ResidueCurvesBefore,
    ResidueCurvesSkipped,
    ResidueIdsGivenOut,
    ResidueRemoved,
    ResiduesUploaded,
    StageOneNamed,
)
from core.factoring.reporting.attempts import RELATION
from core.factoring.state.numbers import Number
from core.wording import bounds, ends, plural
from projections.factoring.credit import attempts
from projections.factoring.lists import catalogue
from projections.factoring.wholes import submitted

_METHODS = {
    "pm1": "P-1",
    "pp1": "P+1",
    "nfs": "the number field sieve",
    "snfs": "the special number field sieve",
    "gnfs": "the general number field sieve",
    "other": "another method",
    "qs": "the quadratic sieve",
    RELATION: "factors of other numbers",
}
_HERE = "the coordinator"
SENTENCES: Mapping[type[Fact], str] = {
    CompositeSubmitted: "{number} was handed in, of {digits}",
    WorkAssigned: "{client} was given {run} on {number}{bounds}",
    WorkReserved: "{client} reserved {number} for {method}",
    CurvesRun: "{client} ran {run} on {number}{bounds}",
    AttemptMade: "{who} tried {method} on {number}",
    FactorFound: "{finder} found the factor {value} of {number}",
    FactorConfirmed: "{client} confirmed the factor {value} of {number}",
    NumberSplit: "{number} is now known as a product of {parts}",
    PriorWorkDeclared: "{client} told of earlier work on {number}",
    PrimalitySettled: "{number} was tested: {primality}",
    ProjectCreated: 'the project <a href="/projects/{project}">{name}</a> began',
    ProjectDeleted: "the project {name} was deleted",
    ProjectShareSet: 'the project <a href="/projects/{project}">{name}</a> gets work by the weight {weight}{until}',
    NumberDeadlineSet: "{number} shall be done{until}",
    ProjectPaused: 'work on the project <a href="/projects/{project}">{name}</a> was {paused}{why}',
    ProjectResumed: 'work on the project <a href="/projects/{project}">{name}</a> was resumed',
    NumberNamed: "{number} is called {name}",
    NumberShelved: "{number} was put aside: {shelf}",
    NumberUnshelved: "{number} was taken up again",
    ResiduesUploaded: "{client} handed in {curves} after stage 1 on {number}",
    ResidueClaimed: "{client} took residue file {residue} for stage 2",
    ResidueCompleted: "stage 2 of residue file {residue} is done",
}
BOOKS: Mapping[type[Fact], str] = {
    WorkAssignedBefore: "{client} was given {run} on {number}{bounds}",
    WorkProgressed: "some work has come to {curves}",
    WorkAcknowledged: "a worker said that it has got its work",
    CompositeChanged: "{number} has another target or priority",
    ProjectJoined: "{number} belongs to {project}",
    CurveMeasured: "a curve with B1 {b1} was timed here",
    IdsGivenOut: "ids were given out",
    SnfsFormNoted: "{number} has a special form of a difficulty of {difficulty}",
    WishNoted: "what was wanted of {number} was noted",
    CompositeImported: "{number} was moved in from another ledger",
    AttemptImported: "an attempt was moved in from another ledger",
    FactorImported: "a factor was moved in from another ledger",
    GroupOrderComputed: "the group order behind a factor of {number} was computed",
    CurvesAssumed: "which curves made a residue file of {number} was assumed",
    CurvesIdentified: "a residue file told which curves were run on {number}",
    CurvesIdentifiedBefore: "a residue file told which curves were run on {number}",
    ResidueCurves: "the curves of residue file {residue} were listed",
    ResidueCurvesBefore: "the curves of residue file {residue} were listed",
    ResidueCurvesSkipped: "some curves of residue file {residue} were left out of stage 2",
    ResidueIdsGivenOut: "ids were given out",
    ResidueRemoved: "residue file {residue} was removed: {reason}",
    StageOneNamed: "which report was of the stage 1 of residue file {residue} was said",
}
"""Of facts that only keep the books."""

MANY: Mapping[type[Fact], str] = {
    CompositeSubmitted: "more number",
}


PASSING: frozenset[type[Fact]] = frozenset({PrimalitySettled, NumberSplit, WorkAssigned, FactorConfirmed})
"""Tests, parts, work that begins, a find that was known."""


def minor(fact: Fact) -> bool:
    """Tell whether a fact of another kind is no news: what division finds, and what follows from another number."""
    match fact:
        case FactorFound():
            return not fact.client
        case AttemptMade():
            return fact.method == RELATION
        case _:
            return False


async def words(node: Node, events: Sequence[Event], known: Mapping[int, str]) -> Words:
    """Return what the words in these sentences say of some events."""
    factoring = node.readers["factoring"]
    wholes, numbers = await factoring.query(_wholes, numbers_in(events))
    own = await factoring.query(attempts.among_by_method, _unnamed(events), RELATION)

    @cache  # many events are of the same few numbers
    def title(number: int) -> Markup:
        return number_link(number, numbers.get(number))

    def who(fact: Any) -> Markup | str:
        return _HERE if fact.attempt in own else client_link(fact.client, known)

    return {
        "who": who,
        "finder": lambda fact: who(fact) if fact.client or fact.attempt else "division by small primes",
        "number": lambda fact: title(wholes.get(fact.number, fact.number)),
        "value": lambda fact: abbreviate(fact.value),
        "parts": lambda fact: Markup(" · ").join(title(part.number) for part in fact.parts),
        "run": _run,
        "until": lambda fact: Markup(" until {}").format(moment(fact.deadline)) if fact.deadline else "",
        "bounds": lambda fact: f", {bounds(fact.b1, fact.b2)}" if getattr(fact, "b1", 0) else "",
        "method": lambda fact: _METHODS.get(fact.method, fact.method),
        "primality": lambda fact: {"proven": "it is prime"}.get(fact.primality, "it is composite"),
        "curves": lambda fact: plural(fact.curves, "curve"),
        "digits": lambda fact: plural(fact.digits, "digit"),
        "difficulty": lambda fact: plural(fact.difficulty, "digit"),
        "paused": how_paused,
        "why": why_paused,
    }


def _wholes(connection: sqlite3.Connection, told: Sequence[int]) -> tuple[dict[int, int], dict[int, Number]]:
    """Return which submitted numbers some numbers are parts of, and both."""
    wholes = submitted.first_roots(connection, told)
    return wholes, catalogue.numbers_by_id(connection, sorted({*told, *wholes.values()}))


def _unnamed(events: Sequence[Event]) -> list[int]:
    """Return the attempts that events are about and that no client is named for: some were the coordinator's own."""
    facts = [event.fact for event in events]
    return [fact.attempt for fact in facts if isinstance(fact, AttemptMade | FactorFound) and not fact.client]


def _run(fact: Any) -> str:
    if getattr(fact, "b1", 0):
        return plural(fact.curves, "curve")
    return str(_METHODS.get(fact.method, fact.method))


def number_link(number: int, known: Number | None) -> Markup:
    """Return what a number is called, with a link."""
    if known is None:
        title: object = f"number {number}"
    else:
        title = legible(known.name) or (expression(known.expression) if known.expression else ends(known.value))
    return Markup('<a href="/composites/{}">{}</a>').format(number, title)


def numbers_in(events: Sequence[Event]) -> list[int]:
    """Return the ids of the numbers that events are about."""
    facts: list[Any] = [event.fact for event in events]
    ids = {fact.number for fact in facts if isinstance(getattr(fact, "number", None), int)}
    return sorted(ids | {part.number for fact in facts if isinstance(fact, NumberSplit) for part in fact.parts})
