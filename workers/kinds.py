"""Every kind of work, one line each."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from core.refusals import BadInput, Refusal
from workers.counting.executor import CountingExecutor
from workers.executors import Desk, Executor, MakeExecutor
from workers.factoring.executor import FactoringExecutor
from workers.factoring.sieving import SievingExecutor
from workers.tasks.executor import TasksExecutor
from workers.tasks.queue import QueuedTasksExecutor

KINDS: Mapping[str, MakeExecutor] = {
    "counting": CountingExecutor,
    "tasks": lambda desk: QueuedTasksExecutor(desk) if desk.valkey else TasksExecutor(desk),
    "sieving": SievingExecutor,
    "factoring": FactoringExecutor,
}
"""In the order in which a worker for all of them asks: what is short comes first."""
ALL = "all"

_log = structlog.get_logger(__name__)


def executors(names: Sequence[str], desk: Desk) -> dict[str, Executor[Any]]:
    """Make the executors of some kinds; of `all`, those of every kind that this machine can do.

    Raises:
        BadInput: a kind is unknown.
        Refusal: this machine can't do such work.
    """
    if list(names) == [ALL]:
        return _whatever_can_be_done(desk)
    made: dict[str, Executor[Any]] = {}
    for name in names:
        if name not in KINDS:
            raise BadInput(
                f"There is no kind of work {name!r}; {', '.join(KINDS)} is accepted, several with commas, or {ALL}."
            )
        made[name] = KINDS[name](desk)
    return made


def _whatever_can_be_done(desk: Desk) -> dict[str, Executor[Any]]:
    made: dict[str, Executor[Any]] = {}
    for name, make in KINDS.items():
        try:
            made[name] = make(desk)
        except BadInput:
            raise
        except Refusal as lack:
            _log.warning("kind_left_out", kind=name, reason=lack.sentence)
    if not made:
        raise Refusal("This machine can do no kind of work; the lines above say what each lacks.")
    return made
