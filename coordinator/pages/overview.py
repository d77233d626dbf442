"""The overview: what each context is about just now, and the latest events."""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from coordinator.log.reading import each
from coordinator.node import Node
from coordinator.pages.contributing.contribution import Brought, served
from coordinator.pages.contributing.telling import Told, news_kinds, tell
from coordinator.pages.rendering.site import Address
from coordinator.pages.workers import crew_of
from core import wording
from core.events.envelope import Event
from core.events.fact import Fact
from core.events.registry import Registry

_TOLD, _LOOKED_AT = 6, 400
"""So many things are told, of so many events: more than half of a log keeps the books, and much happens many times."""


async def overview(brought: Brought, node: Node, address: Address) -> dict[str, Any]:
    """Return what the overview shows, whatever the contexts."""
    return {
        "present": node.presence.count(node.time) if node.knows_who_is_here else None,
        "working": (await crew_of(served(brought, node), node)).working,
        "told": await _happened(brought, node),
        "own_address": address.origin,
    }


async def _happened(brought: Brought, node: Node) -> list[Told]:
    """Tell what happened last, neighbours that are alike in one sentence."""
    kinds = news_kinds(brought, node)
    minor = [one.minor for one in brought if one.minor]

    def news(event: Event) -> bool:
        return type(event.fact) in kinds and not any(tells(event.fact) for tells in minor)

    groups = await node.log_readers.query(_grouped, node.registry, news)
    many = {kind: words for one in brought for kind, words in one.many.items()}
    # Each event that is told is looked up: only the last of each group is.
    told = await tell(brought, node, [group[0] for group in groups])
    return [Told(one.event, _together(one, len(group) - 1, many)) for one, group in zip(told, groups, strict=True)]


def _grouped(connection: sqlite3.Connection, registry: Registry, news: Callable[[Event], bool]) -> list[list[Event]]:
    """Return the newest news of the log in groups of neighbours that are alike, the newest first."""
    groups: list[list[Event]] = []
    for event in registry.known(each(connection, "events ORDER BY position DESC LIMIT ?", (_LOOKED_AT,))):
        if not news(event):
            continue
        if not groups or _kind(groups[-1][0]) != _kind(event):
            if len(groups) == _TOLD:
                break
            groups.append([])
        groups[-1].append(event)
    return groups


def _together(last: Told, more: int, many: Mapping[type[Fact], str]) -> Markup:
    """Tell neighbouring events in one sentence."""
    if not more:
        return last.sentence
    called = many.get(type(last.event.fact))
    words = wording.plural(more, called) if called else f"{wording.whole(more)} more like it"
    return Markup('{} <span class="quiet">and {}</span>').format(last.sentence, words)


def _kind(event: Event) -> tuple[type[Fact], object]:
    return type(event.fact), getattr(event.fact, "client", None)
