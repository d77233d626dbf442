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

    def event(self, stored: StoredEvent) -> Event:
        """Read the fact in a stored row, brought up to its newest shape.

        Raises:
            UnknownType: the type is not registered.
            msgspec.MsgspecError: the data does not have the shape of its type.
        """
        decoder = self._decoders.get(stored.type)
        if decoder is None:
            raise UnknownType(
                f"Event {stored.position} has the type {stored.type!r}, which this version does not know."
            )
        fact = decoder.decode(stored.data)
        upcast = self._upcasters.get(stored.type)
        return Event(stored, upcast(fact) if upcast else fact)
