"""Every kind of work, one line each."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.refusals import BadInput
from workers.counting import CountingExecutor
from workers.executors import Desk, Executor, MakeExecutor
from workers.factoring import FactoringExecutor
from workers.queued_tasks import QueuedTasksExecutor
from workers.tasks import TasksExecutor

KINDS: Mapping[str, MakeExecutor] = {
    "factoring": FactoringExecutor,
    "counting": CountingExecutor,
    "tasks": lambda desk: QueuedTasksExecutor(desk) if desk.valkey else TasksExecutor(desk),
}


def executors(names: Iterable[str], desk: Desk) -> dict[str, Executor[Any]]:
    """Make the executors of some kinds.

    Raises:
        BadInput: a kind is unknown.
        Refusal: this machine can't do such work.
    """
    made: dict[str, Executor[Any]] = {}
    for name in names:
        if name not in KINDS:
            raise BadInput(f"There is no kind of work {name!r}; {', '.join(KINDS)} is accepted, several with commas.")
        made[name] = KINDS[name](desk)
    return made
