"""Numbers: the list of them."""

from typing import Any, get_args

import msgspec

from coordinator.house import House
from coordinator.pages.charts.sheets import Column, Sheet
from coordinator.pages.site import Address
from core.factoring.state import Number, Status
from core.refusals import BadInput
from projections.factoring import catalogue
from projections.factoring.catalogue import Search, Sort

SIZE = 50
_COLUMNS = (
    Column("id", "Id", count=True),
    Column("number", "Number", count=True),
    Column("expression", "Expression"),
    Column("digits", "Digits", count=True),
    Column("primality", "Primality"),
    Column("status", "Status"),
    Column("t_level", "t-level", count=True),
    Column("target", "Target", count=True),
    Column("priority", "Priority", count=True),
    Column("cpu_seconds", "CPU seconds", count=True),
    Column("holders", "Holders", count=True),
)


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
        "narrowed": bool(said.keys() - {"sort", "order", "as_of"}),
        "found": found,
        "last_page": max(-(-found.total // SIZE), 1),
        "statuses": get_args(Status),
        "sorts": get_args(Sort),
        "sheets": (Sheet("numbers", "Numbers", _COLUMNS, [_row(number) for number in found.numbers]),),
    }


def _row(number: Number) -> tuple[str | int | float, ...]:
    return (
        number.number,
        number.value,
        number.expression,
        number.digits,
        number.primality,
        number.status,
        number.t_milli / 1000,
        number.target_milli / 1000,
        number.priority,
        number.cpu_milliseconds / 1000,
        number.leases,
    )
