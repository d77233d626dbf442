"""The page that says why a number has its t-level."""

from typing import Any

from coordinator.explaining.composites import EventShare, why_this_t_level
from coordinator.node import Node
from coordinator.pages.asking import position_of
from coordinator.pages.charts.sheets import Column, Sheet
from coordinator.pages.site import Address
from core.refusals import Unknown
from projections.factoring import catalogue

_SHOWN = 100
_ID_DIGITS = 18
_COLUMNS = (
    Column("position", "Event", count=True),
    Column("recorded", "Recorded"),
    Column("type", "Type"),
    Column("client", "By"),
    Column("b1", "B1", count=True),
    Column("b2", "B2", count=True),
    Column("param", "Param", count=True),
    Column("curves", "Curves", count=True),
    Column("run_on", "Run on number", count=True),
    Column("inherited_from", "Inherited from number", count=True),
    Column("t_level_before", "t-level before", count=True),
    Column("t_level_after", "t-level after", count=True),
)


async def why(node: Node, address: Address) -> dict[str, Any]:
    """Return a page of the events that made a number's t-level.

    Raises:
        Unknown: there is no such number.
    """
    identity = address.values["number"]
    if not (identity.isascii() and identity.isdigit() and len(identity) <= _ID_DIGITS):
        raise Unknown(f"There is no number with the id {identity[:20]!r}.")
    after = position_of(address, "after") or 0
    told = await why_this_t_level(node, int(identity), after, _SHOWN)
    number = await node.readers["factoring"].query(catalogue.number_by_id, int(identity))
    return {
        "number": number,
        "told": told,
        "after": after,
        "sheets": (
            Sheet("shares", "What made the t-level", _COLUMNS, [row for one in told.shares for row in _rows(one)]),
        ),
    }


def _rows(share: EventShare) -> list[tuple[str | int | float | None, ...]]:
    """Write a share with a row for each kind of curve."""
    return [
        (
            share.position,
            share.recorded_at,
            share.type,
            share.client_id,
            one.b1,
            one.b2,
            one.parametrization,
            one.curves,
            share.run_on,
            share.inherited_from,
            share.t_level_before,
            share.t_level_after,
        )
        for one in share.curves
    ]
