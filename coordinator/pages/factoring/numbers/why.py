"""The page that says why a number has its t-level, or, of one that has none, what became of it."""

import sqlite3
from typing import Any

from coordinator.explaining.composites import EventShare, why_this_t_level
from coordinator.http.responses.tables import Table
from coordinator.node import Node
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import id_of, position_of
from core.factoring.state.numbers import Number
from core.refusals import Unknown
from core.wording import shortened
from projections.factoring.lists import catalogue
from projections.factoring.wholes.products import leaves_of

_SHOWN = 100
SEARCHED = frozenset({"open", "finished"})
"""So numbers stand that are searched for factors; others have no t-level."""


async def why(node: Node, address: Address) -> dict[str, Any]:
    """Return a page of the events that made a number's t-level.

    Raises:
        Unknown: there is no such number.
    """
    identity = address.values["number"]
    number = await node.readers["factoring"].query(catalogue.number_by_id, id_of(identity))
    if number is None:
        raise Unknown(f"There is no number with the id {shortened(identity)!r}.")
    after = position_of(address, "after") or 0
    told = await why_this_t_level(node, number.id, after, _SHOWN)
    left = await node.readers["factoring"].query(_left, number.id)
    return {
        "number": number,
        "searched": number.status in SEARCHED,
        "left": [one for one in left if one.id != number.id],
        "told": told,
        "after": after,
        "tables": (Table("shares", EventShare, told.shares),),
    }


def _left(connection: sqlite3.Connection, number: int) -> list[Number]:
    """Return the composites that are left of a number, itself where it is one."""
    leaves = leaves_of(connection, [number])[number]
    return list(catalogue.numbers_by_id(connection, [leaf.number for leaf in leaves if not leaf.prime]).values())
