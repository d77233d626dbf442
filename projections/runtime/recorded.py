"""Commands as the log holds them: rows grouped by the command that led to them, and read."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from core.events.envelope import Event, StoredEvent
from core.events.registry import Registry
from projections.runtime.projection import prefix_of


class Unread(msgspec.Struct, frozen=True, gc=False):
    """An event that could not be read, of an unknown type or of another shape than its type's."""

    prefix: str
    position: int
    reason: str


class Recorded(msgspec.Struct, gc=False):
    """The events that one command led to.

    Attributes:
        position: of the first.
        events: those that could be read; empty when nobody listens.
        contexts: whose events they are.
        unread: those that could not.
        whole: False when the log was read only up to an event in the command's middle.
        reduced: whether some of its events were withdrawn.
    """

    position: int
    events: list[Event] = []
    contexts: set[str] = set()
    unread: list[Unread] = []
    whole: bool = True
    reduced: bool = False


def same_command(one: StoredEvent, other: StoredEvent) -> bool:
    """Tell whether two neighbouring events came of one command."""
    return one.correlation == other.correlation and one.command == other.command


def recorded(
    rows: Sequence[StoredEvent],
    registry: Registry,
    listened: frozenset[str],
    withdrawn: AbstractSet[int] = frozenset(),
) -> list[Recorded]:
    """Group rows that begin with a command's first event, and read the commands that somebody listens to.

    Args:
        rows: in the order of their positions.
        registry: how they are read.
        listened: the prefixes that somebody listens to.
        withdrawn: positions of events that do not count.
    """
    found: list[Recorded] = []
    for group in _grouped(rows):
        command = Recorded(group[0].position)
        found.append(command)
        if any(prefix_of(row.type) in listened for row in group):
            _read(command, group, registry, withdrawn)
    return found


def _grouped(rows: Sequence[StoredEvent]) -> Iterator[list[StoredEvent]]:
    group: list[StoredEvent] = []
    for row in rows:
        if group and not same_command(group[0], row):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _read(command: Recorded, rows: Sequence[StoredEvent], registry: Registry, withdrawn: AbstractSet[int]) -> None:
    for row in rows:
        if row.position in withdrawn:
            command.reduced = True
            continue
        try:
            event = registry.event(row)
            command.events.append(event)
            command.contexts.add(event.fact.context)
        except Exception as error:  # what is wrong with it matters only to those who listen to it
            command.unread.append(Unread(prefix_of(row.type), row.position, f"{type(error).__name__}: {error}"))
