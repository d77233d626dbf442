"""The page that says why a number has its t-level."""

from typing import Any

from coordinator.explaining.composites import EventShare, why_this_t_level
from coordinator.http.responses.tables import Table
from coordinator.node import Node
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import id_of, position_of
from core.refusals import Unknown
from core.wording import shortened
from projections.factoring.lists import catalogue

_SHOWN = 100


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
    return {
        "number": number,
        "told": told,
        "after": after,
        "tables": (Table("shares", EventShare, told.shares),),
    }
