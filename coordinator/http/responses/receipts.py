"""Answers to writes: what came of it, with the receipt in the headers."""

from typing import Any, cast

import msgspec
from litestar import Response
from litestar.response.base import ASGIResponse
from litestar.types import Receive, Scope, Send

from coordinator.http.responses.problems import Encoded
from coordinator.writer.outcome import Outcome

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
        return cast("ASGIResponse", _Messages(self.encoded(options["status_code"])))

    def encoded(self, status: int) -> Encoded:
        """Return the answer as it is sent; `status` holds unless it has one of its own."""
        body = _encode(self.content)
        headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in self.headers.items()]
        headers += [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        return Encoded(self.status_code or status, headers, body)


class _Messages:
    """The two messages of a response.

    Args:
        answer: what they say.
    """

    __slots__ = ("_answer",)

    def __init__(self, answer: Encoded) -> None:
        self._answer = answer

    async def __call__(self, _: Scope, __: Receive, send: Send) -> None:
        answer = self._answer
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body, "more_body": False})


def answered(outcome: Outcome, body: Any, status_code: int | None = None) -> Written:
    """Answer a write with its receipt; with the route's own status code unless one is given."""
    return Written(body, status_code=status_code, headers=receipt(outcome))
