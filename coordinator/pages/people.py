"""Factors and who found them; who did how much, and who is at work."""

from typing import Any

from coordinator.house import House
from coordinator.pages.overview import workers
from coordinator.pages.site import Address
from projections.clients.state import names
from projections.factoring import catalogue, contributors, factors
from projections.factoring.contributors import DAY

_SHOWN = 100
_RECENT_DAYS = 30


async def newest_factors(house: House, _: Address) -> dict[str, Any]:
    """Return the factors found last."""
    found = await house.readers["factoring"].query(factors.newest, _SHOWN)
    numbers = [factor.number for factor in found]
    return {
        "factors": found,
        "factored": await house.readers["factoring"].query(catalogue.numbers_by_id, numbers),
        "names": await house.readers["clients"].query(names),
    }


async def contributions(house: House, _: Address) -> dict[str, Any]:
    """Return who did most, lately and ever."""
    reader = house.readers["factoring"]
    return {
        "recent": await reader.query(contributors.contributions_since, house.time // DAY - _RECENT_DAYS + 1, _SHOWN),
        "ever": await reader.query(contributors.contributions_since, 0, _SHOWN),
        "names": await house.readers["clients"].query(names),
        "recent_days": _RECENT_DAYS,
    }


async def at_work(house: House, address: Address) -> dict[str, Any]:
    """Return who was heard of lately and what they hold, and every live assignment."""
    known = await house.readers["clients"].query(names)
    held = await house.readers["factoring"].query(catalogue.live, _SHOWN)
    return {
        "workers": workers(house, held, known),
        "held": held,
        "names": known,
        "numbers": await house.readers["factoring"].query(
            catalogue.numbers_by_id, [one.assignment.number for one in held]
        ),
        "own_address": address.origin,
    }
