"""Factors: the newest, the largest, and those that were records when they were found."""

from typing import Any

from coordinator.node import Node
from coordinator.pages.asking import page_of, state_of
from coordinator.pages.charts.sheets import Column, Sheet
from coordinator.pages.site import Address
from core.timestamps import to_iso
from projections.clients.state import names
from projections.factoring import catalogue, factors
from projections.factoring.factors import Factor

_SIZE = 50
_ORDERS = {"newest": factors.newest, "largest": factors.largest, "records": factors.records}
COLUMNS = (
    Column("factor", "Factor"),
    Column("digits", "Digits", count=True),
    Column("primality", "Primality"),
    Column("number", "Of number", count=True),
    Column("method", "Method"),
    Column("b1", "B1", count=True),
    Column("b2", "B2", count=True),
    Column("param", "Param", count=True),
    Column("sigma", "Sigma"),
    Column("client", "By"),
    Column("found", "Found"),
    Column("position", "Event", count=True),
)


async def found_factors(node: Node, address: Address) -> dict[str, Any]:
    """Return the factors that the address asks for."""
    order = state_of(address, tuple(_ORDERS), "order") or "newest"
    page = page_of(address)
    reader = node.readers["factoring"]
    found = await reader.query(_ORDERS[order], _SIZE + 1, (page - 1) * _SIZE)
    shown = found[:_SIZE]
    known = await node.readers["clients"].query(names)
    return {
        "factors": shown,
        "factored": await reader.query(catalogue.numbers_by_id, [factor.number for factor in shown]),
        "names": known,
        "order": order,
        "orders": tuple(_ORDERS),
        "page": page,
        "more": len(found) > _SIZE,
        "sheets": (sheet(shown, known),),
    }


def sheet(found: list[Factor], known: dict[int, str]) -> Sheet:
    """Return factors as a sheet."""
    return Sheet("factors", "Factors", COLUMNS, [_row(factor, known) for factor in found])


def _row(factor: Factor, known: dict[int, str]) -> tuple[str | int | None, ...]:
    return (
        factor.value,
        factor.digits,
        factor.primality,
        factor.number,
        factor.method,
        factor.b1,
        factor.b2,
        factor.param,
        factor.sigma,
        known.get(factor.client, f"client-{factor.client}") if factor.client else "",
        to_iso(factor.recorded_at),
        factor.position,
    )
