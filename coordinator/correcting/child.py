"""Tables as they are with a correction, built in a child process beside everything that goes on.

The child folds the log with the correction until its end is near, brings its file to disk, and waits for a word of its
parent: up to which event it shall go on. Between that word and the correction nothing else is recorded.
"""

from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

import msgspec

from coordinator.correcting.beginning import begin
from coordinator.correcting.folding import Correcting
from coordinator.files.durable import sync
from coordinator.log.sqlite import SqliteEventLog
from coordinator.processes.child import Child, ChildFailed, begin_work
from coordinator.processes.progress import Progress, Report
from coordinator.projecting.building import NotBuilt
from coordinator.projecting.opening import discard
from coordinator.sealing import SealingKeys
from core.contexts import registry
from core.events.envelope import NewEvent
from core.factoring.commands.corrections import Correct, Restatement
from core.factoring.redeciding.redeciding import IdsTaken
from projections.contexts import projections
from projections.runtime.checkpoint import STATE
from projections.runtime.file import ProjectionFile
from projections.runtime.projection import Projection

STAGE = "decide again"
_READY = "ready"
_NEAR = 1_000
_SPARE = 10_000
_CONTEXT = "factoring"


class Task(msgspec.Struct, frozen=True):
    """The task of a child that works out a correction.

    Attributes:
        directory: the data directory, of which only the log is read.
        path: where the file is to stand; what it comes to stands beside it.
        withdraw: positions of reports and factors that are not to count any more.
        reinstate: of those that are to count again.
        foresee: whether it is only to be seen what would follow; then the log's end is far enough.
    """

    directory: str
    path: str
    withdraw: tuple[int, ...]
    reinstate: tuple[int, ...]
    foresee: bool = False


class Row(msgspec.Struct, frozen=True):
    """One event to be restated."""

    stream: str
    type: str
    data: msgspec.Raw
    cause: int | None


class Place(msgspec.Struct, frozen=True):
    """The facts that count in place of a command's; None when those that were recorded first count again."""

    place: int
    rows: list[Row] | None


class WorkedOut(msgspec.Struct, frozen=True):
    """The outcome of a correction; see `Correct`."""

    withdrawn: tuple[int, ...]
    reinstated: tuple[int, ...]
    given_out: tuple[int, int, int]
    places: list[Place]

    def command(self, reason: str) -> Correct:
        """Return the command that records it."""
        read = registry().fact
        restated = tuple(
            Restatement(
                one.place,
                None
                if one.rows is None
                else tuple(NewEvent(row.stream, read(row.type, bytes(row.data)), cause=row.cause) for row in one.rows),
            )
            for one in self.places
        )
        return Correct(self.withdrawn, self.reinstated, reason, restated, self.given_out)


def _worked_out(command: Correct) -> WorkedOut:
    encode = msgspec.json.encode
    places = [
        Place(
            one.place,
            None
            if one.events is None
            else [Row(new.stream, new.fact.type, msgspec.Raw(encode(new.fact)), new.cause) for new in one.events],
        )
        for one in command.restated
    ]
    return WorkedOut(command.withdrawn, command.reinstated, command.given_out, places)


def _result_of(path: str) -> Path:
    return Path(path).with_suffix(".json")


def work_out(task: Task, report: Report, told: Callable[[], int]) -> None:
    """Build the tables with a correction, and write beside them what it comes to.

    Args:
        task: what is to be worked out.
        report: told how far it has come.
        told: waits for the position up to which to go on.

    Raises:
        NotBuilt: an event can't be folded.
        sqlite3.Error: the disk is full, or can't be read or written.
    """
    spare = 0
    while True:
        try:
            command = _attempt(task, report, told, spare)
        except IdsTaken:  # somebody was given one meanwhile; the next attempt leaves more room
            spare += _SPARE
            discard(Path(task.path))
        else:
            break
    _result_of(task.path).write_bytes(msgspec.json.encode(_worked_out(command)))


def _attempt(task: Task, report: Report, told: Callable[[], int], spare: int) -> Correct:
    directory = Path(task.directory)
    with ExitStack() as stack:
        log = stack.enter_context(closing(SqliteEventLog(directory / "log.db", read_only=True)))
        sealing = stack.enter_context(closing(SealingKeys(directory / "client-keys.db", read_only=True)))
        (projection,) = (known for known in projections(sealing.unseal) if known.name == _CONTEXT)
        correcting = Correcting(log, registry(), task.withdraw, task.reinstate, spare)
        begin(directory, log, projection, Path(task.path), correcting, answers=not task.foresee)
        with closing(ProjectionFile(Path(task.path), projection, durable=False, remembers=not task.foresee)) as file:
            upto: int | None = None
            while upto is None or log.refresh().position - upto > _NEAR:
                upto = log.head().position
                correcting.fold(file, upto, lambda at: report(Progress(STAGE, at, log.refresh().position)))
                _check(file)
        if not task.foresee:
            _finish(task, projection, correcting, log, report, told)
        return correcting.command("")


def _finish(
    task: Task,
    projection: Projection,
    correcting: Correcting,
    log: SqliteEventLog,
    report: Report,
    told: Callable[[], int],
) -> None:
    # Opened as one that lasts, it gets what a file under construction does without.
    with closing(ProjectionFile(Path(task.path), projection)) as file:
        report(Progress(_READY, 1, 1))
        upto = told()
        log.refresh()
        correcting.fold(file, upto)
        _check(file)
    sync(Path(task.path))


def _check(file: ProjectionFile) -> None:
    stopped = file.degraded.get(STATE)
    if stopped is not None:
        raise NotBuilt(f"event {stopped.position} can't be folded ({stopped.reason})")


class WorkingOut(Child):
    """A child process at work on a correction. Leaving the context removes what it wrote, too.

    Args:
        task: what it is to work out.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        super().__init__("coordinator.correcting.child")

    def result(self, report: Report, ready: Callable[[], None] = lambda: None) -> WorkedOut:
        """Wait until it is worked out, telling how far that has come, and when it waits for a word.

        Raises:
            NotBuilt: it will not be; says why.
        """

        def reached(progress: Progress) -> None:
            if progress.stage == _READY:
                ready()
            else:
                report(progress)

        self.tell(msgspec.json.encode(self._task) + b"\n")
        try:
            self.follow(reached)
        except ChildFailed as failure:
            raise NotBuilt(
                f"What the correction amounts to could not be worked out: {str(failure).rstrip('.')}."
            ) from None
        return msgspec.json.decode(_result_of(self._task.path).read_bytes(), type=WorkedOut)

    def go_on_to(self, position: int) -> None:
        """Tell it up to which event to go on; it ends then."""
        self.tell(b"%d\n" % position)

    def __exit__(self, *exception: object) -> None:
        super().__exit__(*exception)
        _result_of(self._task.path).unlink(missing_ok=True)
        discard(Path(self._task.path))


def main() -> None:
    """Work out as the child; the task is too long for an argument."""
    parent = begin_work()
    work_out(msgspec.json.decode(parent.heard(), type=Task), parent.report, lambda: int(parent.heard()))


if __name__ == "__main__":
    main()
