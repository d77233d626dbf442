"""Telling everybody who watches that the log has grown.

A broadcast carries no data: it wakes whoever waits, and the log is what they then read. So nobody who is slow holds
memory, and nobody who was away misses anything.
"""

import asyncio


class Growth:
    """How far the log has come; lives in the event loop.

    Args:
        position: of the newest event.

    Attributes:
        stirs: how often something else than the log has changed.
    """

    def __init__(self, position: int) -> None:
        self.position = position
        self._waiting: set[asyncio.Future[None]] = set()
        self.stirs = 0
        self.closed = False

    def reached(self, position: int) -> None:
        """Wake everybody who waits for something newer than what was there."""
        self.position = max(self.position, position)
        self._wake()

    def stir(self) -> None:
        """Wake everybody for something that no event tells."""
        self.stirs += 1
        self._wake()

    def close(self) -> None:
        """Wake everybody for the last time: the coordinator is stopping."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        for waiter in self._waiting:
            _end(waiter)
        self._waiting.clear()

    async def beyond(self, position: int, seconds: float, stirs: int | None = None) -> bool:
        """Wait until the log is longer than `position`; False when it is not after so many seconds, or was stirred before.

        Args:
            position: that of the newest event that is known.
            seconds: for how long to wait at most.
            stirs: how many are known; None for whoever does not care.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while self.position <= position and not self.closed and loop.time() < deadline and stirs in {None, self.stirs}:
            # One future and one timer: hundreds wait here at a time, and `asyncio.timeout` takes longer than all else.
            waiter = loop.create_future()
            self._waiting.add(waiter)
            timer = loop.call_at(deadline, _end, waiter)
            try:
                await waiter
            finally:
                timer.cancel()
                self._waiting.discard(waiter)
        return self.position > position


def _end(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
