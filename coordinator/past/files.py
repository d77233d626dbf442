"""Projections files as they were: made when they are first asked for, and those of a few moments kept."""

import asyncio
import itertools
import shutil
import sqlite3
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import msgspec
import structlog

from coordinator.failures import logged
from coordinator.past.discarding import set_aside
from coordinator.past.materialising import materialise
from coordinator.processes.children import Children, ForkServer
from coordinator.projecting.readers import Readers, ReadingConnection
from coordinator.unavailable import Unavailable

MOMENTS_KEPT = 8
T = TypeVar("T")

_CHILDREN = 2

_log = structlog.get_logger(__name__)


class _File(msgspec.Struct, eq=False):
    """A file as it was, what makes it, and how many queries are at it."""

    readers: Readers
    made: asyncio.Task[None]
    users: int = 0


class PastFiles:
    """The files of the moments asked for last.

    Args:
        directory: the data directory; the files stand in a directory of their own in it, and go with the process.
        fork_server: where the children come from that make them.
        kept: of how many moments they are kept.
    """

    def __init__(self, directory: Path, fork_server: ForkServer, kept: int = MOMENTS_KEPT) -> None:
        self._directory = directory
        self._scratch = directory / "moments"
        self._kept = kept
        self._moments: OrderedDict[int, dict[str, _File]] = OrderedDict()
        self._numbers = itertools.count(1)
        self._children = Children(fork_server, _CHILDREN)
        self._clear()

    def _clear(self) -> None:
        shutil.rmtree(self._scratch, ignore_errors=True)

    @asynccontextmanager
    async def readers(self, position: int, name: str) -> AsyncIterator[Readers]:
        """Borrow what reads a context's projections as they were.

        Args:
            position: of the last event.
            name: of the context.

        Raises:
            Unavailable: they could not be folded, for want of room perhaps.
        """
        files = self._moments.setdefault(position, {})
        self._moments.move_to_end(position)
        if name not in files:
            readers = Readers(self._scratch / f"{position}-{name}-{next(self._numbers)}.db", size=1)
            files[name] = _File(readers, asyncio.create_task(self._make(position, name, readers)))
        file = files[name]
        file.users += 1
        try:
            await self._made(file, files, name)
            yield file.readers
        finally:
            file.users -= 1
            await self._forget_the_oldest()

    async def _made(self, file: _File, files: dict[str, _File], name: str) -> None:
        """Wait until a file is there; whoever goes away meanwhile leaves it to those who ask next."""
        try:
            await asyncio.shield(file.made)
        except Unavailable:
            if files.get(name) is file:
                del files[name]
            raise

    async def _make(self, position: int, name: str, readers: Readers) -> None:
        path = readers.path
        try:
            path.parent.mkdir(exist_ok=True)
            damages = await self._children.run(
                materialise, self._directory, position, {name: path}, self._looked_at(name)
            )
            set_aside(self._directory, damages)
            await readers.open()
        except Exception as error:
            _log.error("past_not_folded", position=position, projection=name, **logged(error))
            path.unlink(missing_ok=True)
            raise Unavailable(
                f"What was at event {position} could not be folded ({error}); try again later."
            ) from error

    def _looked_at(self, name: str) -> dict[int, Path]:
        """Return the files of a context that stand already, by position; a moment close behind is soon folded."""
        held = ((position, files[name]) for position, files in self._moments.items() if name in files)
        return {
            position: file.readers.path
            for position, file in held
            if file.made.done() and not file.made.cancelled() and file.made.exception() is None
        }

    async def _forget_the_oldest(self) -> None:
        """Remove the files of moments that nobody asked for lately, sparing those that are being read."""
        for position, files in [*self._moments.items()]:
            if len(self._moments) <= self._kept:
                return
            if not any(file.users or not file.made.done() for file in files.values()):
                del self._moments[position]
                for file in files.values():
                    await file.readers.close()
                    file.readers.path.unlink(missing_ok=True)

    async def close(self) -> None:
        """Close and remove every file; whoever waits for one to be made is told that it will not be."""
        self._children.end()
        for files in self._moments.values():
            for file in files.values():
                await asyncio.wait([file.made])
                if file.made.exception() is None:
                    await file.readers.close()
        self._clear()


class PastReaders(Readers):
    """Readers of a context's projections as they were; nothing is made before somebody asks.

    Args:
        files: the files as they were.
        position: of the last event.
        name: of the context.
        live: what reads the file of today.
    """

    def __init__(self, files: PastFiles, position: int, name: str, live: Readers) -> None:
        super().__init__(live.path, size=0)
        self._files = files
        self._position = position
        self._name = name

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[ReadingConnection]:
        """Borrow a connection to the file as it was."""
        async with self._files.readers(self._position, self._name) as readers, readers.connection() as connection:
            yield connection

    async def read_through(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Run a function that reads for long on the file as it was."""
        async with self._files.readers(self._position, self._name) as readers:
            return await readers.read_through(function)
