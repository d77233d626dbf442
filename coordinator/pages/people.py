"""Who did how much, one contributor, and who is at work."""

import sqlite3
from datetime import timedelta
from typing import Any, get_args

from msgspec import Struct

from coordinator.node import Node
from coordinator.pages import factors as factor_pages
from coordinator.pages import queues
from coordinator.pages.asking import state_of
from coordinator.pages.charts.lines import Axis, Chart, Series, draw
from coordinator.pages.charts.scales import Linear, Moments
from coordinator.pages.charts.sheets import Column, Sheet
from coordinator.pages.overview import workers
from coordinator.pages.site import Address
from core.refusals import Unknown
from core.timestamps import EPOCH, to_iso
from projections.clients.state import client_numbered
from projections.clients.state import names as names_of
from projections.factoring import assignments, catalogue, contributors, factors, holdings
from projections.factoring.contributors import DAY, Contribution, Credit, Day
from projections.leases.table import Held, held_by_clients

_SHOWN = 100
_RECENT_DAYS = 30
_DRAWN_DAYS = 90
_LISTED = 25
_ID_DIGITS = 15
_LEASING = ("factoring", "counting", "tasks")
_NOMINAL = 1000
_BOARD_COLUMNS = (
    Column("contributor", "Contributor"),
    Column("client", "Number", count=True),
    Column("curves", "Curves", count=True),
    Column("cpu_seconds", "CPU seconds", count=True),
    Column("factors", "Factors", count=True),
    Column("reports", "Reports", count=True),
    Column("newest", "Last"),
)
_WORKER_COLUMNS = (
    Column("worker", "Worker"),
    Column("client", "Number", count=True),
    Column("seen", "Heard of"),
    Column("holds", "Holds", count=True),
    Column("speed", "Speed", count=True),
    Column("failed", "Not completed in time", count=True),
    Column("ended", "Ended", count=True),
)
_DAY_COLUMNS = (
    Column("day", "Day"),
    Column("curves", "Curves", count=True),
    Column("factors", "Factors", count=True),
    Column("cpu_seconds", "CPU seconds", count=True),
)


class AtWork(Struct, frozen=True):
    """Somebody who was heard of lately or holds work.

    Attributes:
        client: their number, 0 for one who never wrote anything.
        name: what they are called.
        seen: when they were last heard of, None when they were not lately.
        held: how their leases stand, by context.
        speed: how fast their curves are, 1 as nominal; None when not measured.
    """

    client: int
    name: str
    seen: int | None
    held: dict[str, Held]
    speed: float | None

    @property
    def ended(self) -> int:
        """How many of their leases have ended."""
        return sum(held.completed + held.released + held.expired + held.revoked for held in self.held.values())

    @property
    def failed(self) -> int:
        """How many of those were not completed in time."""
        return sum(held.expired for held in self.held.values())


async def contributions(node: Node, address: Address) -> dict[str, Any]:
    """Return who did most, lately and ever."""
    by: Credit = state_of(address, get_args(Credit), "by") or "curves"
    reader = node.readers["factoring"]
    since = node.time // DAY - _RECENT_DAYS + 1
    recent = await reader.query(contributors.contributions_since, since, _SHOWN, by)
    ever = await reader.query(contributors.contributions_since, 0, _SHOWN, by)
    known = await node.readers["clients"].query(names_of)
    return {
        "recent": recent,
        "ever": ever,
        "names": known,
        "recent_days": _RECENT_DAYS,
        "by": by,
        "sheets": (
            Sheet("recent", f"In the last {_RECENT_DAYS} days", _BOARD_COLUMNS, [_row(one, known) for one in recent]),
            Sheet("ever", "Ever", _BOARD_COLUMNS, [_row(one, known) for one in ever]),
        ),
    }


def _row(one: Contribution, known: dict[int, str]) -> tuple[str | int | float, ...]:
    name = known.get(one.client, f"client-{one.client}") if one.client else "unnamed"
    return (
        name,
        one.client,
        one.curves,
        one.cpu_milliseconds / 1000,
        one.factors,
        one.reports,
        to_iso(one.newest),
    )


async def contributor(node: Node, address: Address) -> dict[str, Any]:
    """Return what one client did and does.

    Raises:
        Unknown: there is no such client.
    """
    text = address.values["client"]
    client = int(text) if text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS else 0
    found = await node.readers["clients"].query(client_numbered, client)
    if found is None:
        raise Unknown(f"There is no contributor with the number {text[:20]!r}.")
    shown = await node.readers["factoring"].query(_contributor, client, node.time // DAY)
    known = await node.readers["clients"].query(names_of)
    name = known.get(client, f"client-{client}")
    worker = (await _at_work(node, {client: name}))[0]
    chart = _days(shown.pop("days"), node.time // DAY)
    return shown | {
        "client": found,
        "name": name,
        "names": known,
        "worker": worker,
        "chart": chart,
        "listed": _LISTED,
        "sheets": (*((chart.sheet,) if chart else ()), factor_pages.sheet(shown["factors"], known)),
    }


def _contributor(connection: sqlite3.Connection, client: int, today: int) -> dict[str, Any]:
    found = factors.found_by(connection, client, _LISTED)
    return {
        "did": contributors.contribution_of(connection, client),
        "days": contributors.days_of(connection, client, today - _DRAWN_DAYS + 1),
        "factors": found,
        "factored": catalogue.numbers_by_id(connection, [factor.number for factor in found]),
        "holdings": holdings.choose(connection, holdings.Chosen(client=client, limit=_LISTED)),
    }


def _days(days: list[Day], today: int) -> Chart | None:
    """Draw the curves of each day; days without any count 0."""
    if not days:
        return None
    done = {day.day: day for day in days}
    all_days = [done.get(day, Day(day, 0, 0, 0, 0)) for day in range(days[0].day, today + 1)]
    rows = [
        ((EPOCH + timedelta(days=one.day)).date().isoformat(), one.curves, one.factors, one.cpu_milliseconds / 1000)
        for one in all_days
    ]
    most = max(days, key=lambda day: day.curves)
    return draw(
        Sheet("days", "Curves a day", _DAY_COLUMNS, rows),
        f"{sum(day.curves for day in days):,} curves since {rows[0][0]}; most on"
        f" {(EPOCH + timedelta(days=most.day)).date().isoformat()}, {most.curves:,}.",
        Axis("day, UTC", Moments(all_days[0].day * DAY, (all_days[-1].day + 1) * DAY)),
        Axis("curves", Linear(0, max(most.curves, 1))),
        [
            Series(
                "curves",
                [*((d.day * DAY, d.curves) for d in all_days), ((today + 1) * DAY, all_days[-1].curves)],
                steps=True,
            )
        ],
    )


async def at_work(node: Node, address: Address) -> dict[str, Any]:
    """Return who was heard of lately or holds work, how fast they are, and every live assignment."""
    known = await node.readers["clients"].query(names_of)
    held = await node.readers["factoring"].query(catalogue.live, _SHOWN)
    present = [worker.name for worker in workers(node, held, known)]
    numbers = {one.assignment.client: known.get(one.assignment.client, "") for one in held}
    numbered = {name: client for client, name in known.items()}
    for name in present:
        numbers[numbered.get(name, -len(numbers) - 1)] = name
    waiting, failed = await queues.queues(node), await queues.causes(node)
    working = await _at_work(node, numbers)
    return {
        "workers": working,
        "queues": waiting,
        "causes": failed,
        "held": held,
        "names": known,
        "numbers": await node.readers["factoring"].query(
            catalogue.numbers_by_id, [one.assignment.number for one in held]
        ),
        "progress_of": node.presence.progress_of,
        "own_address": address.origin,
        "sheets": (
            Sheet("workers", "At work", _WORKER_COLUMNS, list(map(_worker, working))),
            *queues.sheets(waiting, failed),
        ),
    }


def _worker(one: AtWork) -> tuple[str | int | float | None, ...]:
    live = sum(held.live for held in one.held.values())
    return (one.name, one.client, to_iso(one.seen) if one.seen else None, live, one.speed, one.failed, one.ended)


async def _at_work(node: Node, clients: dict[int, str]) -> list[AtWork]:
    """Return how some clients, by number, are doing; a number below 0 is one who never wrote anything."""
    asked = [client for client in clients if client > 0]
    held = {context: await node.readers[context].query(held_by_clients, asked) for context in _LEASING}
    speeds = await node.readers["factoring"].query(assignments.speeds, asked)
    return sorted(
        (
            AtWork(
                client=max(client, 0),
                name=name or f"client-{client}",
                seen=node.presence.last_seen(name),
                held={context: of[client] for context, of in held.items() if client in of},
                speed=_NOMINAL / speeds[client] if client in speeds else None,
            )
            for client, name in clients.items()
        ),
        key=lambda worker: worker.name,
    )
