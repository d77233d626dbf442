"""Building the files of several contexts together: in one pass over the log, of a long one in two side by side."""

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from coordinator.processes.progress import Progress, Report, unreported
from coordinator.projecting.building import BuildingApart
from coordinator.projecting.opening import building_path_of, discard
from core.refusals import Conflict


async def build_in_child(directory: Path, files: Mapping[str, Path], reached: Report) -> None:
    """Have child processes fold the log into files until its end is near; cancelling this ends them.

    Args:
        directory: the data directory.
        files: where each context's file is to stand, by name.
        reached: told, in the event loop, how far they have come.

    Raises:
        NotBuilt: they will not be; says why.
    """
    loop = asyncio.get_running_loop()

    def pass_on(progress: Progress) -> None:
        loop.call_soon_threadsafe(reached, progress)

    with BuildingApart(directory, files) as building:
        await asyncio.to_thread(building.follow, pass_on)


class JointBuild:
    """New files of several contexts, built together by child processes.

    Each is a rebuild's own from the moment that it may begin. When all rebuilds have ended the children end too, and what
    was not put in the place of a live file is removed.

    Args:
        directory: the data directory.
        names: of the contexts.
        report: told, in the event loop, how far the children have come, as everybody is who waits for a file.
    """

    def __init__(self, directory: Path, names: Iterable[str], report: Report = unreported) -> None:
        self._directory = directory
        self._names = list(names)
        self._under_way = set(self._names)
        self._files: dict[str, Path] = {}
        self._pass: asyncio.Task[None] | None = None
        self._built: set[str] = set()
        self._told = [report]
        self._progress = Progress("", 0, 0)

    async def __aenter__(self) -> Self:
        """Take the new files' names.

        Raises:
            Conflict: somebody has one already.
        """
        try:
            for name in self._names:
                self._claim(name)
        except BaseException:
            self._discard()
            raise
        return self

    def _claim(self, name: str) -> None:
        path = building_path_of(self._directory, name)
        path.parent.mkdir(exist_ok=True)
        try:
            path.open("x").close()
        except FileExistsError:
            raise Conflict(f"The projections {name} are being rebuilt already.") from None
        self._files[name] = path

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self._end()

    async def _end(self) -> None:
        if self._pass is not None:
            self._pass.cancel()
            await asyncio.gather(self._pass, return_exceptions=True)
        self._discard()

    def _discard(self) -> None:
        for path in self._files.values():
            discard(path)

    async def build(self, name: str, reached: Report) -> None:
        """Wait until a context's file is built, with the others; by itself when it is asked for once more.

        Raises:
            NotBuilt: it will not be; says why.
        """
        if name in self._built:
            await build_in_child(self._directory, {name: self._files[name]}, reached)
            return
        self._built.add(name)
        self._told.append(reached)
        if self._pass is None:
            self._pass = asyncio.create_task(build_in_child(self._directory, dict(self._files), self._tell))
        await asyncio.shield(self._pass)
        reached(self._progress)

    async def leave(self, name: str, *, live: bool) -> None:
        """Take note that a rebuild has ended.

        Args:
            name: of the context.
            live: whether its file was put in the live one's place.
        """
        if live:
            del self._files[name]
        self._under_way.discard(name)
        if not self._under_way:
            await self._end()

    def _tell(self, progress: Progress) -> None:
        self._progress = progress
        for reached in self._told:
            reached(progress)
