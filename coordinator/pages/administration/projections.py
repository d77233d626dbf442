"""Projections: how far each has come, and which views have stopped."""

from typing import Any

from coordinator.house import House
from coordinator.pages.site import Address
from coordinator.projecting.standing import standings


async def projections_page(house: House, _: Address) -> dict[str, Any]:
    """Return how far the projections have come."""
    return {"standings": await standings(house), "head": house.end}
