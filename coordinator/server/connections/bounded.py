"""Bounds on what a connection may send, and how long it may take, before anything is known of who sends it.

uvicorn keeps a head for as long as it grows, and waits for what was begun without end. Here a head has a size, and head,
body and silence have their time.
"""

import asyncio

import msgspec
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from coordinator.http.responses.problems import messages
from coordinator.server.connections.gathering import GatheringProtocol

MAX_HEAD_BYTES = 64 * 1024
SILENCE_SECONDS = 75
"""For a connection to say something at all; as long as it may be kept open between two requests."""
HEAD_SECONDS = 30
BODY_SECONDS = 60
"""For a body, and a second more for each of its `BODY_BYTES_A_SECOND`."""
BODY_BYTES_A_SECOND = 1_024
LINGER_SECONDS = 1
"""How long whoever was turned away is left with the answer, and nothing more is read of what is sent: who floods can't begin
again before, and an answer isn't lost to who was still sending when the connection was closed."""

_HEAD_TOO_LARGE = f"The head of the request is longer than {MAX_HEAD_BYTES} bytes; up to that many are accepted."
_MALFORMED = "The request is not HTTP/1.1, or not whole; a request of that form is accepted."
_HEAD_TOO_SLOW = f"The head of the request was not whole within {HEAD_SECONDS} seconds; send it again."
_BODY_TOO_SLOW = f"The body came more slowly than {BODY_BYTES_A_SECOND} bytes a second; send it again, faster."


class _HeadTooLarge(Exception):  # noqa: N818 - names what is the case
    """Ends the parsing of a request from within."""


class _Begun(msgspec.Struct):
    """A request that a connection has begun to send.

    Attributes:
        since: when, by the loop's clock.
        in_head: whether it is the head of a request.
        size: bytes of it that came in earlier pieces.
    """

    since: float
    in_head: bool = False
    size: int = 0


class BoundedProtocol(GatheringProtocol):
    """uvicorn's protocol, which turns away what is too large or too slow."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin with a connection."""
        super().connection_made(transport)
        self._begun = _Begun(self.loop.time())
        self._piece = 0
        self._refusal = ("bad-input", _MALFORMED)
        self._turned_away: float | None = None

    def data_received(self, data: bytes) -> None:
        """Take a piece of what is sent."""
        self._piece = len(data)
        begun = self._begun
        super().data_received(data)
        if begun is self._begun:
            begun.size += self._piece
            if begun.in_head and begun.size > MAX_HEAD_BYTES:
                self._turn_away("head-too-large", _HEAD_TOO_LARGE, lingers=True)

    def on_message_begin(self) -> None:
        """Begin with the head of a request."""
        super().on_message_begin()
        self._begun = _Begun(self.loop.time(), in_head=True)

    def on_headers_complete(self) -> None:
        """End a head, and begin with its body.

        Raises:
            _HeadTooLarge: the head is too large; the parser then ends with an error of its own.
        """
        # Only then is it worth adding up what the head holds.
        if self._begun.size + self._piece > MAX_HEAD_BYTES:
            held = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
            if held > MAX_HEAD_BYTES:
                self._refusal = ("head-too-large", _HEAD_TOO_LARGE)
                raise _HeadTooLarge
        self._begun = _Begun(self.loop.time())
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's own words say less
        """Turn away what can't be parsed; called by uvicorn."""
        self._turn_away(*self._refusal, lingers=True)

    def expire(self, now: float) -> None:
        """Turn away who has taken too long.

        Args:
            now: the time by the loop's clock.
        """
        begun = self._begun
        if self._turned_away is not None:
            if now - self._turned_away >= LINGER_SECONDS:
                self.transport.close()
        elif begun.in_head:
            if now - begun.since > HEAD_SECONDS:
                self._turn_away("too-slow", _HEAD_TOO_SLOW)
        elif self.cycle is None:
            if now - begun.since > SILENCE_SECONDS:
                self.transport.close()
        elif self.cycle.more_body:
            if self.flow.read_paused:  # it is the application that takes its time
                begun.since = now
            elif now - begun.since > BODY_SECONDS + begun.size / BODY_BYTES_A_SECOND:
                self._turn_away("too-slow", _BODY_TOO_SLOW)

    def _turn_away(self, kind: str, sentence: str, *, lingers: bool = False) -> None:
        """Say why nothing becomes of the request, unless something else is being said; close, or only stop reading for now."""
        if self.transport.is_closing() or self._turned_away is not None:
            return
        answering = self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete
        if not answering:
            start, body = messages(kind, sentence)
            lines = [STATUS_LINE[start["status"]], *(b"%b: %b\r\n" % header for header in start["headers"])]
            self.transport.write(b"".join([*lines, b"connection: close\r\n\r\n", body["body"]]))
        if lingers:
            self._turned_away = self.loop.time()
            self.transport.pause_reading()
        else:
            self.transport.close()
