"""A pool of child processes for pure functions; it knows its own children, and ends no others."""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from functools import partial
from multiprocessing.context import ForkServerContext, ForkServerProcess
from typing import Any, ParamSpec, TypeVar

from coordinator.processes.nursery import begin, prepare

_NICENESS = 10
_IDLE_SECONDS = 60.0
"""Children that had nothing to do for so long are ended: each holds some 10 to 30 MB."""

P = ParamSpec("P")
T = TypeVar("T")


class _Recording(ForkServerContext):
    """Makes processes, and remembers them."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[ForkServerProcess] = []

    def Process(self, *args: Any, **kwargs: Any) -> ForkServerProcess:  # type: ignore[override]  # noqa: N802 - its name there
        """Make a process."""
        self.made.append(ForkServerProcess(*args, **kwargs))
        return self.made[-1]


class Children:
    """Child processes that run functions. None is there before it is needed, or long after; those that die are replaced.

    Args:
        most: how many at once.
        gently: whether everything else goes before what they do.
    """

    def __init__(self, most: int, *, gently: bool = False) -> None:
        self._most = most
        self._begin = _begin_gently if gently else begin
        self._pool: ProcessPoolExecutor | None = None
        self._processes = _Recording()
        self._lock = threading.Lock()
        self._busy = 0
        self._idle_since = 0.0
        self._timer: threading.Timer | None = None

    def submit(self, function: Callable[..., T], *args: object) -> Future[T]:
        """Have a child run a function; starting the first one takes a second.

        Raises:
            BrokenExecutor: none can be had just now.
        """
        try:
            try:
                return self._give(function, *args)
            except BrokenExecutor:  # a child died while it had nothing to do
                self.end()
                return self._give(function, *args)
        except (OSError, EOFError) as lack:  # no descriptor, no memory, no process is left
            self.end()
            raise BrokenExecutor(f"No child can be had: {lack!r}.") from lack

    def _give(self, function: Callable[..., T], *args: object) -> Future[T]:
        with self._lock:
            if self._pool is None:
                prepare()
                self._processes = _Recording()
                self._pool = ProcessPoolExecutor(self._most, self._processes, self._begin)
                self._look_after(_IDLE_SECONDS)
            given = self._pool.submit(function, *args)
            self._busy += 1
        given.add_done_callback(self._done)
        return given

    def _done(self, _: Future[Any]) -> None:
        with self._lock:
            self._busy -= 1
            self._idle_since = time.monotonic()

    def _look_after(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._end_if_idle, [self._pool])
        self._timer.daemon = True
        self._timer.start()

    def _end_if_idle(self, pool: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is not pool:  # it was ended already
                return
            left = _IDLE_SECONDS if self._busy else self._idle_since + _IDLE_SECONDS - time.monotonic()
            if left > 0:
                self._look_after(left)
                return
            self._pool, made = None, self._processes.made
        _kill(pool, made)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Have a child run a function, and wait for it; what it raises is raised here.

        Raises:
            BrokenExecutor: the child died; asked again, another one is there.
        """
        try:
            submitted = await asyncio.to_thread(self.submit, partial(function, *args, **kwargs))
            return await asyncio.wrap_future(submitted)
        except BrokenExecutor:
            self.end()
            raise

    def end(self) -> None:
        """End the children at once, whatever they are at; what comes after has others."""
        with self._lock:
            pool, self._pool, made = self._pool, None, self._processes.made
            if self._timer is not None:
                self._timer.cancel()
        if pool is not None:
            _kill(pool, made)


def _kill(pool: ProcessPoolExecutor, made: Sequence[ForkServerProcess]) -> None:
    for process in made:
        if process.pid is not None:  # it was started
            process.kill()
    pool.shutdown(cancel_futures=True)


def _begin_gently() -> None:
    begin()
    os.nice(_NICENESS)
