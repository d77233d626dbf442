"""Every error has one shape: `application/problem+json` (RFC 9457), whose `detail` is one plain sentence.

The sentence says what was wrong with which value, and what would be accepted. Nothing of the program's inside shows:
what was not foreseen is logged, and its sender learns only the number under which it stands there.
"""

from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from litestar.types import ExceptionHandlersMap, HTTPResponseBodyEvent, HTTPResponseStartEvent

from coordinator.http.reading import sentence_for
from coordinator.writer.batch import Unavailable
from core.refusals import Later, Refusal

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 1
_CLIENT_GONE = 499  # nginx's number for a client that went away; nobody receives it, but the log line shows it

_log = structlog.get_logger(__name__)


class Problem(msgspec.Struct, frozen=True, rename={"kind": "type"}):
    """The body of every error.

    Attributes:
        kind: which kind of problem, `/problems/bad-input`; stable.
        title: the kind in words.
        status: the HTTP status code.
        detail: what was wrong with which value, and what would be accepted.
    """

    kind: str
    title: str
    status: int
    detail: str


KINDS: dict[str, tuple[int, str]] = {
    "refused": (400, "The request was turned down"),
    "bad-input": (400, "A value is not acceptable"),
    "unidentified": (401, "Who calls is not known"),
    "forbidden": (403, "The caller may not do this"),
    "unknown": (404, "There is no such thing"),
    "wrong-method": (405, "The address does not take this method"),
    "conflict": (409, "The request contradicts what is recorded"),
    "too-large": (413, "The request is too large"),
    "wrong-media-type": (415, "The media type is not accepted"),
    "too-many": (429, "Too many requests"),
    "client-gone": (_CLIENT_GONE, "The client went away"),
    "fault": (500, "Something went wrong here"),
    "unreachable": (503, "Another server does not answer"),
    "busy": (503, "Too much is waiting"),
    "unavailable": (503, "Nothing can be written just now"),
}
"""Every kind of problem: its status code and title."""

_KIND_OF_STATUS = {
    status: kind for kind, (status, _) in KINDS.items() if kind not in {"refused", "busy", "unreachable"}
}


def problem(kind: str, detail: str, headers: dict[str, str] | None = None) -> Response[Problem]:
    """Answer with a problem of one of the `KINDS`."""
    status, title = KINDS[kind]
    content = Problem(kind=f"/problems/{kind}", title=title, status=status, detail=detail)
    return Response(content, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def messages(kind: str, detail: str) -> tuple[HTTPResponseStartEvent, HTTPResponseBodyEvent]:
    """Return the ASGI messages of a problem, for where Litestar is not, or no longer, at work."""
    status, title = KINDS[kind]
    body = msgspec.json.encode(Problem(kind=f"/problems/{kind}", title=title, status=status, detail=detail))
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", b"%d" % len(body)),
        (b"retry-after", b"%d" % RETRY_AFTER_SECONDS),
    ]
    return (
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": body, "more_body": False},
    )


def title_of(status: int) -> str:
    """Say in words what a status code means."""
    return KINDS[_KIND_OF_STATUS[status]][1]


def may_answer(*statuses: int) -> dict[int, ResponseSpec]:
    """Describe, for a route's `responses=`, the problems that are its own (`may_answer(404, 409)`)."""
    return {
        status: ResponseSpec(
            Problem,
            generate_examples=False,
            description=title_of(status),
            media_type=MEDIA_TYPE,
        )
        for status in statuses
    }


def refused(_: Request[Any, Any, Any], error: Refusal) -> Response[Problem]:
    """Answer a refusal."""
    if isinstance(error, Later):
        return problem(error.kind, error.sentence, {"Retry-After": str(error.seconds)})
    challenge = {"WWW-Authenticate": "Bearer"} if error.kind == "unidentified" else None
    return problem(error.kind, error.sentence, challenge)


def unavailable(_: Request[Any, Any, Any], error: Unavailable) -> Response[Problem]:
    """Answer when nothing can be written."""
    return problem("unavailable", str(error), {"Retry-After": str(RETRY_AFTER_SECONDS)})


def http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    """Answer what the framework turned down: unknown addresses, wrong methods, values that do not fit."""
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        gone = error.detail == "client disconnected prematurely"
        return problem("client-gone", "The request did not come to its end.") if gone else fault(request, error)
    kind = _KIND_OF_STATUS.get(error.status_code, "refused")
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.NOT_FOUND:
        return problem(kind, f"Nothing is served at {request.scope['path'][:200]!r}; /docs lists every address.")
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = headers.get("allow", "")
        return problem(kind, f"{request.method} is not taken at this address; {allowed} would be.", headers)
    if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        limit = request.route_handler.resolve_request_max_body_size()
        return problem(kind, f"The body is too large; at most {limit} bytes are accepted here.")
    return problem(kind, sentence_for(request, error), headers)


def fault(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Answer what was not foreseen, and log it."""
    number = request.scope.get("state", {}).get("request_id", "unknown")
    _log.error("request_failed", request=number, path=request.scope["path"], exc_info=error)
    return problem("fault", f"Something went wrong here, which is no fault of the request; the log has it as {number}.")


HANDLERS: ExceptionHandlersMap = {
    Refusal: refused,
    Unavailable: unavailable,
    HTTPException: http_error,
    Exception: fault,
}
"""For the application: each kind of exception and what is answered."""
