"""A link: one side of a connection between an office and a desk, whatever carries its bytes."""

import asyncio
from collections.abc import Callable
from typing import cast

import msgspec
import structlog

from coordinator.desks.frames import NotFrames, Unframing, frame
from coordinator.desks.messages import Message, decode, encode
from coordinator.failures import logged

MOST_UNSENT_BYTES = 64 * 1024 * 1024
"""A side that does not read what is written to it is hung up on; it comes back, and begins anew."""

_log = structlog.get_logger(__name__)


class Link(asyncio.Protocol):
    """Sends and takes messages.

    Args:
        take: is given every message that comes.
        lost: is told when the connection has ended, however it did.
    """

    def __init__(self, take: Callable[["Link", Message], None], lost: Callable[["Link"], None]) -> None:
        self._take = take
        self._lost = lost
        self._unframing = Unframing()
        self._transport: asyncio.Transport | None = None

    @property
    def ended(self) -> bool:
        """Whether there is no connection any more."""
        return self._transport is None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Take what arrives."""
        try:
            for _, message in self._unframing.take(data):
                self._take(self, decode(message))
        except (NotFrames, msgspec.DecodeError, KeyError) as error:
            _log.error("link_not_understood", **logged(error))
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - it is the same whatever ended it
        """End."""
        self._transport = None
        self._lost(self)

    def send(self, message: Message, number: int = 0) -> None:
        """Send a message; to a side that has gone, nothing."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        transport.write(frame(number, encode(message)))
        if transport.get_write_buffer_size() > MOST_UNSENT_BYTES:
            _log.warning("link_not_read")
            transport.abort()

    def abort(self) -> None:
        """Hang up at once: nobody takes what was sent."""
        if self._transport is not None:
            self._transport.abort()

    def close(self) -> None:
        """Hang up, once what was sent has left."""
        if self._transport is not None:
            self._transport.close()
