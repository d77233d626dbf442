"""The story of some numbers so far, folded from the events of the log as every other view is."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from core.wording import bounds

_DIVISION = "division by small primes"
_METHODS = {"qs": "the quadratic sieve", "auto": "FLINT"}


class Finding(Struct, frozen=True):
    """A factor, with the curve that found it.

    Attributes:
        number: id of the submitted number in which it was found, itself or in one of its parts.
        factor: in decimal.
        digits: how many it has.
        how: the curve in words.
    """

    number: int
    factor: str
    digits: int
    how: str


class Assigned(Struct, frozen=True):
    """Curves that a worker was asked to run.

    Attributes:
        work: the UUID of the assignment.
        number: id of what they are run on.
        curves: how many.
        how: their bounds in words.
    """

    work: str
    number: int
    curves: int
    how: str


class Leaf(Struct, frozen=True):
    """A part that is not split any further, `times` as often as it divides."""

    number: int
    value: str
    prime: bool
    times: int


class Story:
    """The story of numbers on their way to their primes.

    Args:
        numbers: the ids of those that were submitted.
    """

    def __init__(self, numbers: Iterable[int]) -> None:
        self.numbers = tuple(numbers)
        self._values: dict[int, tuple[str, bool]] = {}
        self._parts: dict[int, list[tuple[int, int]]] = {}
        self._curves: dict[int, str] = {}
        self._others: dict[int, str] = {}
        self._assigned: dict[str, Assigned] = {}
        self._credited: Counter[str] = Counter()

    def hear(self, event: dict[str, Any]) -> Iterator[Finding]:
        """Take the next event, as `GET /api/v1/events` shows it; the factors that it tells of, of our numbers."""
        fact = event["data"]
        match event["type"]:
            case "factoring.composite_submitted.v1":
                self._values[fact["number"]] = (fact["value"], fact["primality"] != "composite")
            case "factoring.work_assigned.v2" if fact["method"] == "ecm":
                how = bounds(fact["b1"], fact["b2"])
                self._assigned[fact["work"]] = Assigned(fact["work"], fact["number"], fact["curves"], how)
            case "factoring.curves_run.v1":
                self._curves[fact["attempt"]] = _bounds(fact)
                self._credited[fact["work"]] += fact["curves"] - len(fact["uncredited"])
                self._assigned.pop(fact["work"], None)
            case "factoring.attempt_made.v1":
                self._others[fact["attempt"]] = _METHODS.get(fact["method"], fact["method"])
            case "factoring.number_split.v1":
                self._split(fact)
            case "factoring.factor_found.v1":
                yield from self._found(fact)

    @property
    def under_way(self) -> list[Assigned]:
        """The curves that were handed out and not reported yet, on numbers that are in one piece; once some were reported."""
        return [one for one in self._assigned.values() if self._credited and one.number not in self._parts]

    def credited(self, assigned: Assigned) -> int:
        """How many of the curves that were handed out count."""
        return self._credited[assigned.work]

    def leaves(self, number: int) -> list[Leaf]:
        """The known divisors whose product a number is, the smallest first."""
        times: Counter[int] = Counter()
        for leaf, exponent in self._below(number, 1):
            times[leaf] += exponent
        leaves = [Leaf(leaf, *self._values[leaf], exponent) for leaf, exponent in times.items()]
        return sorted(leaves, key=lambda leaf: (len(leaf.value), leaf.value))

    def is_told(self, number: int) -> bool:
        """Whether a number is known as a product of primes."""
        leaves = self.leaves(number)
        return bool(leaves) and all(leaf.prime for leaf in leaves)

    def _split(self, fact: dict[str, Any]) -> None:
        self._parts[fact["number"]] = [(part["number"], part["times"]) for part in fact["parts"]]
        for part in fact["parts"]:
            self._values[part["number"]] = (part["value"], part["primality"] != "composite")

    def _found(self, fact: dict[str, Any]) -> Iterator[Finding]:
        curve = self._curves.get(fact["attempt"])
        how = (
            f"a curve with {curve}{fact['sigma'] or 'unknown'}"
            if curve
            else self._others.get(fact["attempt"], _DIVISION)
        )
        for number in self.numbers:
            if fact["number"] == number or any(part == fact["number"] for part in self._descendants(number)):
                yield Finding(number, fact["value"], len(fact["value"]), how)

    def _descendants(self, number: int) -> Iterator[int]:
        for part, _ in self._parts.get(number, ()):
            yield part
            yield from self._descendants(part)

    def _below(self, number: int, times: int) -> Iterator[tuple[int, int]]:
        """The leaves under a number, each with its exponent; one may come several times."""
        if number in self._parts:
            for part, exponent in self._parts[number]:
                yield from self._below(part, times * exponent)
        elif number in self._values:
            yield number, times


def _bounds(fact: dict[str, Any]) -> str:
    return f"{bounds(fact['b1'], fact['b2'])}, sigma {fact['param']}:"
