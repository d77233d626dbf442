"""Letting others have their turn: in the middle of something long on the event loop, and one after the other."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import TypeVar

_MOST_SECONDS = 0.001
_PATIENCE_SECONDS = 1.0

T = TypeVar("T")


async def in_turns(items: Iterable[T]) -> AsyncIterator[T]:
    """Yield items; when what is done with them has taken a millisecond of the processor, others go on first."""
    began, moment = time.thread_time(), time.perf_counter()
    for item in items:
        yield item
        # The clock goes on while other threads hold the interpreter; but to read it costs a tenth.
        if time.perf_counter() - moment > _MOST_SECONDS and time.thread_time() - began > _MOST_SECONDS:
            await asyncio.sleep(0)
            began, moment = time.thread_time(), time.perf_counter()


class OneByOne:
    """A queue for what takes much of the interpreter's time: one after the other, so that little things wait for one only.

    Whoever takes long holds the others up for a second, and no longer: it may be waiting for something that never comes.
    """

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until it is one's turn."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._lock.acquire()
        except TimeoutError:
            yield
            return
        try:
            yield
        finally:
            self._lock.release()
