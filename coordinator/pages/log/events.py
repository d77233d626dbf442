"""The log itself: every event, newest first or by stream, and each with what led to it and what it led to."""

import re
from typing import Any

import msgspec

from coordinator.clients.names import client_names
from coordinator.explaining.withdrawable import why_not
from coordinator.http.responses.tables import Table
from coordinator.log.exploring import Wanted, around, look
from coordinator.log.queries import recorded_upto
from coordinator.log.shown import ShownEvent, show
from coordinator.node import Node
from coordinator.pages.contributing.contribution import Brought
from coordinator.pages.contributing.telling import other_types, tell
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import identity, position_of
from core.clients.naming import client_of
from core.refusals import Unknown
from core.timestamps import from_address

_LONGEST = 200
_FILTERS = ("stream", "type", "actor", "since", "until")


async def events(brought: Brought, node: Node, address: Address) -> dict[str, Any]:
    """Return a page of events, as the address asks for."""
    said = {name: address.query.get(name, "").strip()[:_LONGEST] for name in _FILTERS}
    before = position_of(address, "before")
    if said["until"]:
        last = await node.log_readers.query(recorded_upto, from_address(said["until"], "until") - 1)
        before = last + 1 if before is None else min(before, last + 1)
    since = 1
    if said["since"]:
        since = await node.log_readers.query(recorded_upto, from_address(said["since"], "since") - 1) + 1
    # Whoever asks for a stream or a type asks for all of it.
    choosing = not (said["stream"] or said["type"])
    everything = address.query.get("show") == "all"
    without = other_types(brought) if choosing and not everything else ()
    wanted = Wanted(before, said["stream"], said["type"], without, said["actor"], since)
    found = await node.log_readers.query(look, wanted)
    known = await client_names(node.readers["clients"])
    following = {"before": found.older} if found.older else {}
    return {
        "filters": said,
        "choosing": choosing,
        "everything": everything,
        "found": found,
        "sentences": {
            one.event.position: one.sentence
            for one in await tell(brought, node, [*node.registry.known(found.events)], books=True)
        },
        "before": before,
        "actors": {actor: known.get(client_of(actor), actor) for actor in {event.actor for event in found.events}},
        "types": sorted(node.registry.facts),
        "tables": (Table("events", ShownEvent, map(show, found.events), following=following),),
    }


async def event(brought: Brought, node: Node, address: Address) -> dict[str, Any]:
    """Return one event with its neighbours, its cause and its effects.

    Raises:
        Unknown: the log has no such position.
    """
    position = identity(address.values["position"], "a position")
    found = await node.log_readers.query(around, position)
    if found is None:
        raise Unknown(f"The log has no event {position}; it ends at {node.end}.")
    return {
        "sentence": next(
            (one.sentence for one in await tell(brought, node, [*node.registry.known([found.event])], books=True)), None
        ),
        "around": found,
        "event": found.event,
        "data_text": msgspec.json.format(found.event.data, indent=2).decode(),
        "number": _number_of(found.event.stream),
        "withdrawable": not why_not(found.event),
        "withdrawn": bool(found.standing.correction) and found.standing.correction != position,
    }


def _number_of(stream: str) -> str:
    """Return the id of the number that a stream is about, empty when it is about something else."""
    about = re.fullmatch(r"composite-(\d+)", stream)
    return about[1] if about else ""
