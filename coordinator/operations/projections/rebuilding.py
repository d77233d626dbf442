"""Building a projections file anew while everything goes on, and putting it in the place of the one that is live.

A child process folds the log into a file beside the live one; into those of several contexts one or two do. Near
the end of the log the writer stops between two batches, applies what is left, and gives the new file the live one's name.
Until that moment nothing has happened to the live file, and whatever goes wrong leaves it as it was.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

import structlog

from coordinator.log.corrections import Corrections
from coordinator.log.sqlite import SqliteEventLog
from coordinator.node import Node
from coordinator.operations.projections.joint_build import JointBuild
from coordinator.processes.background import BackgroundJob
from coordinator.processes.progress import Progress, Report, unreported
from coordinator.projecting.building import STAGE
from coordinator.projecting.folding import fold_log
from coordinator.projecting.opening import building_path_of
from coordinator.time.wallclock import now
from coordinator.writer.committing import Committer
from coordinator.writer.swapping import take_the_place
from core.events.log import EventLog
from core.refusals import Unknown
from core.wording import shortened
from projections.runtime.file import ProjectionFile
from projections.runtime.projection import Projection

ALL = "all"
WAITING = "waits its turn"
T = TypeVar("T")

_log = structlog.get_logger(__name__)


def contexts_named(name: str, known: Iterable[str]) -> list[str]:
    """Return that of the known contexts which has a name, or every one when it is `all`.

    Raises:
        Unknown: there is no such context.
    """
    known = list(known)
    if name != ALL and name not in known:
        raise Unknown(f"There are no projections {shortened(name)!r}; there are {', '.join(known)}, or {ALL} of them.")
    return known if name == ALL else [name]


async def rebuild(node: Node, name: str, report: Report = unreported) -> None:
    """Build a context's projections anew from the log, and swap them in; those of `all` contexts together.

    Cancelling it before the swap leaves everything as it was; the swap itself is carried through. A correction that is
    recorded meanwhile has the building begin again.

    Args:
        node: a running coordinator.
        name: of the context.
        report: told, in the event loop, how far it has come.

    Raises:
        Unknown: there are no such projections.
        Conflict: they are being rebuilt already.
        NotBuilt: the child process failed, for want of room perhaps.
        Unavailable: the coordinator is stopping.
    """
    names = contexts_named(name, node.projections)
    async with JointBuild(node.directory, names) as joint:
        for one in names:
            await _rebuild(node, one, joint, report)


def rebuild_of(name: str) -> str:
    """Return what the rebuild of a context's projections is called among the background jobs, or of `all`."""
    return "the rebuild of all projections" if name == ALL else f"the rebuild of {name[:60]}"


def begin_rebuild(node: Node, name: str) -> BackgroundJob:
    """Begin to build a context's projections anew, or `all` together.

    Raises:
        Unknown: there are no such projections.
        Conflict: they are being rebuilt already.
    """
    contexts_named(name, node.projections)
    return node.background.begin(
        rebuild_of(name),
        partial(_rebuild_several, node, list(node.projections)) if name == ALL else partial(rebuild, node, name),
    )


async def _rebuild_several(node: Node, names: Sequence[str], report: Report) -> None:
    """Build the projections of several contexts anew together, each as a background job of its own."""
    jobs: list[BackgroundJob] = []
    async with JointBuild(node.directory, names, report) as joint:
        try:
            jobs += (node.background.begin(rebuild_of(name), partial(_rebuild, node, name, joint)) for name in names)
            for job in jobs:
                await job.end()
                if job.failure is not None:
                    raise job.failure
            report(_complete(node, STAGE))
        finally:
            for job in jobs:
                await job.cancel()


def build_withheld(node: Node) -> None:
    """Begin to build the projections of every context that is withheld for want of them, together."""
    if names := list(node.withheld.sentences):
        node.background.begin(rebuild_of(ALL), partial(_rebuild_several, node, names))


async def rebuild_withheld(node: Node, name: str, turn: asyncio.Lock, report: Report) -> None:
    """Build the projections of a context that waits for them, one context at a time, and serve it.

    Args:
        node: a running coordinator.
        name: of the context.
        turn: held while building.
        report: told, in the event loop, how far it has come.

    Raises:
        Exception: as `rebuild`.
    """
    report(Progress(WAITING, 0, 0))
    with node.withheld.attempt(name):
        async with turn:
            if name in node.withheld:
                await rebuild(node, name, report)


async def _rebuild(node: Node, name: str, joint: JointBuild, report: Report) -> None:
    with node.withheld.attempt(name):
        replacement = _Replacement(node, node.projections[name], joint)
        try:
            while not replacement.swapped:
                await replacement.build(report)
                await replacement.approach()
                await replacement.swap()
        finally:
            replacement.close()
            await joint.leave(name, live=replacement.swapped)
    report(_complete(node, f"{STAGE} {name}"))
    _log.info("projection_rebuilt", projection=name, position=node.log.head().position)


def _complete(node: Node, stage: str) -> Progress:
    """Tell that a stage has come to the end of the log: what the child left to be folded at its end, nobody else reports."""
    position = node.log.head().position
    return Progress(stage, position, position)


class _Replacement:
    """The new file, from its first event to its taking the live one's place."""

    def __init__(self, node: Node, projection: Projection, joint: JointBuild) -> None:
        self._node = node
        self._projection = projection
        self._joint = joint
        self._path = building_path_of(node.directory, projection.name)
        self._file: ProjectionFile | None = None
        self.swapped = False

    async def build(self, report: Report) -> None:
        """Have a child process fold the log until its end is near."""
        stage = f"{STAGE} {self._projection.name}"

        def reached(progress: Progress) -> None:
            self._node.withheld.progressed(self._projection.name, progress)
            report(Progress(stage, progress.done, progress.total))

        await self._joint.build(self._projection.name, reached)

    async def approach(self) -> None:
        """Fold what was recorded while the child finished its file, so that little is left for the writer to do."""
        self._file = ProjectionFile(self._path, self._projection)
        await carried_through(asyncio.to_thread(self._fold_beside, self._file))

    def _fold_beside(self, file: ProjectionFile) -> None:
        log = SqliteEventLog(self._node.log.path, read_only=True)
        try:
            fold_log(log, [file], self._node.registry, log.head().position)
        finally:
            log.close()

    async def swap(self) -> None:
        """Put the new file in the live one's place; one that lacks a correction is emptied instead, to be built again."""
        await carried_through(self._try_to_swap())

    async def _try_to_swap(self) -> None:
        name = self._projection.name
        readers = self._node.readers[name]
        async with readers.closed():
            await self._node.writer.between_batches(self._swap)
        if self.swapped and name in self._node.withheld:
            await readers.open()
            self._node.withheld.release(name, now())

    def _swap(self, committer: Committer) -> None:
        """Swap the files; the writer's thread does this between two batches, while no reader has the live file open."""
        assert self._file is not None, "the file was built"
        fold_log(committer.log, [self._file], committer.registry, committer.log.head().position)
        lacks_a_correction = self._lacks_a_correction(committer.log)
        self._file.close()
        self._file = None
        if lacks_a_correction:
            # It begins anew, still holding the name.
            self._path.write_bytes(b"")
            return
        take_the_place(committer, self._path, self._projection)
        self.swapped = True

    def _lacks_a_correction(self, log: EventLog) -> bool:
        assert self._file is not None, "the file was built"
        return Corrections(log).newest.get(self._projection.name, 0) > self._file.corrected

    def close(self) -> None:
        """Close the new file."""
        if self._file is not None:
            self._file.close()


async def carried_through(work: Coroutine[Any, Any, T]) -> T:
    """Await something that must not be left half done; a cancellation takes effect when it is finished."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
