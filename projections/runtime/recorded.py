"""Commands as the log holds them: rows grouped by the command that led to them, and read."""

from collections.abc import Sequence
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
        prefixes: of their types; each projections file listens to some.
        events: those that could be read; empty when nobody listens.
        unread: those that could not.
        whole: False when the log was read only up to an event in the command's middle.
        reduced: whether some of its events were withdrawn.
    """

    position: int
    prefixes: set[str]
    events: list[Event]
    unread: list[Unread]
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
    groups: list[list[StoredEvent]] = []
    correlation = command = None
    for row in rows:
        prefix = prefix_of(row.type)
        if row.correlation == correlation and row.command == command:
            found[-1].prefixes.add(prefix)
            groups[-1].append(row)
        else:
            correlation, command = row.correlation, row.command
            found.append(Recorded(row.position, {prefix}, [], []))
            groups.append([row])
    for one, group in zip(found, groups, strict=True):
        if not listened.isdisjoint(one.prefixes):
            _read(one, group, registry, withdrawn)
    return found


def _read(command: Recorded, rows: Sequence[StoredEvent], registry: Registry, withdrawn: AbstractSet[int]) -> None:
    for row in rows:
        if row.position in withdrawn:
            command.reduced = True
            continue
        try:
            command.events.append(registry.event(row))
        except Exception as error:  # what is wrong with it matters only to those who listen to it
            command.unread.append(Unread(prefix_of(row.type), row.position, f"{type(error).__name__}: {error}"))
