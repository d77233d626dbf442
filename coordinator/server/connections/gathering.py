"""Gathering what is written to a connection in one turn of the event loop, so that it leaves together.

uvicorn writes the head of an answer and its body one after the other; each write is a call to the system that wakes the
client up, a quarter of what a short answer costs.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_MOST_BYTES = 64 * 1024
"""More is not kept: it is by what the transport still holds that a producer learns to wait."""


class Gathering:
    """A transport that keeps what is written to it until the end of the turn; all else is the other's.

    Args:
        transport: what it leaves by.
        loop: whose turns.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._kept: list[bytes] = []
        self._bytes = 0

    def write(self, data: bytes) -> None:
        """Write some bytes."""
        if not self._kept:
            self._loop.call_soon(self._let_go)
        self._kept.append(data)
        self._bytes += len(data)
        if self._bytes > _MOST_BYTES:
            self._let_go()

    def close(self) -> None:
        """Write what is kept, and close the connection once it has left."""
        self._let_go()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def _let_go(self) -> None:
        if self._kept:
            kept, self._kept, self._bytes = self._kept, [], 0
            self._transport.write(b"".join(kept))


class GatheringProtocol(HttpToolsProtocol):
    """uvicorn's protocol, whose connections gather what is written."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin with a connection."""
        super().connection_made(cast("asyncio.Transport", Gathering(transport, self.loop)))
