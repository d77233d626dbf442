"""Figures of each context's work, for metrics: what there is, and what waits since when."""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from coordinator.log.queries import event_at
from coordinator.node import Node
from coordinator.webhooks.reading import Wanted, of_project, waiting
from core.notifications.state import Subscription
from projections.counting import table as counting
from projections.factoring.credit import contributors
from projections.factoring.credit.contributors import Total
from projections.factoring.lists import counts
from projections.factoring.residues import status as residue_status
from projections.notifications.state import subscriptions
from projections.tasks import table as tasks

_MOST_LOOKED_AT = 10_000


class Figure(msgspec.Struct, frozen=True, gc=False):
    """A value of one of the metrics: its name without `tallystick_`, its label, empty for none, and the value."""

    metric: str
    label: str
    value: float


Figures = Callable[[Node], Awaitable[Sequence[Figure]]]
"""Returns the figures of one context."""


async def of_factoring(node: Node) -> list[Figure]:
    """Return numbers by status, curves and factors ever, and what waits."""
    factoring = node.readers["factoring"]
    numbers, ever, free, residues = await factoring.query(_factoring)
    return [
        *(Figure("numbers", status, count) for status, count in numbers.items()),
        Figure("curves", "", ever.curves),
        Figure("factors", "", ever.factors),
        *await _waits(node, "numbers", *free),
        Figure("work_waiting", "residue files", residues),
    ]


def _factoring(connection: sqlite3.Connection) -> tuple[dict[str, int], Total, tuple[int, int], int]:
    return (
        counts.count_by_status(connection),
        contributors.ever(connection),
        counts.longest_free(connection),
        residue_status.count_waiting(connection),
    )


async def of_counting(node: Node) -> list[Figure]:
    """Return how many chunks wait."""
    return await _waits(node, "chunks", *await node.readers["counting"].query(counting.longest_open))


async def of_tasks(node: Node) -> list[Figure]:
    """Return how many tasks wait."""
    return await _waits(node, "tasks", *await node.readers["tasks"].query(tasks.longest_waiting))


async def of_notifications(node: Node) -> list[Figure]:
    """Return how many deliveries wait, and which subscriptions are failing or were given up."""
    living = [one for one in await node.readers["notifications"].query(subscriptions) if one.ended_at is None]
    return [
        *[Figure("deliveries_waiting", str(one.id), await deliveries_waiting(node, one)) for one in living],
        *[Figure("deliveries_failing", str(one.id), one.failing_at is not None) for one in living],
    ]


async def deliveries_waiting(node: Node, one: Subscription) -> int:
    """Return how many of the next 10,000 events of the log wait to be delivered."""
    number, rows = await node.log_readers.query(waiting, one.upto, Wanted(one.types, one.project), _MOST_LOOKED_AT)
    if not one.project:
        return number
    factoring = node.served.get("factoring")
    return await factoring.query(of_project, rows, one.project) if factoring else 0


async def _waits(node: Node, work: str, number: int, oldest: int) -> list[Figure]:
    """Return how much waits, and since when the oldest of it does, given the position of the event that brought that."""
    event = await node.log_readers.query(event_at, oldest) if number else None
    since = [] if event is None else [Figure("work_waiting_since_seconds", work, event.recorded_at / 1_000_000)]
    return [Figure("work_waiting", work, number), *since]
