"""Splicing: a web socket of somebody who has signed in is carried to the office byte by byte, and back.

Where the office answers nothing any more, the socket ends as when the office does, and its browser asks anew.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from coordinator.http.quick import QuickRoutes
from coordinator.http.responses.problems import messages
from coordinator.server.connections.quick import QuickProtocol
from coordinator.server.onward.passing import AWAY, CLIENT, is_signed_in
from coordinator.server.onward.silence import Silence


class DeskProtocol(QuickProtocol):
    """The protocol of a connection to a desk.

    Args:
        routes: the quick ones.
        office: the path of the socket at which the office answers HTTP.
        silence: the office's.
        options: uvicorn's.
    """

    def __init__(self, routes: QuickRoutes, office: str, silence: Silence, **options: Any) -> None:
        super().__init__(routes, **options)
        self._office = office
        self._silence = silence

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
        near.carrying = far.carrying = self.loop.create_task(_carry(far, self._office, self._silence))
        near.carrying.add_done_callback(near.left)


async def _carry(far: "_End", office: str, silence: Silence) -> None:
    """Reach the office, and stay as long as it says that it is there."""
    async with asyncio.timeout(silence.seconds):
        await asyncio.get_running_loop().create_unix_connection(lambda: far, office)
    await silence.begins()


def _refusal() -> bytes:
    """Return the answer to a web socket that the office has not taken."""
    start, body = messages("unavailable", AWAY)
    head = [b"%b: %b\r\n" % field for field in (*start["headers"], (b"connection", b"close"))]
    return b"".join([STATUS_LINE[start["status"]], *head, b"\r\n", body["body"]])


class _End(asyncio.Protocol):
    """One of the two ends; what arrives at it is written to the other.

    Args:
        kept: what it is written first.
    """

    def __init__(self, kept: bytes = b"") -> None:
        self.transport: asyncio.Transport | None = None
        self.other: _End | None = None
        self.carrying: asyncio.Future[None] | None = None
        self._answered = False
        self._kept = kept

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.Transport", transport)
        self.write(b"")

    def left(self, carrying: asyncio.Future[None]) -> None:
        """As the browser's end: hang up when the office is not there any more, and say so if it has said nothing at all."""
        if carrying.cancelled():  # either end has left by itself
            return
        carrying.exception()  # whatever kept the office from being reached, what is said is the same
        if self.other is not None and self.other.transport is not None:
            self.other.transport.abort()
        if self.transport is not None:
            if not self._answered:
                self.transport.write(_refusal())
            self.transport.close()

    def write(self, data: bytes) -> None:
        """Write, as soon as somebody is there."""
        self._kept += data
        self._answered = self._answered or bool(data)
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
        if self.carrying is not None:
            self.carrying.cancel()
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
