"""Which numbers are joined by splits, and in which of these families something is not what it was."""

from collections.abc import Iterable, Iterator

from core.events.fact import Fact
from core.factoring.events.evidence import WishNoted
from core.factoring.events.numbers import NumberShelved, NumberSplit, NumberUnshelved
from core.factoring.events.reports import AttemptMade, CurvesRun, FactorFound
from core.factoring.events.residues import (
    ResidueClaimed,
    ResidueCompleted,
    ResidueCurvesSkipped,
    ResidueRemoved,
    StageOneNamed,
)
from core.factoring.factors.relations import learners
from core.factoring.redeciding.names import Names
from core.factoring.state.factoring import FactoringState
from core.leases.events import LeaseGranted

_SUBJECT = "composite-"


class Families:
    """Composites joined by splits. A prime joins nothing: many numbers share one, and learn nothing of each other by it."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._parents: dict[int, int] = {}
        self._touched: set[int] = set()

    def join(self, facts: Iterable[Fact]) -> None:
        """Take note of splits."""
        for fact in facts:
            if isinstance(fact, NumberSplit):
                for part in fact.parts:
                    if not self._names.is_prime(part.number):
                        self._unite(fact.number, part.number)

    def _unite(self, one: int, other: int) -> None:
        first, second = self._root(one), self._root(other)
        if first != second:
            self._parents[second] = first
            if second in self._touched:
                self._touched.add(first)

    def _root(self, number: int) -> int:
        root = number = self._names.first_id(number)
        while (parent := self._parents.get(root)) is not None:
            root = parent
        while (parent := self._parents.get(number)) is not None:
            self._parents[number], number = root, parent
        self._parents.pop(root, None)
        return root

    @property
    def any_touched(self) -> bool:
        """Whether anything is not what it was."""
        return bool(self._touched)

    def touch(self, numbers: Iterable[int]) -> None:
        """Say that something about these numbers is not what it was."""
        self._touched.update(map(self._root, numbers))

    def touched(self, numbers: Iterable[int]) -> bool:
        """Tell whether something is not what it was about one of these numbers, or in its family."""
        return any(self._root(number) in self._touched for number in numbers)


def numbers_in(facts: Iterable[Fact], names: Names, state: FactoringState) -> Iterator[int]:
    """Return the numbers that some facts speak of, primes too."""
    for fact in facts:
        match fact:
            case NumberSplit():
                yield fact.number
                yield from (part.number for part in fact.parts)
            case LeaseGranted(subject=subject) if subject.startswith(_SUBJECT):
                yield int(subject.removeprefix(_SUBJECT))
            case ResidueClaimed() | ResidueCurvesSkipped() | ResidueCompleted() | ResidueRemoved() | StageOneNamed():
                yield from _of_the_file(fact.residue, state)
            case FactorFound():
                yield from (fact.number, names.id_of(fact.value) or fact.number)
            case CurvesRun() | AttemptMade():
                yield from _with_learners(fact, names, state)
            case NumberShelved() | NumberUnshelved() | WishNoted():
                yield from _with_leaves(fact.number, state)
            case _:
                number = getattr(fact, "number", None)
                yield from (number,) if isinstance(number, int) else ()


def _with_learners(fact: CurvesRun | AttemptMade, names: Names, state: FactoringState) -> Iterator[int]:
    """Return the number of a report, and those that learn of its factors by their form."""
    yield fact.number
    there = names.present(fact.number, state)
    if there is not None and fact.factors:
        yield from (learner.number.id for learner in learners(there.id, fact.factors, state))


def _of_the_file(residue: int, state: FactoringState) -> Iterator[int]:
    file = state.residues.get(residue)
    yield from (file.number,) if file else ()


def _with_leaves(number: int, state: FactoringState) -> Iterator[int]:
    """Return a number and its unsplit parts: with it, those are put aside that are parts of nothing else, primes too."""
    yield number
    if state.number(number) is not None:
        yield from (leaf.id for leaf in state.leaves(number))
