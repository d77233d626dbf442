"""Bodies of requests that may be needed more than once.

They are sent to the node that writes, and to the one that writes next; to an office, and read by the desk that refuses for it.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from litestar.types import Receive

KEPT_BYTES = 1024 * 1024
"""A body up to so long is kept, to be sent again."""


class SenderGone(Exception):  # noqa: N818 - says what happened
    """The sender of a body went away before all of it was there."""


class KeptBody:
    """The body of a request, kept as long as it is short.

    Attributes:
        heard: whether the one it was sent to last may have heard the request.
        kept: what was received of it and is kept.
        let_go: whether some of it was sent and not kept, so that it can't be sent again.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.kept = b""
        self.heard = False
        self.let_go = False
        self._all = asyncio.Event()

    @property
    def whole(self) -> bool:
        """Whether all of it is kept."""
        return self._all.is_set() and not self.let_go

    async def begin(self) -> bool:
        """Take the body, or so much of it as is kept; tell whether its sender is still there."""
        while not self._all.is_set() and len(self.kept) < KEPT_BYTES:
            piece = await self._piece()
            if piece is None:
                return False
            self.kept += piece
        return True

    async def _piece(self) -> bytes | None:
        """Return the next piece of the body; None when its sender has gone away."""
        message: Any = await self._receive()
        if message["type"] == "http.disconnect":
            return None
        if not message.get("more_body", False):
            self._all.set()
        return bytes(message.get("body", b""))

    def content(self) -> bytes | AsyncIterator[bytes]:
        """Return what to send."""
        return self.kept if self.whole else self._stream()

    async def _stream(self) -> AsyncIterator[bytes]:
        kept, self.kept, self.let_go = self.kept, b"", True
        yield kept
        while not self._all.is_set():
            piece = await self._piece()
            if piece is None:
                raise SenderGone
            yield piece

    def again(self) -> Receive:
        """Return the same body for who answers here after all."""
        begun = False

        async def receive() -> Any:
            nonlocal begun
            if begun:
                return await self._receive()
            begun = True
            return {"type": "http.request", "body": self.kept, "more_body": not self._all.is_set()}

        return receive

    async def gone(self) -> None:
        """Wait until the sender has gone away, once all of the body is there; until then whoever takes it learns of that."""
        await self._all.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass
