"""The result of a costly query, kept until what it was read from has changed."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")
Run = Callable[[Callable[[sqlite3.Connection], None]], Awaitable[None]]


class Kept(Generic[T]):
    """One query's result, read again only when its mark has changed, and once for all who ask at the same time.

    Nobody is given a result older than the question: who asks while it is being read waits for the next reading, which
    all of them share.

    Args:
        mark: reads what changes with the result, quickly.
        query: reads the result, given the one that was kept so far, None for none; it may bring that one forward.
    """

    def __init__(
        self, mark: Callable[[sqlite3.Connection], Hashable], query: Callable[[T | None, sqlite3.Connection], T]
    ) -> None:
        self._mark = mark
        self._query = query
        self._turn = asyncio.Lock()
        self._begun = 0
        self._finished = 0
        self._result: tuple[Hashable, T] | None = None

    async def current(self, run: Run) -> T:
        """Return the result as it is at this moment or later.

        Args:
            run: calls a function with a connection, within one snapshot.
        """
        # Shielded: a reading goes on when who asked for it goes away, and the next must not begin meanwhile.
        return await asyncio.shield(self._reach(self._begun + 1, run))

    async def _reach(self, reading: int, run: Run) -> T:
        async with self._turn:
            if self._result is None or self._finished < reading:
                self._begun += 1
                await run(self._read)
                self._finished = self._begun
            assert self._result is not None
            return self._result[1]

    def _read(self, connection: sqlite3.Connection) -> None:
        mark = self._mark(connection)
        if self._result is not None and self._result[0] == mark:
            return
        before, self._result = self._result, None  # a query that fails may have left it half brought forward
        self._result = mark, self._query(before and before[1], connection)
