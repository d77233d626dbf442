"""Numbers: those that were submitted, in groups by how they stand; and all, chosen and sorted as the address asks for."""

from collections.abc import Mapping
from typing import Annotated, Any, get_args
from urllib.parse import urlencode

import msgspec

from coordinator.http.factoring.parameters import MAX_DIGITS
from coordinator.http.factoring.rows import every_number
from coordinator.http.factoring.shapes import CompositeSummary, summary_of
from coordinator.http.responses.tables import Paging, Table
from coordinator.node import Node
from coordinator.operations import searching
from coordinator.pages.charts.ladders import LIST_AXIS
from coordinator.pages.factoring.numbers import listing
from coordinator.pages.factoring.numbers.querying import Query, parse
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import asked, page_of, state_of
from core.factoring.state.numbers import Status
from core.refusals import BadInput
from projections.factoring.assignment.holdings import reserved_numbers
from projections.factoring.lists.catalogue import Page, Search, Sort
from projections.factoring.wholes import submitted
from projections.factoring.wholes.submitted import Standing

SIZE = 50
TABS: Mapping[str, tuple[Standing, ...]] = {
    "open": ("started", "waiting"),
    "at-target": ("finished",),
    "factored": ("factored",),
}
"""By the word in the address, the groups that a tab narrows to."""
_SHOWN: Mapping[Standing, int] = {"started": 12, "waiting": 5, "finished": 5, "factored": 8}
"""So many of each group stand on the page of all."""
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
    parts: str | None = None


async def composites(node: Node, address: Address) -> dict[str, Any]:
    """Return submitted numbers in groups, or of all numbers those that the address asks for."""
    said = asked(address, Asked)
    tallies = await node.readers["factoring"].query(submitted.tallies)
    narrowed = any(value for name, value in address.query.items() if name in Asked.__struct_fields__ and value)
    around = {
        "asked": said,
        "tallies": tallies,
        "tab": _tab(address),
        "tabs": TABS,
        "counted": {tab: sum(tallies.get(one, 0) for one in standings) for tab, standings in TABS.items()},
        "axis": LIST_AXIS,
        "statuses": get_args(Status),
        "in_groups": not narrowed,
    }
    return around | (await _chosen(node, address, said) if narrowed else await _in_groups(node, address))


def _tab(address: Address) -> str:
    return state_of(address, tuple(TABS), "standing") or ""


async def _in_groups(node: Node, address: Address) -> dict[str, Any]:
    """Return the first numbers of each group, or a page of those of one tab."""
    tab, page = _tab(address), page_of(address)
    factoring = node.readers["factoring"]
    if tab:
        found = await factoring.query(listing.stretch, TABS[tab], SIZE, (page - 1) * SIZE)
    else:
        found = await factoring.query(listing.groups, _SHOWN)
    tallies = await factoring.query(submitted.tallies)
    total = sum(tallies.get(standing, 0) for standing in TABS.get(tab, tuple(_SHOWN)))
    paging = Paging(total, page, SIZE) if tab else None
    given = Paging(total, page, SIZE)
    shown = [row.number for group in found for row in group.rows]
    if not tab:  # what is given away of the page of all is the list of all numbers
        listed = await searching.search(node, Search(page=page, size=SIZE))
        given, shown = Paging(listed.total, page, SIZE), listed.numbers
    whole = every_number(factoring, Search())
    return {
        "groups": found,
        "paging": paging,
        "total": total,
        "problem": None,
        "tables": (Table("numbers", CompositeSummary, map(summary_of, shown), given, whole),),
    }


async def _chosen(node: Node, address: Address, said: Asked) -> dict[str, Any]:
    """Return one page of all numbers, parts and primes included, as the address asks for."""
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
    found = Page([], 0) if problem else await searching.search(node, wanted)
    whole = every_number(factoring, wanted)
    paging = Paging(found.total, wanted.page, SIZE)
    return {
        "problem": problem,
        "api": _in_the_api(wanted, said.order),
        "numbers": found.numbers,
        "reserved": await factoring.query(reserved_numbers),
        "total": found.total,
        "paging": paging,
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
