"""The page of one factor: of what it is one, who found it with which curve, and why that curve could find it."""

import sqlite3
from typing import Any

from gmpy2 import mpz

from coordinator.clients.names import client_names
from coordinator.http.responses.tables import Table
from coordinator.node import Node
from coordinator.pages.factoring.factors.finds import finds
from coordinator.pages.factoring.factors.found import table
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import identity
from core.refusals import Unknown
from projections.factoring import factors
from projections.factoring.lists import catalogue


async def factor(node: Node, address: Address) -> dict[str, Any]:
    """Return what the page of a factor shows.

    Raises:
        Unknown: there is no such factor.
    """
    asked = identity(address.values["factor"], "a factor")
    shown = await node.readers["factoring"].query(_factor, asked, node.time)
    if shown is None:
        raise Unknown(f"There is no factor with the id {asked}; /factors lists them.")
    known = await client_names(node.readers["clients"])
    tables: tuple[Table, ...] = (table([shown["find"].factor], known),)
    return shown | {"names": known, "tables": tables}


def _factor(connection: sqlite3.Connection, asked: int, now: int) -> dict[str, Any] | None:
    found = factors.factor_by_id(connection, asked)
    if found is None:
        return None
    (find,) = finds(connection, [found], now)
    divided = catalogue.numbers_by_id(connection, [found.number])[found.number]
    cofactor = str(mpz(divided.value) // mpz(found.value))
    return {
        "find": find,
        "divided": divided,
        "cofactor": cofactor,
        "cofactor_known": catalogue.number_by_text(connection, cofactor),
        "own": catalogue.number_by_text(connection, found.value),
    }
