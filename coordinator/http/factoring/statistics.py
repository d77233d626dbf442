"""Figures about all the work."""

import sqlite3
from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from coordinator.http.caller import needs
from coordinator.http.factoring.composites import client_name
from coordinator.node import Node
from core.timestamps import to_iso
from projections.clients.state import names
from projections.factoring import catalogue, contributors
from projections.factoring.contributors import DAY


class DayRow(msgspec.Struct, frozen=True):
    """What was done on one day, UTC."""

    day: str
    curves: int
    factors: int
    cpu_seconds: float
    clients: int


class ClientRow(msgspec.Struct, frozen=True):
    """What one client did."""

    client_id: str | None
    reports: int
    curves: int
    factors: int
    cpu_seconds: float
    last_seen: str


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
    by_status = catalogue.count_by_status(connection)
    ever = contributors.days_since(connection, 0)
    return Overview(
        composites=by_status,
        total_composites=sum(by_status.values()),
        total_curves=sum(day.curves for day in ever),
        total_factors=sum(day.factors for day in ever),
        cpu_seconds=sum(day.cpu_milliseconds for day in ever) / 1000,
        t_levels={f"t{level}": count for level, count in catalogue.count_by_t_level(connection).items()},
        days=[
            DayRow(to_iso(day.day * DAY)[:10], day.curves, day.factors, day.cpu_milliseconds / 1000, day.clients)
            for day in ever
            if day.day >= since
        ],
        clients=[_client(row, known) for row in contributors.contributions_since(connection, since, 50)],
        active_clients=active,
        assignments=catalogue.count_live_leases(connection),
        as_of=position,
    )


def _client(row: contributors.Contribution, known: dict[int, str]) -> ClientRow:
    return ClientRow(
        client_id=client_name(row.client, known),
        reports=row.reports,
        curves=row.curves,
        factors=row.factors,
        cpu_seconds=row.cpu_milliseconds / 1000,
        last_seen=to_iso(row.newest),
    )


HANDLERS = (overview,)
