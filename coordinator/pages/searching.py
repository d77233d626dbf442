"""Search everywhere: events, clients and users here, and whatever each context finds."""

import re
import sqlite3
from typing import Any

from msgspec.structs import replace

from coordinator.http.responses.tables import Table
from coordinator.node import Node
from coordinator.pages.contributing.contribution import Brought, Hit, served
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import id_of
from projections.clients import state as clients

EACH = 10
"""So many at most are found of one kind by name."""
_CLIENT = re.compile(r"client-([1-9][0-9]{0,14})")


async def search(brought: Brought, node: Node, address: Address) -> dict[str, Any]:
    """Return what fits the text that the address asks for; where it says one thing in full, and no other, whoever looks is led there."""
    text = address.query.get("q", "").strip()
    hits = [hit for one in served(brought, node) if one.search for hit in await one.search(node, text)] if text else []
    if 0 < id_of(text) <= node.position:
        hits.append(Hit("event", f"event {text}", f"/events/{text}"))
    if text:
        hits += await node.readers["clients"].query(_contributors, text)
        hits += await node.readers["clients"].query(_users, text)
    named = [page for one in served(brought, node) if one.named for page in await one.named(node, text)] if text else []
    called_so = {hit.address for hit in hits if hit.name in {text, f"event {text}"}}
    alone = len(named) == 1 and called_so <= set(named)
    return {
        "text": text,
        "hits": hits,
        "each": EACH,
        "leads_to": replace(address, path=named[0]).turned(q=None) if alone else "",
        "tables": (Table("found", Hit, hits),),
    }


def _contributors(connection: sqlite3.Connection, text: str) -> list[Hit]:
    found = clients.named_like(connection, text, EACH)
    match = _CLIENT.fullmatch(text)
    if match and clients.client_numbered(connection, int(match[1])) is not None:
        found.insert(0, (int(match[1]), text))
    return [Hit("contributor", name, f"/contributors/{client}") for client, name in found]


def _users(connection: sqlite3.Connection, text: str) -> list[Hit]:
    return [Hit("user", name, f"/users/{user}") for user, name in clients.users_named_like(connection, text, EACH)]
