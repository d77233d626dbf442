"""The register of everything that can happen: type names to facts, old shapes to new ones."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from core.events.envelope import Event, StoredEvent
from core.events.fact import Fact


class UnknownType(Exception):  # noqa: N818 - names what was met
    """The log holds an event of a type that this version does not know."""


Upcaster = Callable[[Any], Fact]
"""A pure function from a fact of an old type to one of the type that came after it."""


class Registry:
    """Turns stored rows into events.

    Args:
        facts: every kind of fact that this version writes or reads.
        upcasters: for a type that is no longer written, what makes of its fact the one that came after it; where that
            is an old one too, the next takes over.
    """

    def __init__(self, facts: Iterable[type[Fact]], upcasters: Mapping[type[Fact], Upcaster] | None = None) -> None:
        self.facts = {fact.type: fact for fact in facts}
        self._readers = _Readers({name: _reader(fact, upcasters or {}) for name, fact in self.facts.items()})

    def fact(self, event_type: str, data: bytes) -> Fact:
        """Read what an event's data says, brought up to its newest shape.

        Raises:
            UnknownType: the type is not registered.
            msgspec.MsgspecError: the data does not have the shape of its type.
        """
        return self._readers[event_type](data)

    def event(self, stored: StoredEvent) -> Event:
        """Read a stored row; it fails as `fact` does."""
        return Event(stored, self._readers[stored.type](stored.data))

    def known(self, rows: Iterable[StoredEvent]) -> Iterator[Event]:
        """Read those of some rows whose types this version knows; a newer one may have recorded others."""
        return (self.event(row) for row in rows if row.type in self.facts)


class _Readers(dict[str, Callable[[bytes], Fact]]):
    """Functions that read data, by its type."""

    def __missing__(self, event_type: str) -> Callable[[bytes], Fact]:
        """Refuse a type that is not registered."""
        raise UnknownType(
            f"{event_type!r} is not a type of event that this version knows; the version that recorded it does"
        )


def _reader(kind: type[Fact], upcasters: Mapping[type[Fact], Upcaster]) -> Callable[[bytes], Fact]:
    """Return what reads the data of one type as a fact of the newest one."""
    decode = msgspec.json.Decoder(kind).decode
    if kind not in upcasters:
        return decode

    def brought_up(data: bytes) -> Fact:
        fact: Fact = decode(data)
        while upcast := upcasters.get(type(fact)):
            fact = upcast(fact)
        return fact

    return brought_up
