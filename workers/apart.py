"""Runs slow functions in a process of its own, which can be ended at any moment and ends when its parent does.

primecount and gmpy2 hold the interpreter's lock while they compute, for minutes if need be. In the worker's own process
nobody could then show the coordinator that it is at work, or heed a signal.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar, cast

from workers.leash import tie_to

P = ParamSpec("P")
T = TypeVar("T")


class TookTooLong(Exception):  # noqa: N818 - it reads as what happened
    """The function was not finished in time, and was ended."""


class Ended(Exception):  # noqa: N818 - as above
    """The process ended before the function did: somebody stopped it, or the system did."""


class Apart:
    """A process that runs one function after the other; started when it is first needed, and again after it ended.

    The functions and what they take and return are pickled, so functions are those of a module. `call` belongs to one
    thread, which must live as long as the process should (see `workers.leash`).
    """

    def __init__(self) -> None:
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None
        self._ending = threading.Lock()

    def call(self, function: Callable[P, T], seconds: float | None, *arguments: P.args, **options: P.kwargs) -> T:
        """Run a function and return what it returns, or raise what it raises.

        Args:
            function: what to run.
            seconds: how long it may take; None for as long as it does.
            arguments: what to run it with.
            options: the same, by name.

        Raises:
            TookTooLong: it took longer, and was ended.
            Ended: the process ended.
        """
        pipe = self._pipe if self._alive() else self._start()
        assert pipe is not None
        try:
            pipe.send((function, arguments, options))
            if not pipe.poll(seconds):
                self.stop()
                raise TookTooLong
            succeeded, value = pipe.recv()
        except (EOFError, OSError):
            self.stop()
            raise Ended from None
        if not succeeded:
            raise value
        return cast("T", value)

    def stop(self) -> None:
        """End what runs, at once; may be called from any thread, and repeatedly."""
        with self._ending:
            if self._process is not None:
                self._process.kill()
                self._process.join()

    def _alive(self) -> bool:
        return self._process is not None and self._process.is_alive()

    def _start(self) -> Connection:
        # Not fork: the parent has threads, and a forked child may inherit a lock that one of them holds.
        context = multiprocessing.get_context("spawn")
        if self._pipe is not None:
            self._pipe.close()
        self._pipe, theirs = context.Pipe()
        with self._ending:
            self._process = context.Process(target=_serve, args=(theirs, os.getpid()), daemon=True)
            self._process.start()
        theirs.close()
        return self._pipe

    def close(self) -> None:
        """End the process."""
        self.stop()
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None


def _serve(pipe: Connection, parent: int) -> None:
    """Run in the child: what comes through the pipe, until it is closed."""
    tie_to(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the worker, which then stops its child
    while True:
        try:
            function, arguments, options = pipe.recv()
        except EOFError:
            return
        answer: tuple[bool, Any]
        try:
            answer = True, function(*arguments, **options)
        except Exception as error:
            answer = False, error
        pipe.send(answer)
