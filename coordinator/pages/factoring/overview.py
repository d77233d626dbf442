"""The contribution of factoring to the pages that belong to all: finds, pace, projects, what is in progress, queues."""

import sqlite3
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Annotated, Any

from msgspec import Meta, Struct

from coordinator.http.tables import Table
from coordinator.node import Node
from coordinator.pages.charts.bars import Bars, Period, Spark, bars, spark
from coordinator.pages.charts.ladders import LIST_AXIS
from coordinator.pages.contributing import Queue
from coordinator.pages.factoring.finds import finds
from coordinator.pages.factoring.listing import listed
from coordinator.pages.factoring.pace import pace
from coordinator.pages.site import Address
from core.factoring.state import Number
from core.timestamps import to_iso
from core.wording import whole
from projections.clients.state import names
from projections.factoring import (
    assignments,
    catalogue,
    contributors,
    factors,
    projects,
    residue_status,
    submitted,
)
from projections.factoring.contributors import DAY, HOUR, HOURS, Hour
from projections.factoring.counts import count_free
from projections.factoring.projects import Project
from projections.leases.table import count_live

_FINDS, _IN_PROGRESS, _PROJECTS, _SHOWN = 7, 8, 4, 100
_NOMINAL = 1000
_CHARTED_HOURS = 72
_STRETCH = HOUR // 3
"""Of the charted hours: dots of factors that are nearer to each other than this would cover each other."""
_SPARK_DAYS = 14


class ProjectShare(Struct, frozen=True):
    """A project with how many of its numbers are factored and at their targets, and its finds of the last days."""

    project: Project
    at_target: int
    days: Spark


async def overview(node: Node, _: Address) -> dict[str, Any]:
    """Return what the overview shows of factoring."""
    known = await node.readers["clients"].query(names)
    shown = await node.readers["factoring"].query(_factoring, node.time)
    chart: Bars = shown["chart"]
    return shown | {"names": known, "tables": (chart.table,)}


def _factoring(connection: sqlite3.Connection, now: int) -> dict[str, Any]:
    hours, hour = contributors.hours(connection), now // HOUR
    midnight = now // DAY * DAY
    charted = factors.largest_since(connection, (hour - _CHARTED_HOURS) * HOUR, _STRETCH)
    running = catalogue.live(connection, _SHOWN)
    return {
        "tallies": submitted.tallies(connection),
        "today": factors.found_between(connection, midnight, now + 1),
        "yesterday": factors.found_between(connection, midnight - DAY, now - DAY).primes,
        "began_today": not hours or hours[0].hour >= midnight // HOUR,
        "pace": _last_hour(hours, hour),
        "chart": pace(hours, hour, charted),
        "finds": finds(connection, factors.newest(connection, _FINDS), now),
        "in_progress": listed(connection, submitted.in_progress(connection, _IN_PROGRESS)),
        "axis": LIST_AXIS,
        "projects": _projects(connection, now),
        "running": Running(
            workers=len({one.assignment.client for one in running}),
            late=sum(1 for one in running if one.lease.expires_at < now),
            numbers=len({one.assignment.number for one in running}),
            cores=sum(one.assignment.cores for one in running),
        ),
    }


class Running(Struct, frozen=True):
    """Work that is handed out: to how many, how many of them are late, on how many numbers, on how many cores."""

    workers: int
    late: int
    numbers: int
    cores: int


class LastHour(Struct, frozen=True):
    """Curves of the last whole hour, of this one while there is none, and of the same hour yesterday (None: no such)."""

    curves: int
    whole: bool
    before: int | None

    @property
    def change(self) -> int:
        """How much more curves that is than yesterday, per cent."""
        return round(100 * (self.curves / self.before - 1)) if self.before else 0


def _last_hour(hours: Sequence[Hour], hour: int) -> LastHour:
    curves = {one.hour: one.curves for one in hours}
    whole = hour - 1 in curves
    shown = hour - 1 if whole else hour
    return LastHour(curves.get(shown, 0), whole, curves.get(shown - HOURS))


def _projects(connection: sqlite3.Connection, now: int) -> list[ProjectShare]:
    """Return the projects that numbers joined last."""
    newest = sorted(projects.listed(connection), key=lambda one: -one.updated_at)[:_PROJECTS]
    return shares(connection, newest, now)


def shares(connection: sqlite3.Connection, chosen: Sequence[Project], now: int) -> list[ProjectShare]:
    """Return projects with their shares and their finds."""
    today = now // DAY
    days = range(today - _SPARK_DAYS + 1, today + 1)
    counted = factors.by_project_and_day(connection, days[0] * DAY, DAY)
    targets = projects.at_target(connection)
    return [
        ProjectShare(one, targets.get(one.name, 0), spark([counted.get(one.name, {}).get(day, 0) for day in days]))
        for one in chosen
    ]


async def held_work(node: Node, _: Address) -> dict[str, Any]:
    """Return every live assignment."""
    held = await node.readers["factoring"].query(catalogue.live, _SHOWN)
    stock = await node.readers["factoring"].query(_stock, node.time // HOUR)
    numbers = [one.assignment.number for one in held]
    return {
        "held": held,
        "names": await node.readers["clients"].query(names),
        "numbers": await node.readers["factoring"].query(catalogue.numbers_by_id, numbers),
        "wholes": await node.readers["factoring"].query(_wholes, numbers),
        "stock": stock,
        "tables": (stock.table,),
    }


class StockRow(Struct, frozen=True):
    """Composites that were submitted and not factored at the end of an hour, UTC."""

    hour: Annotated[str, Meta(title="Hour, UTC")]
    numbers: int


def _stock(connection: sqlite3.Connection, hour: int) -> Bars:
    """Draw how many numbers were not factored at the end of each of the last hours."""
    first = hour - _CHARTED_HOURS + 1
    before, changes = submitted.unfactored(connection, first)
    changed = dict(changes)
    counts = list(accumulate((changed.get(one, 0) for one in range(first, hour + 1)), initial=before))[1:]
    hours = range(first, hour + 1)
    return bars(
        "Numbers not factored",
        f"{whole(counts[-1])} now; {whole(counts[0])} three days ago." if any(counts) else "No numbers yet.",
        [Period(one * HOUR, count) for one, count in zip(hours, counts, strict=True)],
        HOUR,
        Table(
            "stock",
            StockRow,
            [StockRow(to_iso(one * HOUR)[:16], count) for one, count in zip(hours, counts, strict=True)],
        ),
        running=False,
    )


def _wholes(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, Number]:
    """Return the submitted number that each number is a part of, or is itself."""
    roots = submitted.roots(connection, numbers)
    first = {number: roots.get(number, [number])[0] for number in numbers}
    known = catalogue.numbers_by_id(connection, sorted(set(first.values())))
    return {number: known[root] for number, root in first.items()}


async def counts(node: Node) -> dict[str, int]:
    """Return the counts beside the sections: open numbers, factors that were worked for, projects, who contributed."""
    return await node.readers["factoring"].query(_counts)


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    tallies = submitted.tallies(connection)
    return {
        "/composites": tallies.get("started", 0) + tallies.get("waiting", 0),
        "/factors": contributors.count_factors(connection),
        "/projects": projects.count(connection),
        "/contributors": contributors.count(connection),
    }


async def queues(node: Node) -> list[Queue]:
    """Return what waits and what is held."""
    return await node.readers["factoring"].query(_queues)


def _queues(connection: sqlite3.Connection) -> list[Queue]:
    free, residues = count_free(connection), residue_status.count_waiting(connection)
    return [
        Queue("numbers", free, count_live(connection, "composite-"), "/composites?status=open"),
        Queue("residue files", residues, count_live(connection, "residue-"), "/residues"),
    ]


async def speeds(node: Node, clients: Sequence[int]) -> Mapping[int, float]:
    """Return how fast the curves of some clients are."""
    measured = await node.readers["factoring"].query(assignments.speeds, clients)
    return {client: _NOMINAL / speed for client, speed in measured.items()}
