"""Telling everybody who watches that the log has grown.

A broadcast carries no data: it wakes whoever waits, and the log is what they then read. So nobody who is slow holds
memory, and nobody who was away misses anything.
"""

import asyncio


class Growth:
    """How far the log has come; lives in the event loop.

    Args:
        position: of the newest event.
    """

    def __init__(self, position: int) -> None:
        self.position = position
        self._changed = asyncio.Event()
        self.closed = False

    def reached(self, position: int) -> None:
        """Wake everybody who waits for something newer than what was there."""
        self.position = position
        self._wake()

    def close(self) -> None:
        """Wake everybody for the last time: the coordinator is stopping."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def beyond(self, position: int, seconds: float) -> bool:
        """Wait until the log is longer than `position`; False when it is not after so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                while self.position <= position and not self.closed:
                    await self._changed.wait()
        except TimeoutError:
            return False
        return self.position > position
