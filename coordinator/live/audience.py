"""Those who watch the same thing and are up to date: what comes next is made once, and written to one after the other.

A task for each of them would be woken, ask for the frame and hand it over, which takes three times as long as writing it.
Nobody waits here for anybody: whose connection has not taken what came before is sent back to a task of their own, which
waits for it (`coordinator.live.stream`).
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

import msgspec

from coordinator.live.pulse import Pulse
from coordinator.live.stream import KEEPALIVE_SECONDS, Idle, Read
from coordinator.time.turns import in_turns


class Line(Protocol):
    """A connection that is written to without waiting."""

    def write(self, encoded: bytes) -> bool:
        """Write, unless what came before has not left yet, or nobody is there any more; return whether it was written."""
        ...


class _Member(msgspec.Struct, eq=False):
    """Somebody who watches: where their connection is, what they have come to, and what ends when they have to leave."""

    line: Line
    after: int
    leaving: asyncio.Future[None]


class Audience:
    """All who watch one thing and are up to date.

    Args:
        pulse: tells when there is something new.
        make: makes the frames.
        encode: puts a frame's body into the form in which it is written.
        idle: makes the body that is written when nothing else was for a while.
    """

    def __init__(self, pulse: Pulse, make: Read, encode: Callable[[bytes], bytes], idle: Idle) -> None:
        self._pulse = pulse
        self._make = make
        self._encode = encode
        self._idle = idle
        self._members: dict[_Member, None] = {}
        self._playing: asyncio.Task[None] | None = None

    async def attend(self, line: Line, after: int) -> int:
        """Write to somebody what comes, until they have to leave; return the position that they have come to.

        Args:
            line: where they are.
            after: what they have come to.
        """
        member = _Member(line, after, asyncio.get_running_loop().create_future())
        self._members[member] = None
        if self._playing is None or self._playing.done():
            self._playing = asyncio.create_task(self._play())
        try:
            await member.leaving
        finally:
            self._members.pop(member, None)
            if not self._members:
                self._playing.cancel()
        return member.after

    async def _play(self) -> None:
        """Write to all what comes; whatever goes wrong, each is sent back to meet it alone."""
        try:
            with suppress(Exception):
                await self._follow()
        finally:
            for member in [*self._members]:
                self._dismiss(member)

    async def _follow(self) -> None:
        position = min(member.after for member in self._members)
        stirs = 0
        while not self._pulse.closed:
            if not await self._pulse.beyond(position, KEEPALIVE_SECONDS, stirs):
                stirs = self._pulse.stirs
                if not self._pulse.closed:
                    await self._write(self._encode(await self._idle(position)), position, position)
                continue
            frame = await self._make(position, self._pulse.position)
            await self._write(self._encode(frame.body) if frame.body else b"", position, frame.upto)
            position = frame.upto

    async def _write(self, encoded: bytes, after: int, upto: int) -> None:
        async for member in in_turns([*self._members]):
            if member.leaving.done():
                continue  # has left since
            if member.after == after and (not encoded or member.line.write(encoded)):
                member.after = upto
            elif member.after != upto or after == upto:  # who came with this frame already stays
                self._dismiss(member)

    def _dismiss(self, member: _Member) -> None:
        self._members.pop(member, None)
        if not member.leaving.done():
            member.leaving.set_result(None)
