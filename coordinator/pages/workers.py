"""Workers: who is at work, what waits for them, and what failed for the same cause, wherever work is handed out."""

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from coordinator.http.responses.tables import Table
from coordinator.node import Node
from coordinator.pages.contributing.contribution import Brought, Cause, Queue, Run, Runs, served
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import part_of, state_of
from core.clients.naming import stream_of
from core.timestamps import to_iso
from projections.clients.state import name_of, numbers_by_name
from projections.leases.table import Held, ended_on, held_by_clients, holders

_DIGITS = re.compile(r"([0-9]+)")
_FAILED = {"expired": "its time ran out, today"}
"""What is said of assignments that ended so."""
_TAKEN_BACK = "revoked"
"""How an assignment ends that is not wanted any more, for the most part since a factor was found: nobody failed."""


class AtWork(Struct, frozen=True):
    """Somebody who was heard of lately or holds work.

    Attributes:
        client: their number, 0 for one who never wrote anything.
        name: what they are called.
        heard: whether they were heard of in the last minute, or held work at the start, which is not longer ago.
        watched: whether it is known here who was heard.
        seen: when they were last heard of, None when they were not since the start.
        version: of the worker, as it says itself; empty when it does not.
        held: how their leases stand, by context.
        away: how many of those are on what they do elsewhere.
        speed: how fast their work is, 1 as nominal; None when not measured.
        runs: what they run, where that is known.
    """

    client: int
    name: str
    heard: bool
    watched: bool
    seen: int | None
    version: str
    held: dict[str, Held]
    away: int
    speed: float | None
    runs: Sequence[Run] = ()

    @property
    def run(self) -> Run | None:
        """The work that they run, or the newest of it; None where that is not known."""
        return next(iter(self.runs), None)

    @property
    def besides(self) -> int:
        """How many leases they hold besides the first of what they run."""
        return self.holds - 1

    @property
    def holds(self) -> int:
        """How many leases they hold on what they do here."""
        return sum(held.live for held in self.held.values()) - self.away

    @property
    def works(self) -> bool:
        """Whether they hold work."""
        return self.holds > 0

    @property
    def late(self) -> bool:
        """Whether they hold work and gave no sign for a minute."""
        return self.works and self.watched and not self.heard

    @property
    def ended(self) -> int:
        """How many of their leases have ended."""
        return sum(held.completed + held.released + held.expired + held.revoked for held in self.held.values())

    @property
    def failed(self) -> int:
        """How many of those were not completed in time."""
        return sum(held.expired for held in self.held.values())


class Crew(Struct, frozen=True):
    """Those who were heard of lately or hold work, in the order in which people count their names."""

    workers: Sequence[AtWork]

    @property
    def working(self) -> int:
        """How many hold work and are not late."""
        return sum(one.works and not one.late for one in self.workers)

    @property
    def late(self) -> int:
        """How many hold work and gave no sign for a minute."""
        return sum(one.late for one in self.workers)

    @property
    def here(self) -> int:
        """How many are not late: as many as the navigation counts, where it is known who is here."""
        return len(self.workers) - self.late


class WorkerRow(Struct, frozen=True):
    """Somebody at work: how many leases they hold, how fast their work is (1 as nominal), and how leases ended."""

    client_id: str
    contributor: int
    last_seen: str | None
    version: str
    holds: int
    speed: float | None
    expired: int
    ended: int


def _counted(name: str) -> list[str | int]:
    """Return what puts names in the order in which people count: `box-2` before `box-10`."""
    return [int(part) if number % 2 else part for number, part in enumerate(_DIGITS.split(name))]


_ORDERS: Mapping[str, Callable[[AtWork], Any]] = {
    "state": lambda one: (not one.late, not one.works),
    "name": lambda one: _counted(one.name),
    "speed": lambda one: one.speed,
    "sign": lambda one: one.seen,
}
"""By the word in the address, by what workers are ordered; those of whom that is not known come last."""


async def at_work(brought: Brought, node: Node, address: Address) -> dict[str, Any]:
    """Return who was heard of lately or holds work, how fast they are, what waits, and what failed."""
    brought = served(brought, node)
    crew = await crew_of(brought, node)
    queues = [queue for one in brought if one.queues for queue in await one.queues(node)]
    ended = Counter[str]()
    for context in _leasing(node):
        ended.update(await node.readers[context].query(ended_on, node.time))
    failed = {outcome: ended[outcome] for outcome in _FAILED if ended[outcome]}
    causes = [Cause("assignments", _FAILED[one], times, "/events?type=leases") for one, times in failed.items()]
    causes += [cause for one in brought if one.causes for cause in await one.causes(node)]
    sort, descending = state_of(address, tuple(_ORDERS), "sort") or "state", _descending(address)
    workers = _ordered(crew.workers, _ORDERS[sort], descending=descending)
    shown, paging = part_of(address, workers)
    return {
        "sort": sort,
        "descending": descending,
        "workers": await _running([one.runs for one in brought if one.runs], node, shown),
        "paging": paging,
        "crew": crew,
        "queues": queues,
        "causes": causes,
        "ended": ended.total(),
        "failed": sum(failed.values()),
        "taken_back": ended[_TAKEN_BACK],
        "own_address": address.origin,
        "tables": (
            Table("workers", WorkerRow, map(_row, workers)),
            Table("queues", Queue, queues),
            Table("failures", Cause, causes),
        ),
    }


def _descending(address: Address) -> bool:
    return state_of(address, ("asc", "desc"), "order") == "desc"


def _ordered(workers: Sequence[AtWork], by: Callable[[AtWork], Any], *, descending: bool) -> list[AtWork]:
    """Return workers in an order, those of whom it says nothing last."""
    said = [one for one in workers if by(one) is not None]
    return sorted(said, key=by, reverse=descending) + [one for one in workers if by(one) is None]


async def crew_of(brought: Brought, node: Node) -> Crew:
    """Return who was heard of lately or holds work; whoever only works elsewhere is not among them."""
    here = node.presence.recent(node.time)
    holding = [one for context in _leasing(node) for one in await node.readers[context].query(holders)]
    named = await node.readers["clients"].query(_named, holding, here)
    found = await standing_of(brought, node, named)
    return Crew([one for one in found if one.works or one.heard])


def _named(connection: sqlite3.Connection, holding: Iterable[int], here: Collection[str]) -> dict[int, str]:
    """Return the names of clients, by number, of whom some are known by number and others by name."""
    numbers = numbers_by_name(connection, here)
    named = {numbers.get(name, -order): name for order, name in enumerate(here, 1)}
    return named | {client: name_of(connection, client) or "" for client in holding if client not in named}


async def _running(running: Sequence[Runs], node: Node, workers: Sequence[AtWork]) -> list[AtWork]:
    """Return some workers with what they run."""
    asked = [one.client for one in workers if one.client]
    runs: dict[int, list[Run]] = {}
    for tell in running:
        for client, each in (await tell(node, asked)).items():
            runs.setdefault(client, []).extend(each)
    return [replace(one, runs=runs.get(one.client, ())) for one in workers]


async def standing_of(brought: Brought, node: Node, clients: Mapping[int, str]) -> list[AtWork]:
    """Return how some clients, named by number, are doing; a number below 0 is one who never wrote anything."""
    asked = [client for client in clients if client > 0]
    held = {context: await node.readers[context].query(held_by_clients, asked) for context in _leasing(node)}
    measures = [one.speeds for one in brought if one.speeds]
    speeds = {client: speed for measure in measures for client, speed in (await measure(node, asked)).items()}
    away = Counter[int]()
    for one in brought:
        away.update(await one.away(node) if one.away else {})
    heard = node.presence.recent(node.time)
    return sorted(
        (
            AtWork(
                client=max(client, 0),
                name=name or stream_of(client),
                heard=name in heard,
                watched=node.knows_who_is_here,
                seen=_seen(node, name),
                version=node.presence.version_of(name),
                held={context: of[client] for context, of in held.items() if client in of},
                away=away[client],
                speed=speeds.get(client),
            )
            for client, name in clients.items()
        ),
        key=lambda worker: _counted(worker.name),
    )


def _seen(node: Node, name: str) -> int | None:
    """Return when a client was last heard of; by a start those who hold work are only taken for present."""
    seen = node.presence.last_seen(name)
    return None if seen == node.started_at else seen


def _leasing(node: Node) -> list[str]:
    return [name for name, context in node.contexts.items() if context.expire and name in node.served]


def _row(one: AtWork) -> WorkerRow:
    last_seen = to_iso(one.seen) if one.seen else None
    return WorkerRow(one.name, one.client, last_seen, one.version, one.holds, one.speed, one.failed, one.ended)
