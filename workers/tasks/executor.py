"""Takes tasks over HTTP: asks for a batch, computes it, hands in what comes of it."""

import msgspec
import structlog

from core.tasks.queue import QueuedTask
from workers.executors import Desk, Seat, WorkFailed
from workers.halting import Halt
from workers.lease import LEAST_SECONDS, Holding, KeptLease
from workers.processes.apart import Ended
from workers.tasks.calculating import Calculator

_TASKS = "/api/v1/tasks"
RESULTS = f"{_TASKS}/results"

_log = structlog.get_logger(__name__)


class _Task(msgspec.Struct, frozen=True):
    task_id: str
    operation: str
    args: tuple[str, ...]


class _Answer(msgspec.Struct, frozen=True):
    lease: str | None
    expires_at: str | None
    tasks: list[_Task]


class Batch(msgspec.Struct, frozen=True):
    """Tasks under one lease."""

    lease: str
    expires_at: str
    tasks: tuple[QueuedTask, ...]


class TasksExecutor:
    """Computes the tasks that the coordinator hands out."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._calculator = Calculator()

    def ask(self, key: str, wait: float) -> Batch | None:
        """Ask for tasks."""
        query: dict[str, str | float] = {"client_id": self._desk.client, "wait": wait, "lease_seconds": LEAST_SECONDS}
        query |= self._desk.ending.said()
        answer = self._desk.coordinator.call("GET", f"{_TASKS}/work", _Answer, query=query, key=key, wait=wait)
        if answer.lease is None or answer.expires_at is None:
            return None
        tasks = (QueuedTask(task.task_id, task.operation, task.args) for task in answer.tasks)
        return Batch(answer.lease, answer.expires_at, tuple(tasks))

    def perform(self, work: Batch, seat: Seat) -> None:
        """Compute them and hand in what comes of each; when the worker stops, hand back the others."""
        halt = Halt()
        holding = Holding(self._desk, f"{_TASKS}/work/{work.lease}")
        lease = KeptLease(holding.renew, work.expires_at, halt.set)
        try:
            with (
                seat.display.showing(seat.number, "tasks", len(work.tasks)) as advance,
                seat.stopping.calling(halt.set),
                lease,
            ):
                for finished in self._calculator.compute(work.tasks, halt):
                    self._desk.courier.hand_in(RESULTS, {"client_id": self._desk.client, "results": finished})
                    advance(len(finished))
        except Ended as ended:
            if lease.lost is None:
                holding.hand_back(str(ended))
            if not halt.is_set():
                raise WorkFailed(f"A task was not computed: {ended}") from ended
