"""Names of numbers by every id that was ever given out in a log: a value, whatever corrections made of its events."""

from collections.abc import Iterable

from msgspec import Struct

from core.events.fact import Fact
from core.factoring.events.numbers import CompositeSubmitted, NumberSplit
from core.factoring.state.factoring import FactoringState
from core.factoring.state.numbers import Number


class Named(Struct, frozen=True, gc=False):
    """A number as it was named first: its value in decimal, and whether it passed for a prime."""

    value: str
    prime: bool


class Names:
    """Ids of numbers, and what they name; a value keeps the first id that it ever had."""

    def __init__(self) -> None:
        self._named: dict[int, Named] = {}
        self._ids: dict[str, int] = {}
        self._origins: dict[int, int] = {}

    @property
    def newest(self) -> int:
        """The largest id that was given out."""
        return max(self._named, default=0)

    def learn(self, facts: Iterable[Fact]) -> None:
        """Take note of the ids that some facts give."""
        for fact in facts:
            if isinstance(fact, CompositeSubmitted):
                self._learn(fact.number, Named(fact.value, fact.primality != "composite"))
            elif isinstance(fact, NumberSplit):
                for part in fact.parts:
                    self._learn(part.number, Named(part.value, part.primality != "composite"))
                    self._origins.setdefault(part.number, fact.number)

    def _learn(self, number: int, named: Named) -> None:
        self._named.setdefault(number, named)
        self._ids.setdefault(named.value, number)

    def descend(self, recorded: Iterable[Fact]) -> None:
        """Take note of what was split into what, in the order of the log: the last split that was recorded counts.

        Where there is none, it is the first that the log ever told of, also if a correction restated it and another one did not.
        """
        for fact in recorded:
            if isinstance(fact, NumberSplit):
                self._origins.update((part.number, fact.number) for part in fact.parts)

    def value_of(self, number: int) -> str:
        """Return what an id names."""
        return self._named[number].value

    def id_of(self, value: str) -> int | None:
        """Return the id that a value has, None when it never had one."""
        return self._ids.get(value)

    def first_id(self, number: int) -> int:
        """Return the id that a value had first, of which another one may have been given out after a correction."""
        named = self._named.get(number)
        return number if named is None else self._ids[named.value]

    def is_prime(self, number: int) -> bool:
        """Tell whether what an id names passed for a prime."""
        return number in self._named and self._named[number].prime

    def present(self, number: int, state: FactoringState) -> Number | None:
        """Return what counts for an id: the number that it names, or the nearest on record of which it last was a part.

        None when there is none.
        """
        seen: set[int] = set()
        while number not in seen:
            known = state.number(number)
            if known is not None:
                return known
            seen.add(number)
            named = self._named.get(number)
            if named is None:
                return None
            known = state.number_of_value(named.value)
            if known is not None:
                return known
            number = self._origins.get(number, 0)
        return None
