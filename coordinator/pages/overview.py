"""The overview: is it healthy, what is being done, what was found, what just happened."""

import sqlite3
from typing import Any

from msgspec import Struct

from coordinator.log.queries import recorded_upto
from coordinator.node import Node
from coordinator.observing.storage import free_bytes, wal_bytes
from coordinator.pages.charts.lines import Chart
from coordinator.pages.pace import done, pace
from coordinator.pages.site import Address
from coordinator.pages.telling import Teller, numbers_in
from core.events.envelope import StoredEvent
from projections.clients.state import names
from projections.factoring import catalogue, contributors, factors
from projections.factoring.contributors import HOUR, HOURS

_NUMBERS, _FACTORS, _HELD = 12, 8, 200
_TOLD, _LOOKED_AT = 12, 60
"""So many events are told, of so many: more than half of a log keeps the books."""


class Storage(Struct, frozen=True):
    """How much room is left, and what the write-ahead logs take; bytes."""

    free: int
    wal: int


class HeldWork(Struct, frozen=True):
    """Curves that somebody holds."""

    number: int
    curves: int
    b1: int
    b2: int


class Worker(Struct, frozen=True):
    """Somebody who was heard of lately, and what they hold; `client` is 0 for one who holds no curves."""

    client: int
    name: str
    seen: int
    held: list[HeldWork]


async def overview(node: Node, address: Address) -> dict[str, Any]:
    """Return what the overview shows."""
    known = await node.readers["clients"].query(names)
    shown = await node.readers["factoring"].query(_factoring, node.time // HOUR)
    held: list[catalogue.Held] = shown.pop("held")
    recent, hour_ago = await node.log_readers.query(_log, node.time)
    events = [node.registry.event(stored) for stored in recent]
    numbers = await node.readers["factoring"].query(catalogue.numbers_by_id, numbers_in(events))
    chart: Chart | None = shown["chart"]
    return shown | {
        "names": known,
        "workers": workers(node, held, known),
        "told": Teller(known, numbers).told(events)[:_TOLD],
        "last_hour": node.position - hour_ago,
        "storage": None if node.moment else Storage(free_bytes(node), sum(wal_bytes(node).values())),
        "tables": (chart.table,) if chart else (),
        "own_address": address.origin,
    }


def workers(node: Node, held: list[catalogue.Held], known: dict[int, str]) -> list[Worker]:
    """Return who was heard of lately, with what they hold, by name."""
    work: dict[str, list[HeldWork]] = {}
    clients: dict[str, int] = {}
    for one in held:
        assignment = one.assignment
        holder = known.get(assignment.client, f"client-{assignment.client}")
        bounds = assignment.bounds
        clients[holder] = assignment.client
        work.setdefault(holder, []).append(HeldWork(assignment.number, assignment.curves, bounds.b1, bounds.b2))
    recent = node.presence.recent(node.time)
    return [Worker(clients.get(name, 0), name, seen, work.get(name, [])) for name, seen in sorted(recent.items())]


def _factoring(connection: sqlite3.Connection, hour: int) -> dict[str, Any]:
    by_status = catalogue.count_by_status(connection)
    hours = contributors.hours(connection)
    found = factors.newest(connection, _FACTORS)
    midnight = hour // HOURS * HOURS
    return {
        "by_status": by_status,
        "total": sum(by_status.values()),
        "ever": done(hours, 0, hour),
        "today": done(hours, midnight, hour),
        "yesterday": done(hours, midnight - HOURS, hour - HOURS),
        "chart": pace(hours, hour),
        "numbers": catalogue.in_the_foreground(connection, _NUMBERS),
        "factors": found,
        "factored": catalogue.numbers_by_id(connection, [factor.number for factor in found]),
        "held": catalogue.live(connection, _HELD),
    }


def _log(connection: sqlite3.Connection, moment: int) -> tuple[list[StoredEvent], int]:
    """Return the newest events of the log, the newest first, and where it stood an hour before a moment."""
    columns = ", ".join(StoredEvent.__struct_fields__)
    rows = connection.execute(f"SELECT {columns} FROM events ORDER BY position DESC LIMIT ?", (_LOOKED_AT,))
    return [StoredEvent(*row) for row in rows], recorded_upto(connection, moment - HOUR)
