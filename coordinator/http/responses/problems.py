"""Every error has one shape: `application/problem+json` (RFC 9457), whose `detail` is one plain sentence.

A browser that goes to an address gets a page with the same sentence. The sentence says what was wrong with which value, and what would be accepted. Nothing of the program's inside shows:
what was not foreseen is logged, and its sender learns only the number under which it stands there.
"""

import errno
import sqlite3
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Response
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from litestar.types import ExceptionHandlersMap, HTTPResponseBodyEvent, HTTPResponseStartEvent

from coordinator.files.unusable import shortage_of
from coordinator.heads.book import NotAHead
from coordinator.http.browsers import wants_page
from coordinator.http.caller import AnyRequest
from coordinator.http.requests.reading import sentence_for
from coordinator.unavailable import Unavailable
from core.refusals import Later, Refusal
from core.wording import LONGEST_PATH, shortened
from projections.runtime.disk import the_disk_failed

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 1
STOPPING = (
    "The coordinator is stopping; what was asked for may have been done or not: send it again, with the same key."
)
"""What a request under way is told when the time for stopping is up."""
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
    "too-slow": (408, "The request took too long to come"),
    "misdirected": (421, "The request is for another host"),
    "too-many": (429, "Too many requests"),
    "head-too-large": (431, "The head of the request is too large"),
    "client-gone": (_CLIENT_GONE, "The client went away"),
    "fault": (500, "Something went wrong here"),
    "unreachable": (503, "Another server does not answer"),
    "busy": (503, "Too much is waiting"),
    "unavailable": (503, "Nothing can be written just now"),
}
"""Every kind of problem: its status code and title."""

_LACKING = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN}
"""Room, descriptors, memory: what a system may lack just now, and have again later."""

ErrorPage = Callable[[AnyRequest, Problem, dict[str, str]], Response[str]]
"""Shows a problem to a browser."""

_KIND_OF_STATUS = {
    status: kind for kind, (status, _) in KINDS.items() if kind not in {"refused", "busy", "unreachable"}
}


def problem(kind: str, detail: str, headers: dict[str, str] | None = None) -> Response[Problem]:
    """Answer with a problem of one of the `KINDS`."""
    content = _described(kind, detail)
    return Response(content, status_code=content.status, media_type=MEDIA_TYPE, headers=headers)


def _described(kind: str, detail: str) -> Problem:
    status, title = KINDS[kind]
    return Problem(kind=f"/problems/{kind}", title=title, status=status, detail=detail)


def messages(kind: str, detail: str) -> tuple[HTTPResponseStartEvent, HTTPResponseBodyEvent]:
    """Return the ASGI messages of a problem, for where Litestar is not, or no longer, at work."""
    retrying = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    answer = _encoded(kind, detail, retrying if KINDS[kind][0] == HTTPStatus.SERVICE_UNAVAILABLE else {})
    return (
        {"type": "http.response.start", "status": answer.status, "headers": answer.headers},
        {"type": "http.response.body", "body": answer.body, "more_body": False},
    )


class Encoded(msgspec.Struct, frozen=True, gc=False):
    """An answer as it is sent; the names of its header fields in small letters."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


def _encoded(kind: str, detail: str, said: Mapping[str, str]) -> Encoded:
    described = _described(kind, detail)
    body = msgspec.json.encode(described)
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", b"%d" % len(body))]
    headers += [(name.lower().encode(), value.encode()) for name, value in said.items()]
    return Encoded(described.status, headers, body)


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


Said = tuple[str, str, dict[str, str]]
"""The kind of a problem, its detail, and the header fields that go with it."""


def _refused(_: AnyRequest, error: Refusal) -> Said:
    if isinstance(error, Later):
        return error.kind, error.sentence, {"Retry-After": str(error.seconds)}
    return error.kind, error.sentence, {"WWW-Authenticate": "Bearer"} if error.kind == "unidentified" else {}


def _unavailable(_: AnyRequest, error: Unavailable) -> Said:
    return "unavailable", str(error), {"Retry-After": str(RETRY_AFTER_SECONDS)}


def _unsigned(request: AnyRequest, error: NotAHead) -> Said:
    """Say that the book of heads is damaged; nobody sends one in."""
    trouble = f"The heads that were signed can't be read: {error} A backup has heads.ndjson."
    return _unavailable(request, Unavailable(trouble))


def lacking(error: Exception) -> Unavailable | None:
    """Tell what the system lacks just now - room, memory, threads -, or a file that fails, from a fault of the program: None."""
    if isinstance(error, OSError):
        return Unavailable.because(error) if error.errno in _LACKING else None
    if shortage := shortage_of(error):
        return Unavailable(f"This can't be done just now: {shortage}")
    return Unavailable.because(error) if the_disk_failed(error) else None


def _lacking(request: AnyRequest, error: Exception) -> Said:
    found = lacking(error)
    return _fault(request, error) if found is None else _unavailable(request, found)


def _http_error(request: AnyRequest, error: HTTPException) -> Said:
    """Say what the framework turned down: unknown addresses, wrong methods, values that do not fit."""
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        gone = error.detail == "client disconnected prematurely"
        return ("client-gone", "The request did not come to its end.", {}) if gone else _fault(request, error)
    kind = _KIND_OF_STATUS.get(error.status_code, "refused")
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.NOT_FOUND:
        path = shortened(request.scope["path"], LONGEST_PATH)
        return kind, f"Nothing is served at {path!r}; /docs lists every address.", {}
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = headers.get("allow", "")
        return kind, f"{request.method} is not taken at this address; {allowed} would be.", headers
    if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        limit = request.route_handler.resolve_request_max_body_size()
        return kind, f"The body is too large; at most {limit} bytes are accepted here.", {}
    return kind, sentence_for(request, error), headers


def _fault(request: AnyRequest, error: Exception) -> Said:
    """Say of what was not foreseen only where the log has it."""
    number = request.scope.get("state", {}).get("request_id", "unknown")
    _log.error("request_failed", request=number, path=request.scope["path"], exc_info=error)
    return "fault", f"Something went wrong here, which is no fault of the request; the log has it as {number}.", {}


_SAYING: dict[type[Exception], Callable[[AnyRequest, Any], Said]] = {
    Refusal: _refused,
    Unavailable: _unavailable,
    NotAHead: _unsigned,
    OSError: _lacking,
    MemoryError: _lacking,
    RuntimeError: _lacking,
    sqlite3.Error: _lacking,
    HTTPException: _http_error,
    Exception: _fault,
}


def answer_to(request: AnyRequest, error: Exception) -> Encoded:
    """Return the answer to an exception where Litestar is not at work, and a program asked."""
    say = next(_SAYING[kind] for kind in type(error).__mro__ if kind in _SAYING)
    return _encoded(*say(request, error))


def handlers(page: ErrorPage) -> ExceptionHandlersMap:
    """Return, for the application, the answer to each kind of exception: to a browser a page, to others JSON."""

    def answering(say: Callable[[AnyRequest, Any], Said]) -> Callable[[AnyRequest, Any], Response[Any]]:
        def answer(request: AnyRequest, error: Any) -> Response[Any]:
            kind, detail, headers = say(request, error)
            if wants_page(request):
                return page(request, _described(kind, detail), headers)
            return problem(kind, detail, headers)

        return answer

    return {kind: answering(say) for kind, say in _SAYING.items()}
