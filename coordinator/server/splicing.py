"""Splicing: a web socket of somebody who has signed in is carried to the office byte by byte, and back."""

import asyncio
from typing import Any, cast

from coordinator.http.quick import QuickRoutes
from coordinator.server.passing import CLIENT, is_signed_in
from coordinator.server.quick import QuickProtocol


class DeskProtocol(QuickProtocol):
    """The protocol of a connection to a desk.

    Args:
        routes: the quick ones.
        office: the path of the socket at which the office answers HTTP.
        options: uvicorn's.
    """

    def __init__(self, routes: QuickRoutes, office: str, **options: Any) -> None:
        super().__init__(routes, **options)
        self._office = office

    def handle_websocket_upgrade(self) -> None:
        """Begin with a web socket."""
        if not is_signed_in(dict(self.headers)):
            super().handle_websocket_upgrade()
            return
        self.connections.discard(self)
        lines = [b"GET %b HTTP/1.1\r\n" % self.url]
        lines += (b"%b: %b\r\n" % (name, value) for name, value in self.headers if name != CLIENT)
        if self.client is not None:
            lines.append(b"%b: %b %d\r\n" % (CLIENT, self.client[0].encode(), self.client[1]))
        near, far = _End(), _End(b"".join([*lines, b"\r\n"]))
        near.other, far.other = far, near
        near.transport = self.transport
        self.transport.set_protocol(near)
        self.loop.create_task(_reach(far, self._office)).add_done_callback(near.reached)


async def _reach(far: "_End", office: str) -> None:
    await asyncio.get_running_loop().create_unix_connection(lambda: far, office)


class _End(asyncio.Protocol):
    """One of the two ends; what arrives at it is written to the other.

    Args:
        kept: what it is written first.
    """

    def __init__(self, kept: bytes = b"") -> None:
        self.transport: asyncio.Transport | None = None
        self.other: _End | None = None
        self._kept = kept

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.Transport", transport)
        self.write(b"")

    def reached(self, reaching: asyncio.Future[None]) -> None:
        """Hang up when the other end could not be reached."""
        if self.transport is not None and (reaching.cancelled() or reaching.exception() is not None):
            self.transport.close()

    def write(self, data: bytes) -> None:
        """Write, as soon as somebody is there."""
        self._kept += data
        if self.transport is not None:
            kept, self._kept = self._kept, b""
            self.transport.write(kept)

    def data_received(self, data: bytes) -> None:
        """Take what arrives."""
        if self.other is not None:
            self.other.write(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - it is the same whatever ended it
        """End both."""
        self.transport = None
        if self.other is not None and self.other.transport is not None:
            self.other.transport.close()

    def pause_writing(self) -> None:
        """Have the other end read no more until what was written here has left."""
        if self.other is not None and self.other.transport is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        """Have it read again."""
        if self.other is not None and self.other.transport is not None:
            self.other.transport.resume_reading()
