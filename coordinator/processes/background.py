"""Background jobs: what takes long and goes on beside everything else, how far it has come, and an end to it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Literal

import msgspec
import structlog

from coordinator.failures import logged
from coordinator.files.unusable import words_of
from coordinator.processes.progress import Progress, Report
from coordinator.time.wallclock import now
from core.refusals import Conflict, Unknown
from core.timestamps import SECOND, to_iso

State = Literal["running", "completed", "failed", "cancelled"]
Work = Callable[[Report], Coroutine[Any, Any, Any]]
"""Does a job, told whom to report to."""

_log = structlog.get_logger(__name__)


class JobStatus(msgspec.Struct, frozen=True):
    """How a background job stands.

    Attributes:
        state: whether it goes on, or how it ended.
        stage: what is being done, in a word or two; empty before the first report.
        done: how many events that has been done to.
        total: how many there are.
        per_second: how many a second in this stage; null while nobody can tell.
        seconds_left: until the stage will be done at the speed so far; null while nobody can tell.
        started_at: when it was begun.
        ended_at: when it ended; null while it goes on.
        error: why it failed; empty when it did not.
    """

    state: State
    stage: str
    done: int
    total: int
    per_second: float | None
    seconds_left: float | None
    started_at: str
    ended_at: str | None
    error: str


class BackgroundJob:
    """Something long under way.

    Args:
        name: what it is called in the log.
        work: what it does.
    """

    def __init__(self, name: str, work: Work) -> None:
        self.work = work
        self.result: Any = None
        self._name = name
        self._state: State = "running"
        self._progress = Progress("", 0, 0)
        self.started_at = self._stage_began_at = now()
        self._stage_began_with = 0
        self.ended_at: int | None = None
        self.failure: Exception | None = None
        self._task = asyncio.create_task(self._run())

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self._state == "running"

    async def _run(self) -> None:
        try:
            self.result = await self.work(self._report)
            self._state = "completed"
        except asyncio.CancelledError:
            self._state = "cancelled"
            raise
        except Exception as error:  # whoever asks how it stands is told; nobody awaits the task
            _log.error("background_job_failed", job=self._name, **logged(error))
            self._state, self.failure = "failed", error
        finally:
            self.ended_at = now()

    def _report(self, progress: Progress) -> None:
        if progress.stage != self._progress.stage:
            self._stage_began_at, self._stage_began_with = now(), progress.done
        self._progress = progress

    async def cancel(self) -> None:
        """End it, and wait until it has ended; one that has ended stays as it is."""
        self._task.cancel()
        await self.end()
        if self.running:  # it had not come to its first step
            self._state, self.ended_at = "cancelled", now()

    async def end(self) -> None:
        """Wait until it has ended, however."""
        await asyncio.wait([self._task])

    @property
    def status(self) -> JobStatus:
        """How it stands."""
        progress, per_second = self._progress, self._per_second()
        left = progress.total - progress.done
        return JobStatus(
            state=self._state,
            stage=progress.stage,
            done=progress.done,
            total=progress.total,
            per_second=None if per_second is None else round(per_second, 1),
            seconds_left=None if per_second is None else round(left / per_second, 1),
            started_at=to_iso(self.started_at),
            ended_at=None if self.ended_at is None else to_iso(self.ended_at),
            error="" if self.failure is None else words_of(self.failure),
        )

    def _per_second(self) -> float | None:
        done = self._progress.done - self._stage_began_with
        taken = (now() - self._stage_began_at) / SECOND
        return done / taken if self.running and done > 0 and taken > 0 else None


class BackgroundJobs:
    """The newest job of each name since the coordinator started."""

    def __init__(self) -> None:
        self.known: dict[str, BackgroundJob] = {}

    def begin(self, name: str, work: Work) -> BackgroundJob:
        """Begin a job.

        Raises:
            Conflict: it goes on already.
        """
        if self.going(name):
            raise Conflict(f"{name[:1].upper()}{name[1:]} goes on already; GET says how far it has come.")
        self.known.pop(name, None)
        begun = self.known[name] = BackgroundJob(name, work)
        return begun

    def going(self, name: str) -> bool:
        """Tell whether the job of a name goes on."""
        return (known := self.known.get(name)) is not None and known.running

    def of(self, name: str) -> BackgroundJob:
        """Return the job of a name.

        Raises:
            Unknown: it was not begun.
        """
        if (known := self.known.get(name)) is None:
            raise Unknown(f"{name[:1].upper()}{name[1:]} was not begun since the coordinator started; POST begins it.")
        return known

    def forget(self, beginning: str, but: int) -> None:
        """Forget the jobs that have ended of those whose names begin so, but for the newest."""
        ended = [name for name, job in self.known.items() if name.startswith(beginning) and not job.running]
        for name in ended[: len(ended) - but]:
            del self.known[name]

    async def cancel(self, name: str) -> BackgroundJob:
        """End a job, and wait until it has ended.

        Raises:
            Unknown: it was not begun.
            Conflict: it has ended already.
        """
        known = self.of(name)
        if not known.running:
            raise Conflict(f"{name[:1].upper()}{name[1:]} has ended already.")
        await known.cancel()
        return known

    async def close(self) -> None:
        """End every job."""
        for known in self.known.values():
            await known.cancel()
