"""One subscriber's stream, whatever it is made of and however it is carried.

A stream is made of frames. A frame says what happened after one position up to another; it is made by reading, never
from what was broadcast, so a subscriber may begin anywhere, be away, and resume. Between two frames of a subscriber
lies at least the pulse's interval. Nothing is queued for anybody: one who is slow gets larger frames, and one who
falls a megabyte behind while a frame is on its way is closed.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable

import msgspec

from coordinator.live.pulse import Pulse

MAX_BEHIND_BYTES = 1024 * 1024
KEEPALIVE_SECONDS = 15.0
_FRAMES_KEPT = 64
_BYTES_KEPT = 8 * 1024 * 1024
"""Frames of those who are up to date are small; one who reads the log from its beginning has some of megabytes made."""


class FellBehind(Exception):  # noqa: N818 - names what happened
    """The subscriber does not take its frames as fast as they come; it may resume from the last one it got."""


class Frame(msgspec.Struct, frozen=True, gc=False):
    """The events up to a position, encoded; an empty body says that none of them concerns the subscriber."""

    upto: int
    body: bytes


Read = Callable[[int, int], Awaitable[Frame]]
"""(after, upto) → the frame of what came after one position, up to the other or to less when that is a lot."""

Idle = Callable[[int], Awaitable[bytes]]
"""(position) → what is delivered to who has come to a position when there is nothing newer, so that proxies do not take the
connection for dead: for a while, or since something has changed that no event tells."""

Deliver = Callable[[bytes], Awaitable[None]]
"""Hands a frame's body to the subscriber; returns when the connection has taken it."""

Attend = Callable[[int], Awaitable[int]]
"""Takes a subscriber along from a position on, until it has to go on alone from another (`coordinator.live.audience`)."""


class Frames:
    """Frames that several subscribers want are made once."""

    def __init__(self) -> None:
        self._made: OrderedDict[Hashable, asyncio.Future[Frame]] = OrderedDict()

    async def frame(self, what: Hashable, after: int, upto: int, read: Read) -> Frame:
        """Return a frame, made by whoever asks first.

        Args:
            what: tells subscribers of different things apart.
            after: the position that the frame follows.
            upto: the position that it ends at, at most.
            read: makes it.
        """
        key = (what, after, upto)
        made = self._made.get(key)
        if made is None or (made.done() and made.exception() is not None):
            made = self._made[key] = asyncio.ensure_future(read(after, upto))
            made.add_done_callback(self._forget_large)
            if len(self._made) > _FRAMES_KEPT:
                self._made.popitem(last=False)
        # Shielded: others may wait for the frame that one who goes away was the first to ask for.
        return await asyncio.shield(made)

    def _forget_large(self, _: asyncio.Future[Frame]) -> None:
        """Forget the oldest frames that there are, as long as all together are too large."""
        sizes = {key: len(made.result().body) for key, made in self._made.items() if _is_there(made)}
        excess = sum(sizes.values()) - _BYTES_KEPT
        for key, size in sizes.items():
            if excess <= 0:
                break
            del self._made[key]
            excess -= size


def _is_there(made: asyncio.Future[Frame]) -> bool:
    return made.done() and not made.cancelled() and made.exception() is None


async def stream(
    pulse: Pulse,
    make: Read,
    deliver: Deliver,
    *,
    after: int,
    idle: Idle | None = None,
    idle_seconds: float = KEEPALIVE_SECONDS,
    attend: Attend | None = None,
) -> int:
    """Deliver frames until the coordinator stops; return the position that the subscriber has come to.

    Args:
        pulse: tells when there is something new.
        make: makes the frames, usually `Frames.frame` with its first argument given.
        deliver: hands them over.
        after: the position to begin after.
        idle: makes what is delivered when nothing else was for a while; None for nothing.
        idle_seconds: how long that is.
        attend: where the subscriber is taken along with others while it is up to date; None for nowhere.

    Raises:
        FellBehind: the subscriber was up to date, and then took too long.
    """
    limit = asyncio.timeout(None)
    try:
        async with limit:
            return await _delivered(pulse, make, deliver, limit, after, idle, idle_seconds, attend)
    except TimeoutError:
        if limit.expired():
            raise FellBehind from None
        raise
    finally:
        pulse.unlimit(limit)


async def _delivered(
    pulse: Pulse,
    make: Read,
    deliver: Deliver,
    limit: asyncio.Timeout,
    after: int,
    idle: Idle | None,
    idle_seconds: float,
    attend: Attend | None,
) -> int:
    up_to_date = False
    stirs = 0
    while not pulse.closed:
        if not await pulse.beyond(after, idle_seconds, stirs):
            stirs = pulse.stirs
            if idle is not None and not pulse.closed:
                await deliver(await idle(after))
            continue
        cut = pulse.bytes
        frame = await make(after, pulse.position)
        if frame.body:
            if up_to_date:
                pulse.limit(limit, cut + MAX_BEHIND_BYTES)
            await deliver(frame.body)
            pulse.unlimit(limit)
        after = frame.upto
        up_to_date = up_to_date or after >= pulse.position
        if attend is not None and after >= pulse.position:
            after = await attend(after)
        if after < pulse.position and not pulse.closed:
            await asyncio.sleep(pulse.interval)
    return after
