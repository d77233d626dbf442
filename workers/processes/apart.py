"""Runs slow functions in a process of its own, which can be ended at any moment and ends when its parent does.

primecount and gmpy2 hold the interpreter's lock while they compute, for minutes if need be. In the worker's own process
nobody could then show the coordinator that it is at work, or heed a signal.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar, cast

from workers.halting import Halt
from workers.processes.leash import tie_to

_LOOK_SECONDS = 0.1

T = TypeVar("T")


class TookTooLong(Exception):  # noqa: N818 - it reads as what happened
    """The function was not finished in time, and was ended."""


class Ended(Exception):  # noqa: N818 - as above
    """The function was ended before it was finished: it was asked to stop, or the system ended its process."""


class Apart:
    """A process that runs one function after the other, and is started again when it has ended.

    It belongs to one thread, which must live as long as the process should (see `workers.processes.leash`).
    """

    def __init__(self) -> None:
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def start(self) -> Connection:
        """Start the process unless it runs; that takes a moment, which whoever waits for work may spend on it."""
        if self._pipe is not None and self._process is not None and self._process.is_alive():
            return self._pipe
        self.close()
        # Not fork: the parent has threads, and a forked child may inherit a lock that one of them holds.
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, os.getpid()), daemon=True)
        process.start()
        theirs.close()
        self._process, self._pipe = process, ours
        return ours

    def call(self, function: Callable[..., T], *arguments: object, halt: Halt, seconds: float = float("inf")) -> T:
        """Run a function and return what it returns, or raise what it raises.

        Args:
            function: what to run, a module's: it is pickled, as are the arguments and what comes back.
            arguments: what to run it with.
            halt: ends it when it is set.
            seconds: how long it may take.

        Raises:
            TookTooLong: it took longer, and was ended.
            Ended: it was ended.
        """
        try:
            pipe = self.start()
            pipe.send((function, arguments))
            succeeded, value = _receive(pipe, halt, time.monotonic() + seconds)
        except (EOFError, OSError):
            self.close()
            raise Ended("Its process was ended.") from None
        except (Ended, TookTooLong):
            self.close()
            raise
        if not succeeded:
            raise value
        return cast("T", value)

    def close(self) -> None:
        """End the process, and whatever it runs."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None


def _receive(pipe: Connection, halt: Halt, deadline: float) -> tuple[bool, Any]:
    while not pipe.poll(_LOOK_SECONDS):
        if halt.is_set():
            raise Ended("It was asked to stop.")
        if time.monotonic() > deadline:
            raise TookTooLong
    received: tuple[bool, Any] = pipe.recv()
    return received


def _serve(pipe: Connection, parent: int) -> None:
    """Run in the child: what comes through the pipe, until it is closed."""
    tie_to(parent)
    # Ctrl-C, a terminal's end, and what a job or a unit is sent as a whole, are for the worker, which then stops its child.
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    while True:
        try:
            function, arguments = pipe.recv()
        except EOFError:
            return
        answer: tuple[bool, Any]
        try:
            answer = True, function(*arguments)
        except Exception as error:
            answer = False, error
        pipe.send(answer)
