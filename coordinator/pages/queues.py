"""What waits, what is held, and what failed for the same cause, wherever work is handed out."""

import sqlite3

from msgspec import Struct

from coordinator.node import Node
from projections.counting import state as counting
from projections.factoring import catalogue, residue_status
from projections.leases.table import count_live
from projections.tasks import table as tasks

_CAUSES = 10
_TASKS_LOOKED_AT = 20_000


class Queue(Struct, frozen=True):
    """Work of one kind: how much of it waits and how much is held, and where it is listed."""

    work: str
    waiting: int
    held: int
    address: str


class Cause(Struct, frozen=True):
    """Why work of one kind failed, how often, and where it is listed."""

    work: str
    cause: str
    times: int
    address: str


async def queues(node: Node) -> list[Queue]:
    """Return what waits and what is held."""
    return [
        *await node.readers["factoring"].query(_factoring),
        await node.readers["counting"].query(_counting),
        await node.readers["tasks"].query(_tasks),
    ]


def _factoring(connection: sqlite3.Connection) -> tuple[Queue, Queue]:
    free, residues = catalogue.count_free(connection), residue_status.count_waiting(connection)
    return (
        Queue("numbers", free, count_live(connection, "composite-"), "/composites?status=open"),
        Queue("residue files", residues, count_live(connection, "residue-"), "/residues"),
    )


def _counting(connection: sqlite3.Connection) -> Queue:
    waiting, held = counting.count_chunks(connection, "open"), counting.count_chunks(connection, "held")
    return Queue("chunks of counts", waiting, held, "/counting")


def _tasks(connection: sqlite3.Connection) -> Queue:
    return Queue("tasks", tasks.waiting_count(connection), tasks.held_count(connection), "/tasks?status=waiting")


async def causes(node: Node) -> list[Cause]:
    """Return why work failed, by cause."""
    jobs = await node.readers["counting"].query(counting.failures, _CAUSES)
    lately = await node.readers["tasks"].query(tasks.failures, _TASKS_LOOKED_AT, _CAUSES)
    return [
        *(Cause("counts of primes", cause, times, "/counting?state=FAILURE") for cause, times in jobs),
        *(Cause("tasks", cause, times, "/tasks?status=failed") for cause, times in lately),
    ]
