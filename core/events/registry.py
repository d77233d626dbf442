"""The register of everything that can happen: type names to facts, old shapes to new ones."""

from collections.abc import Callable, Iterable

import msgspec

from core.events.envelope import Event, StoredEvent
from core.events.fact import Fact


class UnknownType(Exception):  # noqa: N818 - names what was met
    """The log holds an event of a type that this version does not know."""


class Registry:
    """Turns stored rows into events.

    Args:
        facts: every kind of fact that this version writes or reads.
        upcasters: for a type that is no longer written, a pure function from its fact to the one that replaced it.
    """

    def __init__(
        self, facts: Iterable[type[Fact]], upcasters: dict[type[Fact], Callable[[Fact], Fact]] | None = None
    ) -> None:
        self.facts = {fact.type: fact for fact in facts}
        self._decoders = {name: msgspec.json.Decoder(fact) for name, fact in self.facts.items()}
        self._upcasters = {fact.type: upcast for fact, upcast in (upcasters or {}).items()}

    def fact(self, event_type: str, data: bytes) -> Fact:
        """Read what an event's data says, brought up to its newest shape.

        Raises:
            UnknownType: the type is not registered.
            msgspec.MsgspecError: the data does not have the shape of its type.
        """
        decoder = self._decoders.get(event_type)
        if decoder is None:
            raise UnknownType(f"{event_type!r} is not a type of event that this version knows")
        fact = decoder.decode(data)
        upcast = self._upcasters.get(event_type)
        return upcast(fact) if upcast else fact

    def event(self, stored: StoredEvent) -> Event:
        """Read a stored row; it fails as `fact` does."""
        return Event(stored, self.fact(stored.type, stored.data))
