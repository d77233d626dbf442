"""Ids in what is decided again: a value, an attempt and a factor keep those that they had, and what is new gets new ones."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from core.events.envelope import NewEvent
from core.events.fact import Fact
from core.factoring.events.numbers import CompositeSubmitted, NumberSplit, stream_of
from core.factoring.events.prior_work import PriorWorkDeclared
from core.factoring.events.projects import ProjectCreated
from core.factoring.events.reports import AttemptMade, CurvesRun, FactorFound
from core.factoring.redeciding.names import Names
from core.factoring.state.factoring import FactoringState

Attempt: TypeAlias = CurvesRun | AttemptMade | PriorWorkDeclared


class Ids:
    """The newest ids that a log has given out, and those that are given out anew.

    Attributes:
        fresh: what was given out here, as (kind, id).
    """

    def __init__(self, number: int, attempt: int, factor: int) -> None:
        self._newest = {"number": number, "attempt": attempt, "factor": factor}
        self.fresh: set[tuple[str, int]] = set()

    def next(self, kind: str) -> int:
        """Give out the next id of a kind."""
        self._newest[kind] += 1
        self.fresh.add((kind, self._newest[kind]))
        return self._newest[kind]

    def newest(self, kind: str) -> int:
        """Return the largest id of a kind."""
        return self._newest[kind]


def renamed(
    events: Sequence[NewEvent], before: Sequence[Fact], names: Names, ids: Ids, state: FactoringState
) -> list[NewEvent]:
    """Give what was decided against a state the ids that it keeps.

    Args:
        events: with ids that the state would give next.
        before: all facts that the same command ever led to.
        names: of numbers.
        ids: where new ones come from.
        state: against which it was decided.
    """
    numbers = _Numbers(names, ids, state.next_number())
    factors = _Factors(before, ids)
    attempts = _Attempts(before, ids)
    projects = {fact.name: fact.project for fact in before if isinstance(fact, ProjectCreated)}
    for event in events:
        numbers.learn(event.fact)
    found: list[NewEvent] = []
    for event in events:
        fact = numbers.rename(event.fact)
        match fact:
            case CurvesRun() | AttemptMade() | PriorWorkDeclared():
                fact = replace(fact, attempt=attempts.take(fact))
            case FactorFound():
                fact = replace(fact, factor=factors.take(fact), attempt=attempts.now(fact.attempt))
            case ProjectCreated(name=name) if name in projects:
                fact = replace(fact, project=projects[name])
        found.append(replace(event, fact=fact, stream=numbers.stream(event.stream)))
    return found


class _Attempts:
    """Ids that the attempts of a command ever had: a report has one, and work declared with it one of its own."""

    def __init__(self, before: Sequence[Fact], ids: Ids) -> None:
        self._before = {_kind(fact): fact.attempt for fact in before if isinstance(fact, Attempt)}
        self._ids = ids
        self._given: dict[int, int] = {}

    def take(self, fact: Attempt) -> int:
        """Return the id that an attempt had, else a new one."""
        if fact.attempt not in self._given:
            known = self._before.get(_kind(fact))
            self._given[fact.attempt] = self._ids.next("attempt") if known is None else known
        return self._given[fact.attempt]

    def now(self, attempt: int) -> int:
        """Return the id that was taken for an attempt, by the one that the state gave it; one of before keeps its own."""
        return self._given.get(attempt, attempt)


def _kind(fact: Attempt) -> str:
    return "prior" if isinstance(fact, PriorWorkDeclared) else "report"


class _Factors:
    """Ids that the factors of a command ever had. One value may be a factor of several numbers, each with an id."""

    def __init__(self, before: Sequence[Fact], ids: Ids) -> None:
        self._ids = ids
        self._before: dict[str, dict[int, int]] = {}
        for fact in before:
            if isinstance(fact, FactorFound):
                self._before.setdefault(fact.value, {})[fact.number] = fact.factor

    def take(self, fact: FactorFound) -> int:
        """Return the id that a factor had of its number, else one that it had of a number that is now another, else a new one."""
        known = self._before.get(fact.value)
        if not known:
            return self._ids.next("factor")
        return known.pop(fact.number if fact.number in known else next(iter(known)))


class _Numbers:
    """From ids that a state would give next to those that their values keep."""

    def __init__(self, names: Names, ids: Ids, provisional: int) -> None:
        self._names = names
        self._ids = ids
        self._provisional = provisional
        self._final: dict[int, int] = {}

    def learn(self, fact: Fact) -> None:
        if isinstance(fact, CompositeSubmitted):
            self._take(fact.number, fact.value)
        elif isinstance(fact, NumberSplit):
            for part in fact.parts:
                self._take(part.number, part.value)

    def _take(self, number: int, value: str) -> None:
        if number >= self._provisional and number not in self._final:
            known = self._names.id_of(value)
            self._final[number] = self._ids.next("number") if known is None else known

    def rename(self, fact: Fact) -> Fact:
        if not self._final:
            return fact
        if isinstance(fact, NumberSplit):
            parts = tuple(replace(part, number=self._final.get(part.number, part.number)) for part in fact.parts)
            fact = replace(fact, parts=parts)
        number = getattr(fact, "number", None)
        return replace(fact, number=self._final[number]) if number in self._final else fact

    def stream(self, stream: str) -> str:
        for number, final in self._final.items():
            if stream == stream_of(number):
                return stream_of(final)
        return stream


def given_out(facts: Iterable[Fact]) -> Iterable[tuple[str, int]]:
    """Return the ids that some facts give out, as (kind, id)."""
    for fact in facts:
        match fact:
            case CompositeSubmitted() | NumberSplit():
                yield from (("number", number) for number, _ in values_in([fact]))
            case CurvesRun() | AttemptMade() | PriorWorkDeclared():
                yield "attempt", fact.attempt
            case FactorFound():
                yield "factor", fact.factor


def values_in(facts: Iterable[Fact]) -> Iterable[tuple[int, str]]:
    """Return the ids of numbers that some facts give out, each with its value."""
    for fact in facts:
        if isinstance(fact, CompositeSubmitted):
            yield fact.number, fact.value
        elif isinstance(fact, NumberSplit):
            yield from ((part.number, part.value) for part in fact.parts)
