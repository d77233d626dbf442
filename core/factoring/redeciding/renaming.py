"""Ids in what is decided again: a value, an attempt and a factor keep those that they had, and what is new gets new ones."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from core.events.envelope import NewEvent
from core.events.fact import Fact
from core.factoring.curation.events import ProjectCreated
from core.factoring.events import AttemptMade, CompositeSubmitted, CurvesRun, FactorFound, NumberSplit
from core.factoring.prior_events import PriorWorkDeclared
from core.factoring.redeciding.names import Names
from core.factoring.splitting import stream_of
from core.factoring.state import FactoringState


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
    factors = _Factors(before)
    attempts = {
        _kind(fact): fact.attempt for fact in before if isinstance(fact, CurvesRun | AttemptMade | PriorWorkDeclared)
    }
    projects = {fact.name: fact.project for fact in before if isinstance(fact, ProjectCreated)}
    for event in events:
        numbers.learn(event.fact)
    given: dict[int, int] = {}

    def attempt_of(fact: CurvesRun | AttemptMade | PriorWorkDeclared) -> int:
        if fact.attempt not in given:
            known = attempts.get(_kind(fact))
            given[fact.attempt] = ids.next("attempt") if known is None else known
        return given[fact.attempt]

    found: list[NewEvent] = []
    for event in events:
        fact = numbers.rename(event.fact)
        match fact:
            case CurvesRun() | AttemptMade() | PriorWorkDeclared():
                fact = replace(fact, attempt=attempt_of(fact))
            case FactorFound():
                known = factors.take(fact)
                fact = replace(
                    fact,
                    factor=ids.next("factor") if known is None else known,
                    attempt=given.get(fact.attempt, fact.attempt),
                )
            case ProjectCreated(name=name) if name in projects:
                fact = replace(fact, project=projects[name])
        found.append(replace(event, fact=fact, stream=numbers.stream(event.stream)))
    return found


def _kind(fact: Fact) -> str:
    return "prior" if isinstance(fact, PriorWorkDeclared) else "report"


class _Factors:
    """Ids that the factors of a command ever had. One value may be a factor of several numbers, each with an id."""

    def __init__(self, before: Sequence[Fact]) -> None:
        self._ids: dict[str, dict[int, int]] = {}
        for fact in before:
            if isinstance(fact, FactorFound):
                self._ids.setdefault(fact.value, {})[fact.number] = fact.factor

    def take(self, fact: FactorFound) -> int | None:
        """Return the id that a factor had of its number, else one that it had of a number that is now another."""
        ids = self._ids.get(fact.value, {})
        return ids.pop(fact.number if fact.number in ids else next(iter(ids)), None) if ids else None


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
