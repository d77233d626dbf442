"""Numbers: the list of them."""

from typing import Any, get_args

import msgspec

from coordinator.house import House
from coordinator.pages.site import Address
from core.factoring.state import Status
from core.refusals import BadInput
from projections.factoring import catalogue
from projections.factoring.catalogue import Search, Sort

SIZE = 50


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the address of the list says."""

    status: Status | None = None
    project: str | None = None
    min_digits: int | None = None
    max_digits: int | None = None
    search: str | None = None
    sort: Sort = "id"
    order: str = "asc"
    page: int = 1


async def composites(house: House, address: Address) -> dict[str, Any]:
    """Return one page of numbers, as the address asks for."""
    said = {name: value for name, value in address.query.items() if value}
    try:
        asked = msgspec.convert(said, Asked, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(f"The address asks for what this list does not know: {error}.") from None
    wanted = Search(
        status=asked.status,
        project=asked.project,
        min_digits=asked.min_digits,
        max_digits=asked.max_digits,
        text=asked.search,
        sort=asked.sort,
        descending=asked.order == "desc",
        page=max(asked.page, 1),
        size=SIZE,
    )
    found = await house.readers["factoring"].query(catalogue.search, wanted)

    return {
        "asked": asked,
        "found": found,
        "last_page": max(-(-found.total // SIZE), 1),
        "statuses": get_args(Status),
        "sorts": get_args(Sort),
    }
