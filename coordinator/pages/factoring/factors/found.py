"""Factors: the newest, the largest, and those that were records when they were found."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from coordinator.clients.names import client_names
from coordinator.http.factoring.rows import FoundFactor, factor_row
from coordinator.http.responses.tables import Paging, Table, Whole
from coordinator.http.responses.whole import Listing
from coordinator.node import Node
from coordinator.pages.factoring.factors.finds import finds
from coordinator.pages.factoring.pace.hourly import found_per_hour
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import page_of, state_of
from projections.factoring import factors
from projections.factoring.credit import contributors
from projections.factoring.credit.contributors import HOUR
from projections.factoring.factors import Factor, Order

_SIZE = 50


async def found_factors(node: Node, address: Address) -> dict[str, Any]:
    """Return the factors that the address asks for."""
    order: Order = state_of(address, get_args(Order), "order") or "newest"
    page = page_of(address)
    reader = node.readers["factoring"]
    shown, total = await reader.query(factors.listed, order, _SIZE, (page - 1) * _SIZE)

    def read(connection: sqlite3.Connection, limit: int, offset: int) -> tuple[list[FoundFactor], int]:
        found, total = factors.listed(connection, order, limit, offset)
        return [factor_row(factor, known) for factor in found], total

    paging = Paging(total, page, _SIZE)
    known = await client_names(node.readers["clients"])
    chart = found_per_hour(await reader.query(contributors.hours), node.time // HOUR)
    return {
        "finds": await reader.query(finds, shown, node.time),
        "names": known,
        "order": order,
        "orders": get_args(Order),
        "paging": paging,
        "chart": chart,
        "tables": (table(shown, known, paging, Listing("factors", FoundFactor, reader, read).whole), chart.table),
    }


def table(
    found: Sequence[Factor], known: Mapping[int, str], paging: Paging | None = None, whole: Whole | None = None
) -> Table:
    """Return factors as a table."""
    return Table("factors", FoundFactor, (factor_row(factor, known) for factor in found), paging, whole)
