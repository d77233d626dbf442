"""Figures about all the work."""

import sqlite3
from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from coordinator.http.caller import needs
from coordinator.http.factoring.rows import ClientRow, DayRow, client_row, day_row
from coordinator.node import Node
from projections.clients.state import names
from projections.factoring import contributors, counts
from projections.factoring.contributors import DAY


class Overview(msgspec.Struct, frozen=True):
    """The whole effort at a glance; `t_levels` counts unfactored composites by t-level in steps of five digits."""

    composites: dict[str, int]
    total_composites: int
    total_curves: int
    total_factors: int
    cpu_seconds: float
    t_levels: dict[str, int]
    days: list[DayRow]
    clients: list[ClientRow]
    active_clients: int | None
    assignments: dict[str, int]
    as_of: int


@get("/stats/overview", guards=[needs("read")], summary="The whole effort at a glance")
async def overview(
    node: NamedDependency[Node], days: FromQuery[Annotated[int, QueryParameter(ge=1, le=3660)]] = 30
) -> Overview:
    """Count composites by state, curves and factors per day, clients, CPU time, and t-levels."""
    position = node.position
    known = await node.readers["clients"].query(names)
    today = node.time // DAY
    return await node.readers["factoring"].query(_overview, today - days + 1, known, node.clients_present, position)


def _overview(
    connection: sqlite3.Connection, since: int, known: dict[int, str], active: int | None, position: int
) -> Overview:
    by_status = counts.count_by_status(connection)
    ever = contributors.days_since(connection, 0)
    return Overview(
        composites=by_status,
        total_composites=sum(by_status.values()),
        total_curves=sum(day.curves for day in ever),
        total_factors=sum(day.factors for day in ever),
        cpu_seconds=sum(day.cpu_milliseconds for day in ever) / 1000,
        t_levels={f"t{level}": count for level, count in counts.count_by_t_level(connection).items()},
        days=[day_row(day) for day in ever if day.day >= since],
        clients=[client_row(row, known) for row in contributors.contributions_since(connection, since, 50)],
        active_clients=active,
        assignments=counts.count_live_leases(connection),
        as_of=position,
    )


HANDLERS = (overview,)
