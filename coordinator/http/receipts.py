"""Answers to writes: what came of it, with the receipt in the headers."""

from typing import Any, cast

import msgspec
from litestar import Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from coordinator.writer.batch import Outcome

_encode = msgspec.json.Encoder().encode


def receipt(outcome: Outcome) -> dict[str, str]:
    """Return the headers by which the caller can find what was recorded, and check that it stays."""
    if not outcome.position:
        return {}
    headers = {"Tallystick-Position": str(outcome.position), "Tallystick-Hash": outcome.hash.hex()}
    return headers | ({"Tallystick-Repeated": "true"} if outcome.repeated else {})


class Written(Response[Any]):
    """An answer in JSON, put together by the shortest way; Litestar's takes a sixth of the whole request."""

    def to_asgi_response(self, *_: Any, **options: Any) -> ASGIResponse:
        """Make the response."""
        body = _encode(self.content)
        headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in self.headers.items()]
        headers += [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        return cast("ASGIResponse", _Messages(self.status_code or options["status_code"], headers, body))


class _Messages:
    """The two messages of a response.

    Args:
        status: the status code.
        headers: with their names in small letters.
        body: the whole of it.
    """

    __slots__ = ("_body", "_headers", "_status")

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self._status = status
        self._headers = headers
        self._body = body

    async def __call__(self, _: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self._status, "headers": self._headers})
        await send({"type": "http.response.body", "body": self._body, "more_body": False})


def answered(outcome: Outcome, body: Any, status_code: int | None = None) -> Written:
    """Answer a write with its receipt; with the route's own status code unless one is given."""
    return Written(body, status_code=status_code, headers=receipt(outcome))
