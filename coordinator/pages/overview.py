"""The overview: is it healthy, what is being done, what was found, what just happened."""

import sqlite3
from typing import Any

from msgspec import Struct

from coordinator.house import House
from coordinator.pages.site import Address
from core.events.envelope import StoredEvent
from projections.clients.state import names
from projections.factoring import catalogue, contributors, factors
from projections.factoring.contributors import DAY, Day

_NUMBERS, _FACTORS, _EVENTS, _HELD = 12, 8, 12, 200


class HeldWork(Struct, frozen=True):
    """Curves that somebody holds."""

    number: int
    curves: int
    b1: int
    b2: int


class Worker(Struct, frozen=True):
    """Somebody who was heard of lately, and what they hold."""

    name: str
    seen: int
    held: list[HeldWork]


async def overview(house: House, address: Address) -> dict[str, Any]:
    """Return what the overview shows."""
    known = await house.readers["clients"].query(names)
    shown = await house.readers["factoring"].query(_factoring, house.time // DAY)
    held: list[catalogue.Held] = shown.pop("held")
    return shown | {
        "names": known,
        "workers": workers(house, held, known),
        "events": await house.log_readers.query(newest_events, _EVENTS),
        "own_address": address.origin,
    }


def workers(house: House, held: list[catalogue.Held], known: dict[int, str]) -> list[Worker]:
    """Return who was heard of lately, with what they hold, by name."""
    work: dict[str, list[HeldWork]] = {}
    for one in held:
        assignment = one.assignment
        holder = known.get(assignment.client, f"client-{assignment.client}")
        bounds = assignment.bounds
        work.setdefault(holder, []).append(HeldWork(assignment.number, assignment.curves, bounds.b1, bounds.b2))
    recent = house.presence.recent(house.time)
    return [Worker(name, seen, work.get(name, [])) for name, seen in sorted(recent.items())]


def _factoring(connection: sqlite3.Connection, today: int) -> dict[str, Any]:
    by_status = catalogue.count_by_status(connection)
    days = {day.day: day for day in contributors.days_since(connection, 0)}
    found = factors.newest(connection, _FACTORS)
    return {
        "by_status": by_status,
        "total": sum(by_status.values()),
        "factors_found": sum(day.factors for day in days.values()),
        "curves": sum(day.curves for day in days.values()),
        "cpu": sum(day.cpu_milliseconds for day in days.values()),
        "today": days.get(today, Day(today, 0, 0, 0, 0)),
        "yesterday": days.get(today - 1, Day(today - 1, 0, 0, 0, 0)),
        "numbers": catalogue.in_the_foreground(connection, _NUMBERS),
        "factors": found,
        "factored": catalogue.numbers_by_id(connection, [factor.number for factor in found]),
        "held": catalogue.live(connection, _HELD),
    }


def newest_events(connection: sqlite3.Connection, limit: int) -> list[StoredEvent]:
    """Return the newest events of the log, the newest first."""
    columns = ", ".join(StoredEvent.__struct_fields__)
    rows = connection.execute(f"SELECT {columns} FROM events ORDER BY position DESC LIMIT ?", (limit,))
    return [StoredEvent(*row) for row in rows]
