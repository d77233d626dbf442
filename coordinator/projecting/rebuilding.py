"""Building a projections file anew while everything goes on, and putting it in the place of the one that is live.

A child process folds the log into a file beside the live one. Near the end of the log the writer stops between two
batches, applies what is left, and gives the new file the live one's name. Until that moment nothing has happened to
the live file, and whatever goes wrong leaves it as it was.
"""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import structlog

from coordinator.durable import rename_durably
from coordinator.house import House
from coordinator.log.sqlite import SqliteEventLog
from coordinator.progress import Progress, Report, unreported
from coordinator.projecting.building import Building
from coordinator.projecting.folding import fold_log
from coordinator.projecting.opening import building_path_of, discard, path_of
from coordinator.writer.batch import Committer
from core.refusals import Conflict, Unknown
from projections.contexts import projections
from projections.runtime.file import ProjectionFile
from projections.runtime.projection import Projection

_ATTEMPTS = 240
_BETWEEN_ATTEMPTS_SECONDS = 0.25

_log = structlog.get_logger(__name__)


class HeldOpen(Exception):  # noqa: N818 - names what was met
    """Another program has the live file open, so that its name can't be given away."""


async def rebuild(house: House, name: str, report: Report = unreported) -> None:
    """Build a context's projections anew from the log, and swap them in.

    Cancelling it before the swap leaves everything as it was; the swap itself is carried through.

    Args:
        house: a running coordinator.
        name: of the context.
        report: told, in the event loop, how far it has come.

    Raises:
        Unknown: there are no such projections.
        Conflict: they are being rebuilt already.
        NotBuilt: the child process failed, for want of room perhaps.
        HeldOpen: another program kept the live file open for a minute.
        Unavailable: the coordinator is stopping.
    """
    known = {projection.name: projection for projection in projections(house.sealing.unseal)}
    if name not in known:
        raise Unknown(f"There are no projections {name[:40]!r}; there are {', '.join(known)}.")
    path = building_path_of(house.directory, name)
    try:
        path.open("x").close()
    except FileExistsError:
        raise Conflict(f"The projections {name} are being rebuilt already.") from None
    replacement = _Replacement(house, known[name], path)
    try:
        await replacement.build(report)
        await replacement.approach()
        await replacement.swap()
    finally:
        replacement.abandon()
    _log.info("projection_rebuilt", projection=name, position=house.log.head().position)


class _Replacement:
    """The new file, from its first event to its taking the live one's place."""

    def __init__(self, house: House, projection: Projection, path: Path) -> None:
        self._house = house
        self._projection = projection
        self._path = path
        self._live_path = path_of(house.directory, projection.name)
        self._file: ProjectionFile | None = None
        self._swapped = False

    async def build(self, report: Report) -> None:
        """Have a child process fold the log until its end is near."""
        loop = asyncio.get_running_loop()

        def pass_on(progress: Progress) -> None:
            loop.call_soon_threadsafe(report, progress)

        with Building(self._house.directory, {self._projection.name: self._path}) as building:
            await asyncio.to_thread(building.follow, pass_on)

    async def approach(self) -> None:
        """Fold what was recorded while the child finished its file, so that little is left for the writer to do."""
        self._file = ProjectionFile(self._path, self._projection)
        await _carried_through(asyncio.to_thread(self._fold_beside, self._file))

    def _fold_beside(self, file: ProjectionFile) -> None:
        log = SqliteEventLog(self._house.log.path, read_only=True)
        try:
            fold_log(log, [file], self._house.registry, log.head().position)
        finally:
            log.close()

    async def swap(self) -> None:
        """Put the new file in the live one's place, as soon as no other program has that open."""
        for _ in range(_ATTEMPTS):
            await _carried_through(self._try_to_swap())
            if self._swapped:
                return
            await asyncio.sleep(_BETWEEN_ATTEMPTS_SECONDS)
        raise HeldOpen(f"Another program has {self._live_path} open; end it, and ask for the rebuild again.")

    async def _try_to_swap(self) -> None:
        async with self._house.readers[self._projection.name].closed():
            await self._house.writer.between_batches(self._swap_unless_held_open)

    def _swap_unless_held_open(self, committer: Committer) -> None:
        """Swap the files; the writer's thread does this between two batches, while no reader has the live file open.

        SQLite removes what it keeps beside a file when the last connection to it is closed. If that is still there,
        somebody else is connected, and would later remove what belongs to the new file under the same name.
        """
        assert self._file is not None, "the file was built"
        fold_log(committer.log, [self._file], committer.registry, committer.log.head().position)
        committer.reached("before-swap")
        committer.files[self._projection.name].close()
        try:
            if not self._live_path.with_name(f"{self._live_path.name}-wal").exists():
                self._give_name(committer)
        finally:
            committer.files[self._projection.name] = ProjectionFile(self._live_path, self._projection)

    def _give_name(self, committer: Committer) -> None:
        assert self._file is not None, "the file was built"
        self._file.close()
        self._file = None
        committer.reached("during-swap")
        rename_durably(self._path, self._live_path)
        self._swapped = True
        committer.reached("after-swap")

    def abandon(self) -> None:
        """Remove the new file, unless it is the live one now."""
        if self._file is not None:
            self._file.close()
        if not self._swapped:
            discard(self._path)


async def _carried_through(work: Coroutine[Any, Any, None]) -> None:
    """Await something that must not be left half done; a cancellation takes effect when it is finished."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
