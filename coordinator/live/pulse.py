"""The growth of the log in beats: never closer together than an interval, and the same for everybody who watches.

Because all who are up to date stand at the same beat, what came between two beats is read and encoded once for all.
"""

import asyncio
from collections.abc import Sequence

from coordinator.live.broadcast import Growth
from core.events.envelope import Event

_ENVELOPE_BYTES = 400
"""About what an event takes on the wire beside its data."""


def bytes_of(events: Sequence[Event]) -> int:
    """Return about how many bytes events take on the wire."""
    return sum(len(event.stored.data) + _ENVELOPE_BYTES for event in events)


class Pulse:
    """Beats when the log has grown; lives in the event loop.

    Args:
        position: of the newest event.
        interval: seconds between two beats, at least.
    """

    def __init__(self, position: int, interval: float) -> None:
        self.interval = interval
        self.bytes = 0
        self._growth = Growth(position)
        self._newest = position
        self._timer: asyncio.TimerHandle | None = None
        self._last = float("-inf")
        self._limits: dict[asyncio.Timeout, int] = {}

    @property
    def position(self) -> int:
        """The end of the log at the last beat."""
        return self._growth.position

    @property
    def stirs(self) -> int:
        """How often something else than the log has changed."""
        return self._growth.stirs

    @property
    def closed(self) -> bool:
        """Whether the coordinator is stopping."""
        return self._growth.closed

    def committed(self, events: Sequence[Event]) -> None:
        """Take note of a batch."""
        self.grown(events[-1].position, bytes_of(events))

    def grown(self, position: int, size: int) -> None:
        """Take note that the log was grown by so many bytes: beat at once, or when the interval is over."""
        self._newest = position
        self.bytes += size
        for hurried in [limit for limit, bound in self._limits.items() if self.bytes > bound]:
            self.unlimit(hurried)
            hurried.reschedule(asyncio.get_running_loop().time())
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_at(max(loop.time(), self._last + self.interval), self._beat)

    def limit(self, limit: asyncio.Timeout, bound: int) -> None:
        """Have a timeout expire when the log has grown beyond so many bytes, unless that is taken back."""
        self._limits[limit] = bound

    def unlimit(self, limit: asyncio.Timeout) -> None:
        """Take a limit back."""
        self._limits.pop(limit, None)

    def _beat(self) -> None:
        self._timer = None
        self._last = asyncio.get_running_loop().time()
        self._growth.reached(self._newest)

    def stir(self) -> None:
        """Wake everybody at once for something that no event tells."""
        self._growth.stir()

    async def beyond(self, position: int, seconds: float, stirs: int | None = None) -> bool:
        """Wait for a beat beyond a position; False when there is none in so many seconds, or when more stirs are known."""
        return await self._growth.beyond(position, seconds, stirs)

    def close(self) -> None:
        """Wake everybody for the last time."""
        if self._timer is not None:
            self._timer.cancel()
        self._growth.close()
