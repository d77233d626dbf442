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
from core.factoring import events as factoring
from core.factoring.attempting import RELATION
from core.factoring.curation import events as curation
from core.factoring.evidence import FactorConfirmed, WishNoted
from core.factoring.imports import events as imports
from core.factoring.prior_events import PriorWorkDeclared
from core.factoring.proofs.events import GroupOrderComputed, PrimalitySettled
from core.factoring.residues import events as residues
from core.factoring.state import Number
from core.wording import bounds, ends, plural
from projections.factoring.lists import catalogue
from projections.factoring.wholes import submitted

_METHODS = {
    "pm1": "P-1",
    "pp1": "P+1",
    "nfs": "the number field sieve",
    "qs": "the quadratic sieve",
    RELATION: "factors of other numbers",
}
SENTENCES: Mapping[type[Fact], str] = {
    factoring.CompositeSubmitted: "{number} was handed in, of {digits}",
    factoring.WorkAssigned: "{client} was given {run} on {number}{bounds}",
    factoring.WorkReserved: "{client} reserved {number} for {method}",
    factoring.CurvesRun: "{client} ran {run} on {number}{bounds}",
    factoring.AttemptMade: "{client} tried {method} on {number}",
    factoring.FactorFound: "{finder} found the factor {value} of {number}",
    FactorConfirmed: "{client} confirmed the factor {value} of {number}",
    factoring.NumberSplit: "{number} is now known as a product of {parts}",
    PriorWorkDeclared: "{client} told of earlier work on {number}",
    PrimalitySettled: "{number} was tested: {primality}",
    curation.ProjectCreated: 'the project <a href="/projects/{project}">{name}</a> began',
    curation.ProjectDeleted: "the project {name} was deleted",
    curation.ProjectShareSet: 'the project <a href="/projects/{project}">{name}</a> gets work by the weight {weight}{until}',
    curation.NumberDeadlineSet: "{number} shall be done{until}",
    curation.ProjectPaused: 'work on the project <a href="/projects/{project}">{name}</a> was {paused}{why}',
    curation.ProjectResumed: 'work on the project <a href="/projects/{project}">{name}</a> was resumed',
    curation.NumberNamed: "{number} is called {name}",
    curation.NumberShelved: "{number} was put aside: {shelf}",
    curation.NumberUnshelved: "{number} was taken up again",
    residues.ResiduesUploaded: "{client} handed in {curves} after stage 1 on {number}",
    residues.ResidueClaimed: "{client} took residue file {residue} for stage 2",
    residues.ResidueCompleted: "stage 2 of residue file {residue} is done",
}
BOOKS: Mapping[type[Fact], str] = {
    factoring.WorkAssignedBefore: "{client} was given {run} on {number}{bounds}",
    factoring.WorkProgressed: "some work has come to {curves}",
    factoring.WorkAcknowledged: "a worker said that it has got its work",
    factoring.CompositeChanged: "{number} has another target or priority",
    factoring.ProjectJoined: "{number} belongs to {project}",
    factoring.CurveMeasured: "a curve with B1 {b1} was timed here",
    curation.IdsGivenOut: "ids were given out",
    curation.SnfsFormNoted: "{number} has a special form of a difficulty of {difficulty}",
    WishNoted: "what was wanted of {number} was noted",
    imports.CompositeImported: "{number} was moved in from another ledger",
    imports.AttemptImported: "an attempt was moved in from another ledger",
    imports.FactorImported: "a factor was moved in from another ledger",
    GroupOrderComputed: "the group order behind a factor of {number} was computed",
    residues.CurvesAssumed: "which curves made a residue file of {number} was assumed",
    residues.CurvesIdentified: "a residue file told which curves were run on {number}",
    residues.CurvesIdentifiedBefore: "a residue file told which curves were run on {number}",
    residues.ResidueCurves: "the curves of residue file {residue} were listed",
    residues.ResidueCurvesBefore: "the curves of residue file {residue} were listed",
    residues.ResidueCurvesSkipped: "some curves of residue file {residue} were left out of stage 2",
    residues.ResidueIdsGivenOut: "ids were given out",
    residues.ResidueRemoved: "residue file {residue} was removed: {reason}",
}
"""Of facts that only keep the books."""

MANY: Mapping[type[Fact], str] = {
    factoring.CompositeSubmitted: "more number",
}


PASSING: frozenset[type[Fact]] = frozenset(
    {PrimalitySettled, factoring.NumberSplit, factoring.WorkAssigned, FactorConfirmed}
)
"""Tests, parts, work that begins, a find that was known."""


def minor(fact: Fact) -> bool:
    """Tell whether a fact of another kind is no news: what division finds, and what follows from another number."""
    match fact:
        case factoring.FactorFound():
            return not fact.client
        case factoring.AttemptMade():
            return fact.method == RELATION
        case _:
            return False


async def words(node: Node, events: Sequence[Event], known: Mapping[int, str]) -> Words:
    """Return what the words in these sentences say of some events."""
    wholes, numbers = await node.readers["factoring"].query(_wholes, numbers_in(events))

    @cache  # many events are of the same few numbers
    def title(number: int) -> Markup:
        return number_link(number, numbers.get(number))

    return {
        "finder": lambda fact: (
            client_link(fact.client, known) if fact.client or fact.attempt else "division by small primes"
        ),
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
    return sorted(
        ids | {part.number for fact in facts if isinstance(fact, factoring.NumberSplit) for part in fact.parts}
    )
