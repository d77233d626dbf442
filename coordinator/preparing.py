"""The small pool of child processes in which whatever may take more than a millisecond happens before the writer.

gmpy2's primality test holds the interpreter's lock (0.7 s at 3,400 digits), so a thread would stop everything else.
"""

import asyncio
import multiprocessing
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def _ignore_interrupts() -> None:
    """Leave Ctrl-C to the parent, which closes the pool in good order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class Preparation:
    """Runs pure functions of core in child processes; arguments and results are plain data.

    Args:
        processes: how many children.
    """

    def __init__(self, processes: int = 2) -> None:
        # Not fork: the parent has threads, and a forked child may inherit a lock that one of them holds.
        self._pool = ProcessPoolExecutor(
            max_workers=processes,
            mp_context=multiprocessing.get_context("forkserver"),
            initializer=_ignore_interrupts,
        )

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function in a child."""
        assert not kwargs, "a child takes positional arguments only"
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *args)

    def close(self) -> None:
        """Let what is under way finish, and end the children."""
        self._pool.shutdown(wait=True, cancel_futures=True)
