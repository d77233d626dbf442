"""Who did how much, one contributor, and who is at work."""

import sqlite3
from typing import Any, get_args

from msgspec import Struct
from msgspec.structs import asdict

from coordinator.http.factoring.rows import ClientRow, DayRow, client_row, day_row
from coordinator.http.tables import Table
from coordinator.node import Node
from coordinator.pages import factors as factor_pages
from coordinator.pages import queues
from coordinator.pages.asking import id_of, state_of
from coordinator.pages.charts.lines import Axis, Chart, Series, draw
from coordinator.pages.charts.scales import Linear, Moments
from coordinator.pages.overview import workers
from coordinator.pages.queues import Cause, Queue
from coordinator.pages.site import Address
from core.refusals import Unknown
from core.timestamps import to_iso
from projections.clients.state import client_numbered
from projections.clients.state import names as names_of
from projections.factoring import assignments, catalogue, contributors, factors, holdings
from projections.factoring.contributors import DAY, Contribution, Credit, Day
from projections.leases.table import Held, held_by_clients

_SHOWN = 100
_RECENT_DAYS = 30
_DRAWN_DAYS = 90
_LISTED = 25
_LEASING = ("factoring", "counting", "tasks")
_NOMINAL = 1000


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


class Contributor(ClientRow, frozen=True):
    """What one client did; `contributor` is its number, 0 for those who gave no name."""

    contributor: int


class WorkerRow(Struct, frozen=True):
    """Somebody at work: how many leases they hold, how fast their curves are (1 as nominal), and how leases ended."""

    client_id: str
    contributor: int
    last_seen: str | None
    holds: int
    speed: float | None
    expired: int
    ended: int


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
        "tables": (
            Table("recent", Contributor, (_contributor_row(one, known) for one in recent)),
            Table("ever", Contributor, (_contributor_row(one, known) for one in ever)),
        ),
    }


def _contributor_row(one: Contribution, known: dict[int, str]) -> Contributor:
    return Contributor(**asdict(client_row(one, known)), contributor=one.client)


async def contributor(node: Node, address: Address) -> dict[str, Any]:
    """Return what one client did and does.

    Raises:
        Unknown: there is no such client.
    """
    text = address.values["client"]
    client = id_of(text)
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
        "tables": (*((chart.table,) if chart else ()), factor_pages.table(shown["factors"], known)),
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
    rows = list(map(day_row, all_days))
    most = max(days, key=lambda day: day.curves)
    return draw(
        "Curves a day",
        f"{sum(day.curves for day in days):,} curves since {rows[0].day}; most on {day_row(most).day}, {most.curves:,}.",
        Axis("day, UTC", Moments(all_days[0].day * DAY, (all_days[-1].day + 1) * DAY)),
        Axis("curves", Linear(0, max(most.curves, 1))),
        [
            Series(
                "curves",
                [*((d.day * DAY, d.curves) for d in all_days), ((today + 1) * DAY, all_days[-1].curves)],
                steps=True,
            )
        ],
        Table("days", DayRow, rows),
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
        "tables": (
            Table("workers", WorkerRow, map(_worker, working)),
            Table("queues", Queue, waiting),
            Table("failures", Cause, failed),
        ),
    }


def _worker(one: AtWork) -> WorkerRow:
    live = sum(held.live for held in one.held.values())
    return WorkerRow(
        one.name, one.client, to_iso(one.seen) if one.seen else None, live, one.speed, one.failed, one.ended
    )


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
