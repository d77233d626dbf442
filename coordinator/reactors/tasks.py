"""Keeps what is in Valkey equal to what waits in the log.

Tasks wait in the state until their results are in the log, whoever has them in their hands. So a Valkey server that is
started again empty, or was away, gets everything that waits; what was finished meanwhile is taken out. Only the oldest
tasks stand in the queue, enough to keep many workers busy; more follow as those are finished.
"""

import asyncio
import sqlite3
from collections.abc import Sequence

import msgspec
import structlog

from coordinator.failures import logged
from coordinator.node import Node
from coordinator.operations import steering
from coordinator.reactors.queue import QueueAway, TaskQueue
from coordinator.time.wallclock import now
from core.events.envelope import Event
from core.leases.events import LeaseEnded
from core.steering.events import Paused, Resumed
from core.tasks.events import TaskFinished, TaskSubmitted
from core.tasks.queue import ALL, QueuedTask, paused_for
from projections.tasks.state import not_waiting
from projections.tasks.table import waiting_in_order

MOST_QUEUED = 1_000
MOST_DIGITS = 4_000_000
"""About how many digits stand in the queue."""
EVERY_SECONDS = 2.0
_AWAY_SECONDS = 0.5
_REST_SECONDS = 0.05
_PRESENT_SECONDS = 10.0
"""A worker asks the queue anew at least this often."""
_WAKING = (TaskSubmitted, TaskFinished, LeaseEnded, Paused, Resumed)

_log = structlog.get_logger(__name__)


class Difference(msgspec.Struct, frozen=True):
    """The tasks that the queue lacks, and those in it that do not wait."""

    missing: tuple[QueuedTask, ...]
    stale: frozenset[str]


async def run(node: Node, queue: TaskQueue) -> None:
    """Reconcile at once, when something has happened, and every few seconds, until cancelled."""
    happened = asyncio.Event()

    def wake(events: Sequence[Event]) -> None:
        if any(isinstance(event.fact, _WAKING) for event in events):
            happened.set()

    node.on_commit.append(wake)
    rounds = _Rounds(node, queue)
    me = asyncio.current_task()
    assert me is not None, "a reactor runs as a task"
    # The client of Valkey may swallow a cancellation while it connects; the task remembers it.
    while not me.cancelling():
        happened.clear()
        await rounds.go()
        await asyncio.sleep(_REST_SECONDS if rounds.there else _AWAY_SECONDS)
        if rounds.there:
            await _until(happened, rounds.due)


class _Rounds:
    """Rounds of reconciling, one after the other.

    Attributes:
        there: whether the queue was there in the last one.
        due: when the next whole one is due, by the loop's clock; between two there is nothing to do while the queue is full
            enough.
    """

    def __init__(self, node: Node, queue: TaskQueue) -> None:
        self._node = node
        self._queue = queue
        self._clock = asyncio.get_running_loop().time
        self.there = True
        self.due = self._clock()

    async def go(self) -> None:
        """Reconcile, if need be; say when the queue goes away, and when it comes back."""
        try:
            await self._reconcile()
        except QueueAway as away:
            if self.there:
                _log.warning("valkey_is_away", reason=str(away))
            self._node.hindrances["tasks"] = (
                f"{away} Tasks wait outside, in the log, until it takes them; workers that are started without --valkey"
                " compute them meanwhile."
            )
            self.there, self.due = False, self._clock()
        except Exception as error:  # the next round tries again; a reactor that stops would hold every task back
            _log.error("reconciliation_failed", **logged(error))
        else:
            if not self.there:
                _log.info("valkey_is_back")
            self.there = True
            self._node.hindrances.pop("tasks", None)

    async def _reconcile(self) -> None:
        full = self._clock() < self.due and await self._queue.length() >= MOST_QUEUED // 2
        if not full and "tasks" not in self._node.withheld:
            self.due = self._clock() + EVERY_SECONDS
            await self._queue.hold_back(await pauses_of_tasks(self._node))
            await reconcile(self._node, self._queue)
            await notice(self._node, self._queue)


async def _until(happened: asyncio.Event, due: float) -> None:
    """Wait until something has happened, at the latest until a time of the loop's clock."""
    try:
        async with asyncio.timeout_at(due):
            await happened.wait()
    except TimeoutError:
        return


async def reconcile(node: Node, queue: TaskQueue) -> None:
    """Make the queue hold the tasks that have waited longest, each once, and nothing else.

    Raises:
        QueueAway: Valkey does not answer.
    """
    await queue.prepare()
    # The queue is read before the state: what is taken out between the two was finished, and no longer waits.
    entries = await queue.entries()
    difference = await node.readers["tasks"].query(compare, [entry.task for entry in entries])
    seen: set[str] = set()
    surplus = []
    for entry in entries:
        if entry.task in difference.stale or entry.task in seen:
            surplus.append(entry)
        seen.add(entry.task)
    if surplus:
        await queue.remove(surplus, difference.stale)
    if difference.missing:
        await queue.push(difference.missing)


async def pauses_of_tasks(node: Node) -> dict[str, str]:
    """Return why no tasks are to be taken, as workers read it in Valkey."""
    told: dict[str, str] = {}
    for pause in await steering.standing(node):
        if pause.of == "client":
            told[paused_for(pause.name)] = pause.sentence
        elif pause.of == "everything" or (pause.of, pause.name) == ("kind", "tasks"):
            told[ALL] = pause.sentence
    return told


async def notice(node: Node, queue: TaskQueue) -> None:
    """Note which workers wait at the queue: they speak with the coordinator only when they have results.

    Raises:
        QueueAway: Valkey does not answer.
    """
    for worker in await queue.workers(_PRESENT_SECONDS):
        node.presence.seen(worker, now(), "tasks")


def compare(connection: sqlite3.Connection, queued: Sequence[str]) -> Difference:
    """Tell what the queue lacks, given the tasks in it."""
    stale = frozenset(not_waiting(connection, queued))
    there = set(queued) - stale
    missing: list[QueuedTask] = []
    digits = 0
    for task in waiting_in_order(connection):
        if len(there) + len(missing) >= MOST_QUEUED or digits >= MOST_DIGITS:
            break
        digits += sum(map(len, task.args))
        if task.id not in there:
            missing.append(QueuedTask(task.id, task.operation, task.args))
    return Difference(tuple(missing), stale)
