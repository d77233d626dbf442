"""Numbers: the list of them."""

from typing import Annotated, Any, get_args
from urllib.parse import urlencode

import msgspec

from coordinator.http.factoring.parameters import MAX_DIGITS
from coordinator.http.factoring.rows import every_number
from coordinator.http.factoring.shapes import CompositeSummary, summary_of
from coordinator.http.tables import Paging, Table
from coordinator.node import Node
from coordinator.pages.asking import asked, page_of
from coordinator.pages.factoring.querying import Query, parse
from coordinator.pages.site import Address
from core.factoring.state import Status
from core.refusals import BadInput
from projections.factoring import catalogue
from projections.factoring.catalogue import Page, Search, Sort

SIZE = 50
Digits = Annotated[int, msgspec.Meta(ge=0, le=MAX_DIGITS)]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The filters in the address of the list."""

    status: Status | None = None
    project: str | None = None
    min_digits: Digits | None = None
    max_digits: Digits | None = None
    search: str | None = None
    sort: Sort = "id"
    order: str = "asc"


async def composites(node: Node, address: Address) -> dict[str, Any]:
    """Return one page of numbers, as the address asks for."""
    said = asked(address, Asked)
    query, problem = _read(said.search or "")
    wanted = Search(
        status=query.status or said.status,
        project=query.project or said.project,
        min_digits=said.min_digits if query.min_digits is None else query.min_digits,
        max_digits=said.max_digits if query.max_digits is None else query.max_digits,
        text=query.text,
        sort=said.sort,
        descending=said.order == "desc",
        page=page_of(address),
        size=SIZE,
    )
    factoring = node.readers["factoring"]
    found = Page([], 0) if problem else await factoring.query(catalogue.search, wanted)
    whole = every_number(factoring, wanted)
    paging = Paging(found.total, wanted.page, SIZE)
    return {
        "asked": said,
        "narrowed": any(value for name, value in address.query.items() if name not in {"sort", "order", "as_of"}),
        "problem": problem,
        "api": _in_the_api(wanted, said.order),
        "found": found,
        "paging": paging,
        "statuses": get_args(Status),
        "sorts": get_args(Sort),
        "tables": (Table("numbers", CompositeSummary, map(summary_of, found.numbers), paging, whole),),
    }


def _read(written: str) -> tuple[Query, str | None]:
    """Read the query; return with it what is wrong with it, None for nothing."""
    try:
        return parse(written), None
    except BadInput as problem:
        return Query(), str(problem)


def _in_the_api(wanted: Search, order: str) -> str:
    """Return the address of a thousand of the same numbers, as the API gives them."""
    said = {
        "search": wanted.text,
        "status": wanted.status,
        "project": wanted.project,
        "min_digits": wanted.min_digits,
        "max_digits": wanted.max_digits,
    }
    asked = {name: value for name, value in said.items() if value is not None}
    return f"/api/v1/composites?{urlencode({**asked, 'sort': wanted.sort, 'order': order, 'size': 1000})}"
