"""Workers: who is at work, what waits for them, and what failed for the same cause, wherever work is handed out."""

import re
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from coordinator.http.responses.tables import Table
from coordinator.node import Node
from coordinator.pages.contributing.contribution import Brought, Cause, Measure, Queue, Run, Runs, served
from coordinator.pages.rendering.site import Address
from coordinator.pages.serving.asking import part_of
from coordinator.time.wallclock import now
from core.clients.naming import stream_of
from core.timestamps import SECOND, lately, to_iso
from projections.clients.state import name_of, numbers_by_name
from projections.leases.table import Held, ended_on, held_by_clients, holders

_DIGITS = re.compile(r"([0-9]+)")
_LATE = 120 * SECOND
_FAILED = {"expired": "its time ran out, today"}
"""What is said of assignments that ended so."""
_TAKEN_BACK = "revoked"
"""How an assignment ends that is not wanted any more, for the most part since a factor was found: nobody failed."""


class AtWork(Struct, frozen=True):
    """Somebody who was heard of lately or holds work.

    Attributes:
        client: their number, 0 for one who never wrote anything.
        name: what they are called.
        seen: when they were last heard of, None when they were not lately.
        heard_since: from when on they could be heard of: the coordinator's start.
        version: of the worker, as it says itself; empty when it does not.
        held: how their leases stand, by context.
        speed: how fast their work is, 1 as nominal; None when not measured.
        runs: what they run, where that is known.
    """

    client: int
    name: str
    seen: int | None
    heard_since: int
    version: str
    held: dict[str, Held]
    speed: float | None
    runs: Sequence[Run] = ()

    @property
    def run(self) -> Run | None:
        """The work that they run, or the newest of it; None where that is not known."""
        return next(iter(self.runs), None)

    @property
    def besides(self) -> int:
        """How many leases they hold besides the first of what they run."""
        return sum(held.live for held in self.held.values()) - 1

    @property
    def works(self) -> bool:
        """Whether they hold work."""
        return any(held.live for held in self.held.values())

    @property
    def late(self) -> bool:
        """Whether they hold work and gave no sign for a while."""
        return self.works and not lately(self.seen or self.heard_since, now(), _LATE)

    @property
    def ended(self) -> int:
        """How many of their leases have ended."""
        return sum(held.completed + held.released + held.expired + held.revoked for held in self.held.values())

    @property
    def failed(self) -> int:
        """How many of those were not completed in time."""
        return sum(held.expired for held in self.held.values())


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


async def at_work(brought: Brought, node: Node, address: Address) -> dict[str, Any]:
    """Return who was heard of lately or holds work, how fast they are, what waits, and what failed."""
    here = node.presence.recent(node.time)
    holding = [one for context in _leasing(node) for one in await node.readers[context].query(holders)]
    named = await node.readers["clients"].query(_named, holding, here)
    brought = served(brought, node)
    queues = [queue for one in brought if one.queues for queue in await one.queues(node)]
    ended = Counter[str]()
    for context in _leasing(node):
        ended.update(await node.readers[context].query(ended_on, node.time))
    failed = {outcome: ended[outcome] for outcome in _FAILED if ended[outcome]}
    causes = [Cause("assignments", _FAILED[one], times, "/events?type=leases") for one, times in failed.items()]
    causes += [cause for one in brought if one.causes for cause in await one.causes(node)]
    workers = await standing_of([one.speeds for one in brought if one.speeds], node, named)
    shown, paging = part_of(address, sorted(workers, key=lambda one: (not one.late, not one.works)))
    return {
        "workers": await _running([one.runs for one in brought if one.runs], node, shown),
        "paging": paging,
        "working": sum(one.works and not one.late for one in workers),
        "late": sum(one.late for one in workers),
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


async def standing_of(measures: Sequence[Measure], node: Node, clients: Mapping[int, str]) -> list[AtWork]:
    """Return how some clients, named by number, are doing; a number below 0 is one who never wrote anything."""
    asked = [client for client in clients if client > 0]
    held = {context: await node.readers[context].query(held_by_clients, asked) for context in _leasing(node)}
    speeds = {client: speed for measure in measures for client, speed in (await measure(node, asked)).items()}
    return sorted(
        (
            AtWork(
                client=max(client, 0),
                name=name or stream_of(client),
                seen=node.presence.last_seen(name),
                heard_since=node.started_at,
                version=node.presence.version_of(name),
                held={context: of[client] for context, of in held.items() if client in of},
                speed=speeds.get(client),
            )
            for client, name in clients.items()
        ),
        key=lambda worker: _counted(worker.name),
    )


def _counted(name: str) -> list[str | int]:
    """Return what puts names in the order in which people count: `box-2` before `box-10`."""
    return [int(part) if number % 2 else part for number, part in enumerate(_DIGITS.split(name))]


def _leasing(node: Node) -> list[str]:
    return [name for name, context in node.contexts.items() if context.expire and name in node.served]


def _row(one: AtWork) -> WorkerRow:
    live = sum(held.live for held in one.held.values())
    last_seen = to_iso(one.seen) if one.seen else None
    return WorkerRow(one.name, one.client, last_seen, one.version, live, one.speed, one.failed, one.ended)
