"""Silence: how it is told that another process answers nothing any more, though connections to it stay open.

So it is with one that was paused, and with a machine that has lost its power.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

Ask = Callable[[], Awaitable[bool]]
"""Asks a process whether it is there, as long as that takes; tells whether it is still to be waited for."""


class Silence:
    """The silence of one process; who waits for it asks that process together with all others who do.

    Args:
        ask: asks it.
        seconds: for how long it may be silent before it is asked, and how long it may take to answer.
    """

    def __init__(self, ask: Ask, seconds: float) -> None:
        self._ask = ask
        self.seconds = seconds
        self._heard_at = 0.0
        self._gone = False
        self._asking: asyncio.Future[bool] | None = None

    def heard(self) -> None:
        """Note that the process has just said something."""
        self._heard_at = asyncio.get_running_loop().time()
        self._gone = False

    async def begins(self) -> None:
        """Wait until the process does not say any more that it is there; one that said nothing last time is asked at once."""
        loop = asyncio.get_running_loop()
        while True:
            if not self._gone:
                await asyncio.sleep(self.seconds)
            if loop.time() - self._heard_at < self.seconds:
                continue
            if self._asking is None or self._asking.done():
                self._asking = asyncio.ensure_future(self._answers())
            if not await asyncio.shield(self._asking):
                return

    async def _answers(self) -> bool:
        there = False
        with suppress(TimeoutError):
            async with asyncio.timeout(self.seconds):
                there = await self._ask()
        if there:
            self.heard()
        self._gone = not there
        return there

    def close(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()
