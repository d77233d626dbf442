"""Around every request: its id, one line in the log, and a count; nothing of what it says."""

import asyncio
import re
import time
from collections.abc import Mapping
from typing import cast

import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from coordinator.http.caller import caller_of_scope
from coordinator.http.past import past_of, say_as_of
from coordinator.http.requests.identifying import random_ids
from coordinator.http.responses.problems import STOPPING, messages
from coordinator.http.shared import share, shared_in
from coordinator.observing.requests import Answered
from coordinator.time.wallclock import now

_SANE_ID = re.compile(rb"[A-Za-z0-9._:-]{1,100}")
_TRACE_PARENT = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
UNROUTED = "unrouted"

_ONE_HOST = "The request has no header Host, or several; exactly one is accepted."


class Begun(msgspec.Struct, frozen=True, gc=False):
    """A request that was begun with.

    Attributes:
        id: its id, as its sender learns it.
        method: GET and so on; WEBSOCKET for a web socket.
        at: when it began, microseconds UTC.
        started: the same by the performance counter, seconds.
    """

    id: str
    method: str
    at: int
    started: float


class Watch:
    """Gives requests their ids, and keeps the record of them."""

    def __init__(self) -> None:
        self._ids = random_ids()

    def begin(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Begun:
        """Begin with a request; from then on its handler finds in its state what handlers share, and its ids."""
        at, started = now(), time.perf_counter()
        method = str(scope.get("method", "WEBSOCKET"))
        given = _given_id(headers)
        # Clients may send an id twice; what identifies commands in the log must be unique.
        fresh = next(self._ids)
        correlation = f"{given}.{fresh}" if given else fresh
        begun = Begun(given or correlation, method, at, started)
        share(scope)
        state = scope["state"]
        state["request_id"], state["correlation"], state["looks_only"] = begun.id, correlation, method == "HEAD"
        return begun

    def end(self, begun: Begun, scope: Scope, status: int) -> None:
        """Take note of what was answered."""
        route = str(scope.get("path_template", UNROUTED))
        actor = caller_of_scope(scope).actor or "anonymous"
        seconds = time.perf_counter() - begun.started
        shared_in(scope).metrics.requests.note(
            Answered(begun.id, actor, begun.method, route, status, begun.at, seconds)
        )


class Watched:
    """An application, watched; plain ASGI, since Litestar's middleware does not see what no route takes.

    HEAD is answered as GET is, without the body: no route has to.

    Args:
        app: what answers requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._watch = Watch()
        # Litestar's CORS stands before the rest; without an Origin it has nothing to do but costs all the same.
        self._beyond_cors: ASGIApp = getattr(app, "app", app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the application answer."""
        pairs = list(scope["headers"])
        headers = dict(pairs)
        begun = self._watch.begin(scope, headers)
        if begun.method == "HEAD":
            scope = cast("Scope", {**scope, "method": "GET"})
            send = _without_body(send)
        app = self._app if b"origin" in headers else self._beyond_cors
        if b"host" not in headers or (len(headers) < len(pairs) and [name for name, _ in pairs].count(b"host") > 1):
            app = _without_one_host
        status = 0

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].append((b"x-request-id", begun.id.encode()))  # type: ignore[attr-defined] # a list
                past = past_of(scope)
                if past is not None:
                    say_as_of(message, past)
            await send(message)

        try:
            await app(scope, receive, sent)
        except asyncio.CancelledError:
            # The server takes back what is not done when the time for stopping is up.
            if status != 0 or scope["type"] != ScopeType.HTTP:
                raise
            for message in messages("unavailable", STOPPING):
                await sent(message)
        finally:
            self._watch.end(begun, scope, status)


async def _without_one_host(scope: Scope, _: Receive, send: Send) -> None:
    """Turn away a request of which different programs on its way may think that it is for different hosts."""
    if scope["type"] == ScopeType.WEBSOCKET:
        await send({"type": "websocket.close", "code": 4400, "reason": _ONE_HOST})
        return
    for message in messages("bad-input", _ONE_HOST):
        await send(message)


def _without_body(send: Send) -> Send:
    """Return what sends the beginning of an answer, and of its body nothing."""
    ended = False

    async def sent(message: Message) -> None:
        nonlocal ended
        if message["type"] == "http.response.start":
            await send(message)
        elif message["type"] == "http.response.body" and not ended:
            ended = True
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return sent


def _given_id(headers: Mapping[bytes, bytes]) -> str:
    """Return the id that the client gave the request, when it is a sane one; a trace's id counts as one."""
    given = headers.get(b"x-request-id")
    if given is not None and _SANE_ID.fullmatch(given):
        return given.decode()
    parent = headers.get(b"traceparent")
    trace = None if parent is None else _TRACE_PARENT.fullmatch(parent)
    return trace[1].decode() if trace else ""
