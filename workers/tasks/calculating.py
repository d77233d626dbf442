"""Computes tasks: quick ones at once, slow ones in a process apart and within a time."""

import threading
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from gmpy2 import mpz

from core.tasks.operations import OPERATIONS, is_slow
from core.tasks.queue import QueuedTask
from workers.halting import Halt
from workers.processes.apart import Apart, TookTooLong
from workers.tasks.factorizing import Unfactored, factor

SECONDS = 20.0
"""How long a slow task may take."""
_GRACE_SECONDS = 5.0
"""Factoring ends by itself in time, and then can say how far it was."""

Finished = dict[str, Any]
"""The end of a task, as the coordinator takes it."""


class Calculator:
    """Computes tasks, in any number of threads, each with a process of its own for slow ones.

    Args:
        seconds: how long a slow task may take.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._seats = threading.local()

    def compute(self, tasks: Iterable[QueuedTask], halt: Halt) -> Iterator[list[Finished]]:
        """Yield what comes of some tasks: first all the quick ones, then the slow ones one by one.

        Raises:
            workers.processes.apart.Ended: it was halted, or the system ended the process.
        """
        quick: list[Finished] = []
        slow: list[QueuedTask] = []
        for task in tasks:
            if is_slow(task.operation, task.args):
                slow.append(task)
            else:
                quick.append(_finished(task, solve(task.operation, task.args, self._seconds)))
        if quick:
            yield quick
        for task in slow:
            yield [self._compute_slow(task, halt)]

    def _compute_slow(self, task: QueuedTask, halt: Halt) -> Finished:
        seconds = self._seconds + (_GRACE_SECONDS if task.operation == "factor" else 0)
        apart = self._apart()
        try:
            return _finished(
                task, apart.call(solve, task.operation, task.args, self._seconds, halt=halt, seconds=seconds)
            )
        except Unfactored as sentence:
            return _failed(task, str(sentence))
        except TookTooLong:
            return _failed(task, f"{task.operation} of so long numbers was not done within {self._seconds:g} seconds.")

    def _apart(self) -> Apart:
        if not hasattr(self._seats, "apart"):
            self._seats.apart = Apart()
        apart: Apart = self._seats.apart
        return apart


def solve(operation: str, args: tuple[str, ...], seconds: float) -> str:
    """Compute one task and return the JSON of its result.

    Raises:
        Unfactored: a number was not factored in so many seconds.
    """
    compute = OPERATIONS[operation].compute
    if compute is not None:
        return compute(args)
    pairs = factor(mpz(args[0]), seconds)
    return "[" + ",".join(f"[{prime},{times}]" for prime, times in pairs) + "]"


def _finished(task: QueuedTask, result: str) -> Finished:
    return {"task_id": task.id, "result": msgspec.Raw(result.encode())}


def _failed(task: QueuedTask, error: str) -> Finished:
    return {"task_id": task.id, "error": error}
