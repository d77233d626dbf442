"""Figures about all the work."""

import asyncio
import sqlite3
from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from coordinator.clients.names import client_names
from coordinator.http.caller import needs
from coordinator.http.factoring.rows import ClientRow, DayRow, client_row, day_row
from coordinator.node import Node
from projections.factoring.credit import contributors
from projections.factoring.credit.contributors import DAY, Contribution, Day, Total
from projections.factoring.lists import counts


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


class _Counted(msgspec.Struct, frozen=True):
    """Figures of one moment."""

    by_status: dict[str, int]
    by_t_level: dict[int, int]
    ever: Total
    days: list[Day]
    clients: list[Contribution]
    assignments: dict[str, int]


@get("/stats/overview", guards=[needs("read")], summary="The whole effort at a glance")
async def overview(
    node: NamedDependency[Node], days: FromQuery[Annotated[int, QueryParameter(ge=1, le=3660)]] = 30
) -> Overview:
    """Count composites by state, curves and factors per day, clients, CPU time, and t-levels."""
    position = node.position
    known, counted = await asyncio.gather(
        client_names(node.readers["clients"]),
        node.readers["factoring"].query(_counted, node.time // DAY - days + 1),
    )
    return Overview(
        composites=counted.by_status,
        total_composites=sum(counted.by_status.values()),
        total_curves=counted.ever.curves,
        total_factors=counted.ever.factors,
        cpu_seconds=counted.ever.cpu_milliseconds / 1000,
        t_levels={f"t{level}": count for level, count in counted.by_t_level.items()},
        days=[day_row(day) for day in counted.days],
        clients=[client_row(row, known) for row in counted.clients],
        active_clients=node.clients_present,
        assignments=counted.assignments,
        as_of=position,
    )


def _counted(connection: sqlite3.Connection, since: int) -> _Counted:
    return _Counted(
        by_status=counts.count_by_status(connection),
        by_t_level=counts.count_by_t_level(connection),
        ever=contributors.ever(connection),
        days=contributors.days_since(connection, since),
        clients=contributors.contributions_since(connection, since, 50),
        assignments=counts.count_live_leases(connection),
    )


HANDLERS = (overview,)
