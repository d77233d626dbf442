"""Responses that are produced while they are sent."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from litestar import Response
from litestar.handlers import BaseRouteHandler
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from coordinator.http.caller import AnyRequest, admitted_still
from coordinator.http.past import refuse_the_past
from coordinator.http.requests.parameters import MAX_INTEGER
from coordinator.live.audience import Line
from coordinator.live.stream import Deliver, FellBehind
from core.refusals import BadInput
from core.wording import shortened

NDJSON = "application/x-ndjson"
SSE = "text/event-stream"
_KEEPALIVE = b": keepalive\n\n"
"""A comment, to Server-Sent Events."""
_OPTION: Final = "streamed_as"
_FAREWELL_SECONDS = 5.0
_ASKED_AGAIN_SECONDS = 1.0

_log = structlog.get_logger(__name__)

Produce = Callable[[Deliver], Awaitable[object]]
"""Delivers piece after piece and returns at the end; for what is live, `coordinator.live.stream.stream` does."""


async def keepalive(_: int) -> bytes:
    """Return what keeps Server-Sent Events alive where there is nothing to tell."""
    return _KEEPALIVE


def streamed_as(*media_types: str) -> dict[str, Any]:
    """Return the `opt` of a route that streams its answer, in these forms, to whoever accepts one of them."""
    return {_OPTION: media_types}


def streams_of(handler: BaseRouteHandler) -> tuple[str, ...]:
    """Return in which forms a route streams its answer; none for most."""
    media_types: tuple[str, ...] = handler.opt.get(_OPTION, ())
    return media_types


class ShutOut(Exception):  # noqa: N818 - names what has happened
    """A client may not follow a stream any more: its key was revoked or has expired, or somebody has signed out."""


class Following:
    """Somebody who follows a stream for as long as that is allowed; asked again once a second, when there is something to send.

    Args:
        scope: of the request.
    """

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._clock = asyncio.get_running_loop().time
        self._due = self._clock() + _ASKED_AGAIN_SECONDS
        self._allowed = True

    @property
    def allowed(self) -> bool:
        """Whether the client may have what is there to be sent."""
        if self._clock() >= self._due:
            self._allowed = admitted_still(self._scope)
            self._due = self._clock() + _ASKED_AGAIN_SECONDS
        return self._allowed

    def check(self) -> None:
        """See to it that nobody is sent anything who may not have it any more.

        Raises:
            ShutOut: the client may not.
        """
        if not self.allowed:
            raise ShutOut


class AdmittedLine:
    """A line to somebody who follows a stream; when that is not allowed any more it takes nothing, and they are sent back.

    Args:
        line: to the sender of a request.
        following: asks whether they still may.
    """

    def __init__(self, line: Line, following: Following) -> None:
        self._line = line
        self._following = following

    def write(self, encoded: bytes) -> bool:
        """Write as the line does."""
        return self._following.allowed and self._line.write(encoded)


class _Streaming(ASGIResponse):
    """Sends what a producer delivers until it ends, the client goes away, or may not follow any more what is live."""

    _should_set_content_length = False

    def __init__(self, produce: Produce, following: Following | None, **options: Any) -> None:
        super().__init__(**options)
        self._produce = produce
        self._following = following

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        """Send the stream."""

        async def deliver(body: bytes) -> None:
            if self._following is not None:
                self._following.check()
            await send({"type": "http.response.body", "body": body, "more_body": True})

        await self.start_response(send)
        await deliver(b"")  # lets the client know at once that the stream is open
        try:
            ended = await until_gone(self._produce(deliver), receive)
        except FellBehind:
            _log.info("subscriber_fell_behind")
            ended = True
        except ShutOut:
            ended = True
        if ended:
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await send({"type": "http.response.body", "body": b"", "more_body": False})


async def until_gone(work: Awaitable[object], receive: Receive) -> bool:
    """Do some work until it ends or the client goes away; return whether it ended. What it raises is raised here."""
    working = asyncio.ensure_future(work)
    departure = asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait({working, departure}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            return False
        working.result()
    finally:
        working.cancel()
        departure.cancel()
    return True


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] not in {"http.disconnect", "websocket.disconnect"}:
        pass


def resumed(request: AnyRequest, after: int = 0) -> int:
    """Return the position after which a client wants a stream: what Last-Event-ID says, else `after`.

    Raises:
        BadInput: Last-Event-ID is no position, or a moment of the past is asked about.
    """
    refuse_the_past(request)
    last = request.headers.get("last-event-id")
    if not last:
        return after
    if not (last.isascii() and last.isdigit() and int(last[:20]) <= MAX_INTEGER):
        raise BadInput(f"Last-Event-ID is {shortened(last)!r}; the position of an event is accepted.")
    return int(last)


class Streamed(Response[Any]):
    """Answers with what a producer delivers.

    Args:
        produce: delivers it, encoded.
        media_type: of the whole; Server-Sent Events are live.
        following: asks of what is live whether the client still may have it, where that is asked elsewhere too.
    """

    def __init__(self, produce: Produce, media_type: str, following: Following | None = None) -> None:
        # X-Accel-Buffering keeps nginx from holding back what comes.
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(None, media_type=media_type, headers=headers)
        self._produce = produce
        self._following = following

    def to_asgi_response(self, *_: Any, headers: dict[str, str] | None = None, **options: Any) -> ASGIResponse:
        """Make the response."""
        live = self.media_type == SSE
        following = (self._following or Following(options["request"].scope)) if live else None
        headers = {**(headers or {}), **self.headers}
        return _Streaming(self._produce, following, headers=headers, media_type=self.media_type)
