"""What takes long and goes on beside everything else: how far it has come, when it will be done, and an end to it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, Literal, TypeVar

import msgspec
import structlog

from coordinator.processes.progress import Progress, Report
from coordinator.wallclock import now
from core.timestamps import SECOND

T = TypeVar("T")
State = Literal["running", "completed", "failed", "cancelled"]

_log = structlog.get_logger(__name__)


class Standing(msgspec.Struct, Generic[T], frozen=True):
    """How something long stands.

    Attributes:
        state: whether it goes on, or how it ended.
        stage: what is being done, in a word or two; empty before the first report.
        done: how many events that has been done to.
        total: how many there are.
        seconds_left: until the stage will be done at the speed so far; None while nobody can tell.
        started_at: microseconds UTC.
        ended_at: the same; None while it goes on.
        error: why it failed; empty when it did not.
        result: what it came to; None before that.
    """

    state: State
    stage: str
    done: int
    total: int
    seconds_left: float | None
    started_at: int
    ended_at: int | None
    error: str
    result: T | None


class Undertaking(Generic[T]):
    """Something long under way.

    Args:
        name: what it is called in the log.
        work: does it, told whom to report to.
    """

    def __init__(self, name: str, work: Callable[[Report], Coroutine[Any, Any, T]]) -> None:
        self._name = name
        self._state: State = "running"
        self._progress = Progress("", 0, 0)
        self._started_at = self._stage_began_at = now()
        self._stage_began_with = 0
        self._ended_at: int | None = None
        self._error = ""
        self._result: T | None = None
        self._task = asyncio.create_task(self._run(work))

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self._state == "running"

    async def _run(self, work: Callable[[Report], Coroutine[Any, Any, T]]) -> None:
        try:
            self._result = await work(self._report)
            self._state = "completed"
        except asyncio.CancelledError:
            self._state = "cancelled"
            raise
        except Exception as error:  # whoever asks how it stands is told; nobody awaits the task
            _log.exception("undertaking_failed", undertaking=self._name)
            self._state, self._error = "failed", str(error)
        finally:
            self._ended_at = now()

    def _report(self, progress: Progress) -> None:
        if progress.stage != self._progress.stage:
            self._stage_began_at, self._stage_began_with = now(), progress.done
        self._progress = progress

    async def cancel(self) -> None:
        """End it, and wait until it has ended; one that has ended stays as it is."""
        self._task.cancel()
        await asyncio.wait([self._task])

    def standing(self) -> Standing[T]:
        """Return how it stands."""
        progress = self._progress
        return Standing(
            state=self._state,
            stage=progress.stage,
            done=progress.done,
            total=progress.total,
            seconds_left=self._seconds_left(),
            started_at=self._started_at,
            ended_at=self._ended_at,
            error=self._error,
            result=self._result,
        )

    def _seconds_left(self) -> float | None:
        done = self._progress.done - self._stage_began_with
        if not self.running or done <= 0:
            return None
        taken = (now() - self._stage_began_at) / SECOND
        return round(taken * (self._progress.total - self._progress.done) / done, 1)
