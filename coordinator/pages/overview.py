"""The overview: what each context is about just now, and the latest events."""

import sqlite3
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from markupsafe import Markup
from msgspec import Struct

from coordinator.log.reading import chosen
from coordinator.node import Node
from coordinator.pages.contributing import Brought
from coordinator.pages.site import Address
from coordinator.pages.telling import Told, tell
from core import wording
from core.events.envelope import StoredEvent
from core.events.fact import Fact

_TOLD, _LOOKED_AT = 6, 400
"""So many things are told, of so many events: more than half of a log keeps the books, and much happens many times."""


class Happened(Struct, frozen=True):
    """Neighbouring events of one kind and of one client: the last of them, how many others there are, and all told."""

    last: Told
    others: int
    sentence: Markup


async def overview(brought: Brought, node: Node, address: Address) -> dict[str, Any]:
    """Return what the overview shows, whatever the contexts."""
    recent = await node.log_readers.query(_log)
    events = [node.registry.event(stored) for stored in recent]
    worth_telling = [event for event in events if not any(one.minor and one.minor(event.fact) for one in brought)]
    return {
        "present": len(node.presence.recent(node.time)),
        "told": alike(brought, await tell(brought, node, worth_telling))[:_TOLD],
        "own_address": address.origin,
    }


def alike(brought: Brought, told: Sequence[Told]) -> list[Happened]:
    """Gather neighbouring events of one kind and of one client."""
    many = {kind: words for one in brought for kind, words in one.many.items()}
    groups = [list(group) for _, group in groupby(told, key=_kind)]
    return [Happened(group[0], len(group) - 1, _together(group, many)) for group in groups]


def _together(group: Sequence[Told], many: Mapping[type[Fact], str]) -> Markup:
    """Tell neighbouring events in one sentence."""
    last, more = group[0], len(group) - 1
    if not more:
        return last.sentence
    words = many.get(type(last.event.fact), "and {more} more like it").format(more=wording.whole(more))
    return Markup('{} <span class="quiet">{}</span>').format(last.sentence, words)


def _kind(one: Told) -> tuple[type[Fact], object]:
    return type(one.event.fact), getattr(one.event.fact, "client", None)


def _log(connection: sqlite3.Connection) -> list[StoredEvent]:
    """Return the newest events of the log, the newest first."""
    return chosen(connection, "events ORDER BY position DESC LIMIT ?", (_LOOKED_AT,))
