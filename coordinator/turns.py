"""Letting others have their turn in the middle of something long on the event loop."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

_MOST_SECONDS = 0.005

T = TypeVar("T")


async def in_turns(items: Iterable[T]) -> AsyncIterator[T]:
    """Yield items; when what is done with them has taken some milliseconds, others go on first."""
    began = time.perf_counter()
    for item in items:
        yield item
        if time.perf_counter() - began > _MOST_SECONDS:
            await asyncio.sleep(0)
            began = time.perf_counter()
