"""The contribution of factoring to the pages that belong to all: numbers, factors, workers and their pace, what is held."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from coordinator.node import Node
from coordinator.pages.charts.bars import Bars
from coordinator.pages.contributing import Queue
from coordinator.pages.factoring.pace import done, pace
from coordinator.pages.site import Address
from projections.clients.state import names
from projections.factoring import assignments, catalogue, contributors, factors, projects, residue_status, submitted
from projections.factoring.contributors import HOUR, HOURS
from projections.leases.table import count_live

_NUMBERS, _FACTORS, _HELD, _SHOWN = 12, 8, 200, 100
_NOMINAL = 1000


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


async def overview(node: Node, _: Address) -> dict[str, Any]:
    """Return what the overview shows of factoring."""
    known = await node.readers["clients"].query(names)
    shown = await node.readers["factoring"].query(_factoring, node.time // HOUR)
    chart: Bars = shown["chart"]
    return shown | {
        "names": known,
        "workers": workers(node, shown["held"], known),
        "tables": (chart.table,),
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


async def held_work(node: Node, _: Address) -> dict[str, Any]:
    """Return every live assignment."""
    held = await node.readers["factoring"].query(catalogue.live, _SHOWN)
    numbers = [one.assignment.number for one in held]
    return {
        "held": held,
        "names": await node.readers["clients"].query(names),
        "numbers": await node.readers["factoring"].query(catalogue.numbers_by_id, numbers),
    }


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
    free, residues = catalogue.count_free(connection), residue_status.count_waiting(connection)
    return [
        Queue("numbers", free, count_live(connection, "composite-"), "/composites?status=open"),
        Queue("residue files", residues, count_live(connection, "residue-"), "/residues"),
    ]


async def speeds(node: Node, clients: Sequence[int]) -> Mapping[int, float]:
    """Return how fast the curves of some clients are."""
    measured = await node.readers["factoring"].query(assignments.speeds, clients)
    return {client: _NOMINAL / speed for client, speed in measured.items()}
