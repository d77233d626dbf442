"""Commands as the log holds them: rows grouped by the command that led to them, and read."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from itertools import groupby
from operator import attrgetter

import msgspec

from core.events.envelope import Event, StoredEvent
from core.events.registry import Registry
from projections.runtime.projection import prefix_of


class Unread(msgspec.Struct, frozen=True, gc=False):
    """An event that could not be read, of an unknown type or of another shape than its type's."""

    prefix: str
    position: int
    reason: str


class Counted(msgspec.Struct, frozen=True, gc=False):
    """The facts of a command that count after corrections.

    Attributes:
        rows: its events, or those that count in their place.
        reduced: whether some were just left out, by a correction of the old kind.
        amended: whether they count in the place of what was recorded.
        retracted: whether what was reported does not count any more.
    """

    rows: Sequence[StoredEvent]
    reduced: bool = False
    amended: bool = False
    retracted: bool = False


Counting = Callable[[Sequence[StoredEvent]], Counted]
"""From all events of a command to what counts of them."""


class Recorded(msgspec.Struct, gc=False):
    """The events that one command led to, or those that count in their place.

    Attributes:
        rows: all that were recorded.
        events: those that count and could be read; empty when nobody listens.
        contexts: whose events they are, or were.
        unread: those that could not be read.
        whole: False when the log was read only up to an event in the command's middle.
        reduced: as of `Counted`, like what follows.
    """

    rows: Sequence[StoredEvent]
    events: Sequence[Event] = ()
    contexts: AbstractSet[str] = frozenset()
    unread: Sequence[Unread] = ()
    whole: bool = True
    reduced: bool = False
    amended: bool = False
    retracted: bool = False

    @property
    def position(self) -> int:
        """Where the first of them was recorded."""
        return self.rows[0].position

    @property
    def last(self) -> StoredEvent:
        """The last one that was recorded."""
        return self.rows[-1]

    def own(self, context: str) -> Sequence[Event]:
        """Return those of its events that change the tables of one context."""
        if len(self.contexts) == 1:
            return self.events if context in self.contexts else ()
        return [event for event in self.events if event.fact.context == context]


_command_of = attrgetter("correlation", "command")
"""By which neighbouring events are told to have come of one command."""
_type_of = attrgetter("type")


def same_command(one: StoredEvent, other: StoredEvent) -> bool:
    """Tell whether two neighbouring events came of one command."""
    return bool(_command_of(one) == _command_of(other))


def recorded(
    rows: Sequence[StoredEvent],
    registry: Registry,
    listened: frozenset[str],
    counting: Counting = Counted,
) -> list[Recorded]:
    """Group rows that begin with a command's first event, and read the commands that somebody listens to.

    Args:
        rows: in the order of their positions.
        registry: how they are read.
        listened: the prefixes that somebody listens to.
        counting: what counts of a command after corrections; without any, all of it.
    """
    heard = {event_type for event_type in set(map(_type_of, rows)) if prefix_of(event_type) in listened}
    commands = [list(same) for _, same in groupby(rows, _command_of)]
    return [
        Recorded(command) if heard.isdisjoint(map(_type_of, command)) else _read(command, counting(command), registry)
        for command in commands
    ]


def by_context(commands: Sequence[Recorded], contexts: AbstractSet[str]) -> dict[str, list[Recorded]]:
    """Return for each context the commands that change its tables; what can't be read may have been anybody's."""
    found: dict[str, list[Recorded]] = {name: [] for name in contexts}
    for command in commands:
        for name in contexts if command.unread else command.contexts:
            if name in found:
                found[name].append(command)
    return found


def _read(recorded: Sequence[StoredEvent], counted: Counted, registry: Registry) -> Recorded:
    events: list[Event] = []
    unread: list[Unread] = []
    contexts: set[str] = set()
    for row in counted.rows:
        try:
            event = registry.event(row)
        except Exception as error:  # what is wrong with it matters only to those who listen to it
            unread.append(Unread(prefix_of(row.type), row.position, f"{type(error).__name__}: {error}"))
        else:
            events.append(event)
            contexts.add(event.fact.context)
    if counted.amended:
        # Whoever sends it again is answered by the context that decided it, of which nothing may be left.
        contexts.update(prefix_of(row.type) for row in recorded)
    return Recorded(
        recorded,
        events,
        contexts,
        unread,
        reduced=counted.reduced,
        amended=counted.amended,
        retracted=counted.retracted,
    )
