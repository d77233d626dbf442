"""Read-only connections to the projections; readers wait for the writer only until it has applied what was answered.

A file may be damaged, or gone, while they are open. Then whoever asks is told so, and the next one tries again.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import aiosqlite

from coordinator.files.databases import uri_for_reading
from coordinator.files.unusable import reason_of
from coordinator.projecting.damage import reading_fails
from coordinator.unavailable import Unavailable

P = ParamSpec("P")
T = TypeVar("T")

_CACHE_KIB = 4 * 1024


class ReadingConnection(aiosqlite.Connection):
    """A connection on which a whole query function runs in one hop to its thread.

    aiosqlite has no public call for that: each of its awaits is a hop of its own (25 µs against 1 µs), and statements
    of one answer would see different moments. Its `_execute` is used here and nowhere else.
    """

    async def snapshot(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """Run a query function within one read transaction."""

        def run(connection: sqlite3.Connection) -> T:
            connection.execute("BEGIN")
            try:
                return query(connection)
            finally:
                if connection.in_transaction:  # SQLite has ended it where the disk fails, or memory is short
                    connection.execute("COMMIT")

        return await self._execute(run, self._conn)  # type: ignore[no-untyped-call, no-any-return]


class Readers:
    """A small pool of read-only connections to one projections file.

    Args:
        path: the file.
        size: how many queries may run at the same time.
        refusal: returns what whoever asks is told instead of an answer; None while there are answers.
        shown: returns what to wait for until the file holds all that was answered; None while it does.

    Attributes:
        doubted: whether the file has to be looked through: a query failed for what it is, or stands on, or a verification did.
        replaced: how often the file was held closed, so that another could take its name.
    """

    def __init__(
        self,
        path: Path,
        size: int = 2,
        refusal: Callable[[], Exception | None] = lambda: None,
        shown: Callable[[], Awaitable[None] | None] = lambda: None,
    ) -> None:
        self.path = path
        self._size = size
        self._opened = 0
        self.doubted = False
        self.replaced = 0
        self._refusal = refusal
        self._shown = shown
        # The one used last is taken first: it has most in its cache, and those never needed at the same time are not opened.
        self._idle: asyncio.LifoQueue[ReadingConnection | None] = asyncio.LifoQueue()
        self._long = asyncio.Lock()
        self._companions: dict[Callable[[Readers], Any], Any] = {}

    async def open(self) -> None:
        """Open one connection if none was open yet; others come when queries run at the same time, or after `closed`."""
        first = await self._connect() if self._opened < self._size else None
        while self._opened < self._size:
            self._opened += 1
            self._idle.put_nowait(first if self._opened == self._size else None)

    async def _connect(self) -> ReadingConnection:
        connection = ReadingConnection(self._connected, iter_chunk_size=1000)
        opening = asyncio.ensure_future(connection)
        try:
            await asyncio.shield(opening)
        except asyncio.CancelledError:
            # Its thread is at work, and tells this event loop of it, which must still be there then.
            await asyncio.wait({opening})
            if opening.exception() is None:
                await connection.close()
            raise
        return connection

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(uri_for_reading(self.path), uri=True, isolation_level=None)
        try:
            for pragma in ("query_only = ON", "busy_timeout = 5000", f"cache_size = -{_CACHE_KIB}"):
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Have what a damaged file, or a disk that fails, raises say so.

        Raises:
            Unavailable: the file can't be read just now.
        """
        try:
            yield
        except Exception as error:
            if not reading_fails(error):
                raise
            self.doubted = True
            reason = reason_of(error) if isinstance(error, sqlite3.Error) else str(error)
            raise Unavailable(f"{self.path.name} can't be read just now ({reason}); try again later.") from error

    def check(self) -> None:
        """Find out whether there are answers.

        Raises:
            Exception: the refusal, while there is one.
        """
        refusal = self._refusal()
        if refusal is not None:
            raise refusal

    async def _caught_up(self) -> None:
        """Wait until the file holds all that was answered."""
        awaited = self._shown()
        if awaited is not None:
            await awaited

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[ReadingConnection]:
        """Borrow a connection.

        Raises:
            Unavailable: the file can't be opened or read just now.
            Exception: the refusal, while there is one.
        """
        self.check()
        await self._caught_up()
        borrowed = await self._idle.get()
        try:
            with self._reading():
                borrowed = borrowed or await self._connect()
                yield borrowed
        finally:
            self._idle.put_nowait(borrowed)

    async def query(
        self, function: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a query function of the projections floor on one snapshot, off the event loop."""
        async with self.connection() as connection:
            return await connection.snapshot(lambda raw: function(raw, *args, **kwargs))

    async def read_through(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Run a function that reads for long on one snapshot and a connection of its own, one such at a time.

        Raises:
            Unavailable: the file can't be opened or read just now.
            Exception: the refusal, while there is one.
        """
        self.check()
        await self._caught_up()
        async with self._long:
            with self._reading():
                connection = await self._connect()
                try:
                    return await connection.snapshot(function)
                finally:
                    await connection.close()

    def companion(self, make: Callable[["Readers"], T]) -> T:
        """Return what is kept in memory beside the file: made when it is first asked for, gone with the file."""
        if make not in self._companions:
            self._companions[make] = make(self)
        companion: T = self._companions[make]
        return companion

    @asynccontextmanager
    async def closed(self) -> AsyncIterator[None]:
        """Hold the file closed, so that another can take its name; queries wait meanwhile, and the next ones open it."""
        taken = 0
        async with self._long:
            try:
                while taken < self._opened:
                    await _close(await self._idle.get())
                    taken += 1
                yield
            finally:
                self._companions.clear()
                self.doubted = False
                self.replaced += 1
                for _ in range(taken):
                    self._idle.put_nowait(None)

    async def reopen(self) -> None:
        """Open the file anew: another process has put another in its place, or the first one."""
        async with self.closed():
            pass
        await self.open()

    async def close(self) -> None:
        """Close the connections, waiting for queries under way."""
        for _ in range(self._opened):
            await _close(await self._idle.get())


async def _close(connection: ReadingConnection | None) -> None:
    if connection is not None:
        await connection.close()


async def open_pools(pools: Iterable[Readers], stack: AsyncExitStack) -> None:
    """Open what reads files that are there; a file that is still being built is opened when it takes its place."""
    for pool in pools:
        stack.push_async_callback(pool.close)
        if pool.path.exists():
            await pool.open()
