"""Passing on: requests that a desk does not answer go to its office as they came, and the answers come back as they are.

An office that stays silent is asked whether it is there, and given up when it does not say so: one that is paused keeps its
connections. Then the desk's own application refuses: people get their page again, with what they had filled in.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import cast

import httpcore
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from coordinator.http.admission.door import key_in
from coordinator.http.admission.sessions import COOKIE
from coordinator.http.admission.unwritten import UNWRITTEN, Unwritten
from coordinator.http.past import AS_OF
from coordinator.http.places import handler_at, is_at_desk, paths_of
from coordinator.http.responses.problems import STOPPING, messages
from coordinator.http.shared import Shared
from coordinator.server.onward.kept_bodies import KeptBody, SenderGone
from coordinator.server.onward.silence import Silence
from coordinator.unavailable import Doubtful, Unavailable

CLIENT = b"x-tallystick-client"
"""Header by which a desk tells its office who sent a request: host and port."""
_OF_CONNECTIONS = frozenset(
    {b"connection", b"keep-alive", b"te", b"trailer", b"upgrade", b"expect", b"proxy-connection"}
)
_NOT_BACK = _OF_CONNECTIONS | {b"transfer-encoding", b"date"}
_MADE_HERE = re.compile(r"ts_[\w-]+", re.ASCII)
AWAY = "A part of the coordinator is away; nothing was done, try again in a moment."
_IN_DOUBT = (
    "A part of the coordinator was lost before it had answered: this may have been done or not. Look, or send it again as it"
    " was, with the same key if it had one."
)
_NOT_PLAIN = "The head of the request has signs in it that HTTP/1.1 does not allow there; nothing was done."
_AGAIN_SECONDS = 0.1
_PATIENCE_SECONDS = 10.0
_SILENT_SECONDS = 5.0
"""How long the office may be silent before it is asked whether it is there, and how long it may take to say so."""
_HERE = httpcore.Request("GET", "http://office/health/live", headers={"Host": "localhost"})


class Passing:
    """An application of which a part is answered by the office.

    Args:
        app: as it was put together.
        office: the path of the socket at which the office answers HTTP.

    Attributes:
        silence: the office's.
    """

    def __init__(self, app: Litestar, office: str) -> None:
        self._app = app
        self._pool = httpcore.AsyncConnectionPool(uds=office, max_connections=None, max_keepalive_connections=16)
        self._streams: set[asyncio.Future[None]] = set()
        self.silence = Silence(self._answers, _SILENT_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or have the office do so."""
        if scope["type"] == ScopeType.HTTP and self._goes_on(scope):
            passage = _Passage(scope, receive, send)
            try:
                await self._pass(passage)
            except asyncio.CancelledError:
                # The server takes back what is not done when the time for stopping is up.
                if passage.begun:
                    raise
                await passage.refuse(STOPPING)
        else:
            await cast("ASGIApp", self._app)(scope, receive, send)

    def _goes_on(self, scope: HTTPScope) -> bool:
        headers = dict(scope["headers"])
        if sum(name == b"host" for name, _ in scope["headers"]) != 1:
            return False  # it is turned down, wherever it goes
        if is_signed_in(headers) or AS_OF.encode() in scope["query_string"]:
            return True
        key = key_in(headers)
        shared: Shared = self._app.state.shared
        if key is not None and _MADE_HERE.fullmatch(key) and shared.door.keyring.holder(key) is None:
            return True  # it may have been made a moment ago
        return not all(self._is_at_desk(path, scope["method"]) for path in paths_of(scope))

    def _is_at_desk(self, path: str, method: str) -> bool:
        handler = handler_at(self._app, path, method)
        return handler is None or is_at_desk(handler, method)  # that there is no such address, anybody can say

    async def _pass(self, passage: "_Passage") -> None:
        """Pass a request on, until it is answered, its sender has gone, or the office is there no longer."""
        if not await passage.body.begin():
            return
        fetching = asyncio.ensure_future(self._fetch(passage))
        leaving, silence = asyncio.ensure_future(passage.body.gone()), asyncio.ensure_future(self.silence.begins())
        try:
            await asyncio.wait({fetching, leaving, silence}, return_when=asyncio.FIRST_COMPLETED)
            gone, silent = leaving.done(), silence.done()
        finally:
            for task in (fetching, leaving, silence):
                task.cancel()
        with suppress(asyncio.CancelledError):
            await fetching
            return
        if gone:
            return
        if not passage.begun:
            await self._refuse(passage, doubtful=not passage.changes_nothing)
        elif passage.endless or not silent:  # what is broken off otherwise is seen to be
            await passage.end()

    async def _answers(self) -> bool:
        """Ask the office whether it is there; one that has ended is waited for, and whoever it has left hanging learns of that."""
        with suppress(httpcore.NetworkError, httpcore.RemoteProtocolError):
            response = await self._pool.handle_async_request(_HERE)
            await response.aclose()
        return True

    async def _fetch(self, passage: "_Passage") -> None:
        deadline = asyncio.get_running_loop().time() + _PATIENCE_SECONDS
        while True:
            try:
                response = await self._pool.handle_async_request(passage.request())
            except httpcore.LocalProtocolError:  # the server lets more pass than may be said to the office
                await passage.refuse(_NOT_PLAIN, "bad-input")
                return
            except (httpcore.NetworkError, httpcore.ProtocolError) as error:
                never_sent = isinstance(error, httpcore.ConnectError)
                if asyncio.get_running_loop().time() < deadline and (never_sent or passage.changes_nothing):
                    await asyncio.sleep(_AGAIN_SECONDS)
                    continue
                await self._refuse(passage, doubtful=not (never_sent or passage.changes_nothing))
                return
            except SenderGone:
                return
            break
        self.silence.heard()
        try:
            await self._bring_back(passage, response)
        finally:
            await response.aclose()

    async def _refuse(self, passage: "_Passage", *, doubtful: bool) -> None:
        """Have the desk itself say that the office could not be asked, or may have done it: to a browser by a page."""
        refusal = Doubtful(_IN_DOUBT) if doubtful else Unavailable(AWAY)
        scope = cast("Scope", {**passage.scope, UNWRITTEN: Unwritten(refusal, whole=not passage.body.let_go)})
        await cast("ASGIApp", self._app)(scope, passage.body.again(), passage.send)

    async def _bring_back(self, passage: "_Passage", response: httpcore.Response) -> None:
        current = asyncio.current_task()
        assert current is not None, "it runs in one"
        await passage.begin(response)
        if passage.endless:
            self._streams.add(current)
            current.add_done_callback(self._streams.discard)
        async for chunk in cast("AsyncIterator[bytes]", response.stream):
            await passage.send({"type": "http.response.body", "body": chunk, "more_body": True})
        await passage.end()

    def hang_up(self) -> None:
        """End every stream that comes from the office: the desk is stopping."""
        for stream in list(self._streams):
            stream.cancel()

    async def close(self) -> None:
        """Close the connections to the office."""
        self.silence.close()
        await self._pool.aclose()


class _Passage:
    """One request on its way to the office, and its answer on the way back."""

    def __init__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.body = KeptBody(receive)
        self.send = send
        names = {name for name, _ in scope["headers"]}
        self._has_body = b"transfer-encoding" in names or dict(scope["headers"]).get(b"content-length", b"0") != b"0"
        self.changes_nothing = scope["method"] in {"GET", "HEAD"} and not self._has_body
        self.begun = False
        self.endless = False

    def request(self) -> httpcore.Request:
        """Return the request as the office gets it."""
        scope = self.scope
        query = scope["query_string"]
        target = scope["raw_path"].partition(b"?")[0] + (b"?" + query if query else b"")
        headers = [one for one in scope["headers"] if one[0] not in _OF_CONNECTIONS and one[0] != CLIENT]
        if scope["client"] is not None:
            headers.append((CLIENT, b"%s %d" % (scope["client"][0].encode(), scope["client"][1])))
        return httpcore.Request(
            scope["method"],
            httpcore.URL(scheme=b"http", host=b"office", port=None, target=target),
            headers=headers,
            content=self.body.content() if self._has_body else None,
        )

    async def begin(self, response: httpcore.Response) -> None:
        """Begin to answer."""
        self.begun = True
        self.endless = any(
            name.lower() == b"content-type" and b"event-stream" in value for name, value in response.headers
        )
        headers = [(name.lower(), value) for name, value in response.headers if name.lower() not in _NOT_BACK]
        await self.send({"type": "http.response.start", "status": response.status, "headers": headers})

    async def end(self) -> None:
        """End the answer."""
        await self.send({"type": "http.response.body", "body": b"", "more_body": False})

    async def refuse(self, sentence: str, kind: str = "unavailable") -> None:
        """Answer that the office is not asked, where no application is at work."""
        for message in messages(kind, sentence):
            await self.send(message)


def is_signed_in(headers: Mapping[bytes, bytes]) -> bool:
    """Tell whether a request comes from a browser in which somebody has signed in; only the office knows who."""
    return COOKIE.encode() in headers.get(b"cookie", b"")


class FromDesks:
    """An application of an office, which is told by desks who sent a request.

    Args:
        app: as it was put together.
    """

    def __init__(self, app: Litestar) -> None:
        self._app = cast("ASGIApp", app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that a desk has passed on."""
        said = dict(scope["headers"]).get(CLIENT)
        if said is not None:
            host, _, port = said.decode().rpartition(" ")
            headers = [one for one in scope["headers"] if one[0] != CLIENT]
            scope = cast("Scope", {**scope, "client": (host, int(port)), "headers": headers})
        await self._app(scope, receive, send)
