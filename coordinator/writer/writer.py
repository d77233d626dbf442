"""The writer's thread and the bounded queue before it."""

import asyncio
import queue
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import structlog

from coordinator.failures import logged
from coordinator.unavailable import Unavailable
from coordinator.writer.committing import Committer
from coordinator.writer.outcome import Result
from core.deciding import AnswerT, Order
from core.events.envelope import Event

MAX_BATCH = 500
MAX_WAITING = 8_192
MOST_UNAPPLIED = 8
"""Batches; applied together, each takes a third of the time. More of them gain little."""
MOST_SECONDS = 0.1
"""In which they were performed: to apply them takes as long at most, and whoever reads waits for that."""
IDLE_SECONDS = 0.02
"""When nothing has come for so long, what was answered is applied."""

_log = structlog.get_logger(__name__)

OnCommit = Callable[[list[Event]], None]
"""Told in the event loop, in order, of the events of each batch."""


class _Submission(msgspec.Struct, eq=False):
    orders: Sequence[Order]
    done: asyncio.Future[list[Any]]


class _Stop(msgspec.Struct, eq=False):
    """The last item of the queue."""


class _Errand(msgspec.Struct, eq=False):
    """Something to do between two batches, in the writer's thread."""

    run: Callable[[Committer], None]
    done: asyncio.Future[None]


class _Apply(msgspec.Struct, eq=False):
    """Wakes the thread to apply what was answered."""


_Item = _Submission | _Errand | _Apply | _Stop


class Writer:
    """Takes orders from the event loop and performs them in batches on a thread of its own.

    Whoever waits for an order may be cancelled; the order is performed all the same, and whole. It is answered when the log
    has it; the files follow, before whoever asks by `shown` reads them.

    Attributes:
        applied: the position up to which whoever reads is shown the log.
        applies_first: whether a batch is applied before it is answered, because others read who can't ask.

    Args:
        committer: what performs a batch.
        on_commit: told of the events recorded.
    """

    def __init__(self, committer: Committer, on_commit: OnCommit) -> None:
        self._committer = committer
        self._on_commit = on_commit
        self._queue: queue.SimpleQueue[_Item] = queue.SimpleQueue()
        self._waiting = 0
        self._closing = False
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="writer")
        self.unavailable: str | None = None
        self.refusing: str | None = None
        """Why no orders are taken, in a sentence; None while they are."""
        self.applied = committer.log.head().position
        self.applies_first = False
        self._answered: dict[str, int] = {}  # by context, the newest event that was answered
        self._awaited: asyncio.Future[None] | None = None  # by those who read; the event loop's alone
        self._hurried = False  # since somebody reads: set by the event loop, taken back by the thread that saw it
        self._performed_seconds = 0.0  # what is not applied yet
        self.batch_sizes: Callable[[int], None] = lambda _size: None

    @property
    def waiting(self) -> int:
        """How many orders are queued or being performed."""
        return self._waiting

    def start(self) -> None:
        """Begin to take orders."""
        self._thread.start()

    async def submit_all(self, orders: Sequence[Order[AnswerT]]) -> list[Result[AnswerT]]:
        """Perform up to 500 orders in one batch, and return what became of each.

        Whatever was accepted is on disk when this returns.

        Raises:
            Unavailable: the queue is full, the coordinator is stopping, or another node writes.
        """
        if not orders:
            return []
        if self.refusing is not None:
            raise Unavailable(self.refusing)
        if self._closing:
            raise Unavailable("The coordinator is stopping; nothing was recorded.")
        if self._waiting + len(orders) > MAX_WAITING:
            raise Unavailable(f"{self._waiting} requests are waiting to be written already; nothing was recorded.")
        done: asyncio.Future[list[Any]] = self._loop.create_future()
        self._waiting += len(orders)
        self._queue.put(_Submission(orders, done))
        # A caller that goes away cancels only what would have told it: the orders are in the queue.
        return await done

    async def between_batches(self, run: Callable[[Committer], None]) -> None:
        """Run something in the writer's thread while no batch is under way.

        Raises:
            Unavailable: the coordinator is stopping.
        """
        if self._closing:
            raise Unavailable("The coordinator is stopping; nothing was done.")
        done: asyncio.Future[None] = self._loop.create_future()
        self._queue.put(_Errand(run, done))
        await done

    def shown(self, context: str) -> Awaitable[None] | None:
        """Return what to wait for until a context's file holds all that was answered; None when it does already."""
        if self._answered.get(context, 0) <= self._committer.applied:
            return None
        if self._awaited is None:
            self._awaited = self._loop.create_future()
            self._hurried = True
            self._queue.put(_Apply())
        # Shielded: who goes away must not take with it what others wait for too.
        return asyncio.shield(self._awaited)

    @asynccontextmanager
    async def held(self) -> AsyncIterator[Committer]:
        """Hold the writer between two batches; what is sent to it meanwhile waits.

        Whoever holds it may use what it uses, from one thread at a time.

        Raises:
            Unavailable: the coordinator is stopping.
        """
        began: asyncio.Future[Committer] = self._loop.create_future()
        let_go = threading.Event()

        def hold(committer: Committer) -> None:
            self._loop.call_soon_threadsafe(_begin, began, committer)
            let_go.wait()

        errand = asyncio.ensure_future(self.between_batches(hold))
        try:
            await asyncio.wait((errand, began), return_when=asyncio.FIRST_COMPLETED)
            if errand.done():
                errand.result()
            yield began.result()
        finally:
            let_go.set()
            await errand

    def caught_up(self, events: list[Event]) -> None:
        """Take note of what was recorded, and shown, while the writer was held."""
        self.applied = self._committer.log.head().position
        if events:
            self._on_commit(events)

    async def stop(self) -> None:
        """Take nothing more, perform what is queued, and end the thread."""
        self._closing = True
        self._queue.put(_Stop())
        await asyncio.to_thread(self._thread.join)
        self._show()

    def _run(self) -> None:
        following: _Item | None = None
        while True:
            item = following or self._next()
            following = None
            if isinstance(item, _Submission):
                submissions, following = self._gather(item)
                self._perform(submissions)
            elif not isinstance(item, _Apply):
                self._apply()  # whatever it is, it finds the files at the log's end
            if self._hurried or self._is_due():
                self._apply()
            if isinstance(item, _Errand):
                self._run_errand(item)
            elif isinstance(item, _Stop):
                return

    def _next(self) -> _Item:
        """Return what comes next; when that takes a while, what was answered is applied meanwhile."""
        if self._committer.unapplied:
            try:
                return self._queue.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                self._apply()
        return self._queue.get()

    def _is_due(self) -> bool:
        """Tell whether enough was answered to be applied, whether somebody reads or not."""
        return self._committer.unapplied >= MOST_UNAPPLIED or self._performed_seconds >= MOST_SECONDS

    def _apply(self) -> None:
        """Have the files hold what was answered, and tell those who wait for that."""
        hurried = self._hurried
        if hurried:
            self._hurried = False
        self._committer.apply()
        self._performed_seconds = 0.0
        if hurried or self._committer.behind:
            self._loop.call_soon_threadsafe(self._show)

    def _show(self) -> None:
        """Let those read who wait, in the event loop, which has been told so far of what is applied and no more.

        What could not be applied is not there until it is caught up.
        """
        if self._committer.behind:
            self._answered.clear()
            self.applied = self._committer.applied
        if self._awaited is not None:
            self._awaited.set_result(None)
            self._awaited = None

    def _gather(self, first: _Submission) -> tuple[list[_Submission], _Item | None]:
        """Collect what else is waiting, up to a batch; an item that can't join it comes next."""
        gathered, size = [first], len(first.orders)
        while size < MAX_BATCH:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                break
            if not isinstance(item, _Submission):
                return gathered, item
            gathered.append(item)
            size += len(item.orders)
        return gathered, None

    def _perform(self, submissions: list[_Submission]) -> None:
        orders = [order for submission in submissions for order in submission.orders]
        began = time.perf_counter()
        results, events = self._committer.perform(orders)
        self._performed_seconds += time.perf_counter() - began
        if self.applies_first:
            self._apply()
        applied = None if self._committer.behind else self._committer.log.head().position
        self._loop.call_soon_threadsafe(self._deliver, submissions, results, events, applied)

    def _deliver(
        self, submissions: list[_Submission], results: list[Result], events: list[Event], applied: int | None
    ) -> None:
        """Answer everybody, in the event loop."""
        self.applied = self.applied if applied is None else applied
        self.batch_sizes(len(results))
        self._waiting -= len(results)
        last = results[-1]
        self.unavailable = str(last) if isinstance(last, Unavailable) else None
        start = 0
        for submission in submissions:
            end = start + len(submission.orders)
            if not submission.done.done():
                submission.done.set_result(results[start:end])
            start = end
        if events:
            self._answered.update(dict.fromkeys({event.fact.context for event in events}, events[-1].position))
            self._on_commit(events)

    def _run_errand(self, errand: _Errand) -> None:
        try:
            errand.run(self._committer)
        except Exception as error:
            _log.error("errand_failed", **logged(error))
            self._loop.call_soon_threadsafe(_fail, errand.done, error)
        else:
            self._loop.call_soon_threadsafe(_finish, errand.done)


def _begin(began: asyncio.Future[Committer], committer: Committer) -> None:
    if not began.done():
        began.set_result(committer)


def _finish(done: asyncio.Future[None]) -> None:
    if not done.done():
        done.set_result(None)


def _fail(done: asyncio.Future[None], error: Exception) -> None:
    if not done.done():
        done.set_exception(error)
