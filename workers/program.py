"""The worker: as many seats as computations may run at a time, and the orderly end of all of them.

Each seat is a thread that lives as long as the worker, which is what keeps the programs it starts alive (see
`workers.processes.leash`). Threads suffice: what computes are processes of their own.
"""

import queue
import signal
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

import structlog
from msgspec import Struct

from workers.display import Display
from workers.executors import Desk, Executor, Seat, WorkFailed
from workers.halting import Halt
from workers.wire.backoff import Backoff
from workers.wire.coordinator import Away

_GRACE_SECONDS = 8.0
_GLANCE_SECONDS = 0.5
"""How often the main thread looks up: a signal that another thread happens to receive does not wake it."""
_WAIT_SECONDS = 2.0
"""How long the coordinator is asked to wait until there is work. It can't see that a worker has gone: what turns up
meanwhile would be assigned to nobody. So the wait is short, and a worker that is told to stop ends soon."""

_log = structlog.get_logger(__name__)


class _Stop(Struct, frozen=True):
    """The worker is asked to stop."""

    reason: str


class _Ended(Struct, frozen=True):
    """A seat is empty; with an error, if that is why."""

    error: BaseException | None


class Worker:
    """Asks for work, does it and hands it in, until it is told to stop.

    Args:
        executors: for the kinds of work that it does.
        desk: what they share.
        display: shows how far the work is.
        exit_when_idle: whether to end when there is no work and all results are delivered.
    """

    def __init__(
        self, executors: Mapping[str, Executor[Any]], desk: Desk, display: Display, *, exit_when_idle: bool
    ) -> None:
        self._executors = executors
        self._desk = desk
        self._display = display
        self._exit_when_idle = exit_when_idle
        self._stopping = Halt()
        self._asking = threading.Lock()
        self._counting = threading.Lock()
        self._busy = 0
        self._questions: dict[tuple[str, float], str] = {}
        self._news: queue.SimpleQueue[_Stop | _Ended] = queue.SimpleQueue()

    def run(self, processes: int) -> None:
        """Work in so many seats until SIGTERM, Ctrl-C, the end of its terminal, or, when wanted, until there is no work.

        What is done by then is reported, or kept on disk; the rest is handed back. A second signal ends it at once.

        Raises:
            TurnedDown: the coordinator gives this worker no work.
            KeyboardInterrupt: a second signal came.
        """
        with self._heeding_signals():
            for number in range(1, processes + 1):
                seat = Seat(number, self._stopping, self._display)
                threading.Thread(target=self._occupy, args=(seat,), name=f"seat-{number}", daemon=True).start()
            self._await_the_end(processes)

    @contextmanager
    def _heeding_signals(self) -> Iterator[None]:
        """Take the first signal as a request, the second as an order; of a closed terminal both the shell and the system tell."""
        heard = False

        def heed(number: int, _: FrameType | None) -> None:
            nonlocal heard
            if heard and number != signal.SIGHUP:
                raise KeyboardInterrupt
            heard = True
            self._news.put(_Stop(signal.Signals(number).name))  # of all queues, this one may be used in here

        outlives = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN  # as `nohup` wants it
        heeded = (signal.SIGTERM, signal.SIGINT) if outlives else (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        before = {number: signal.signal(number, heed) for number in heeded}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _await_the_end(self, occupied: int) -> None:
        """Wait until all seats are empty, though not for ever once the worker stops."""
        deadline = float("inf")
        error: BaseException | None = None
        while occupied and time.monotonic() < deadline:
            news = self._next_news()
            if news is None:
                continue
            if isinstance(news, _Ended):
                occupied -= 1
                error = error or news.error
            else:
                _log.info("worker_stopping", reason=news.reason)
            if not self._stopping.is_set() and (error or isinstance(news, _Stop)):
                deadline = time.monotonic() + _GRACE_SECONDS
                self._desk.coordinator.hurry()
                self._stopping.set()
        if occupied:
            _log.warning("worker_leaves_work_behind", seats=occupied)
        if error:
            raise error
        _log.info("worker_stopped", everything_delivered=self._delivered_all())

    def _delivered_all(self) -> bool:
        return self._desk.courier.delivers and self._desk.courier.spool.is_empty()

    def _next_news(self) -> _Stop | _Ended | None:
        """Wait a moment for news, of which it is one that the worker's end has come; None when there are none."""
        try:
            return self._news.get(timeout=_GLANCE_SECONDS)
        except queue.Empty:
            reason = "" if self._stopping.is_set() else self._desk.ending.reason
            return _Stop(reason) if reason else None

    def _occupy(self, seat: Seat) -> None:
        error: BaseException | None = None
        try:
            self._work(seat)
        except BaseException as trouble:
            error = trouble  # for the main thread to raise
        self._news.put(_Ended(error))

    def _work(self, seat: Seat) -> None:
        absence, failures = Backoff(), Backoff()
        while not self._stopping.is_set():
            try:
                self._desk.courier.deliver()
                taken = self._take()
            except Away as away:
                self._stopping.wait(absence.pause(away.seconds))
                continue
            absence.reset()
            if taken is None:
                continue
            executor, work = taken
            try:
                executor.perform(work, seat)
                failures.reset()
            except WorkFailed as failure:
                _log.error("work_failed", seat=seat.number, reason=str(failure))
                self._stopping.wait(failures.pause())
            finally:
                self._count(-1)

    def _take(self) -> tuple[Executor[Any], Any] | None:
        """Take on some work. One seat at a time asks: while there is none, the others need not."""
        with self._asking:
            if not self._desk.ending.may_begin():
                self._stopping.wait(_WAIT_SECONDS)
                return None
            for wait in (0.0, _WAIT_SECONDS / len(self._executors)):
                for kind, executor in self._executors.items():
                    if self._stopping.is_set():
                        return None
                    work = self._ask(kind, executor, wait)
                    if work is not None:
                        self._count(+1)
                        return executor, work
                if self._exit_when_idle and not self._busy and self._desk.courier.spool.is_empty():
                    _log.info("worker_idle")
                    self._stopping.set()
        return None

    def _ask(self, kind: str, executor: Executor[Any], wait: float) -> Any:
        """Ask for work of one kind. A question that was not answered is asked again, not anew.

        So what the coordinator assigned before the connection broke is not lost until its lease runs out.
        """
        key = self._questions.setdefault((kind, wait), str(uuid.uuid4()))
        work = executor.ask(key, wait)
        del self._questions[kind, wait]
        return work

    def _count(self, change: int) -> None:
        with self._counting:
            self._busy += change
