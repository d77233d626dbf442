"""Passing requests on to the node that writes, and taking those that others pass on.

A node without the pen answers what only reads; for somebody who has signed in, once nobody else does. Everything else goes
whole to the node that has it, over a connection on which both have shown the nodes' certificate, and the answer is held
until it can be read here. What nobody is known to have heard waits for the next holder, and so does what may be sent again.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Any, Self, cast

import httpx
import structlog
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from coordinator.http.admission.door import VOUCHED, hands_out_work
from coordinator.http.admission.hosts import Hosts
from coordinator.http.admission.sessions import COOKIE, Sessions
from coordinator.http.places import handler_at
from coordinator.http.responses.problems import messages
from coordinator.live.broadcast import Growth
from coordinator.pen import names
from coordinator.pen.standing import Standing
from coordinator.sealing import SealingKeys
from coordinator.server import remembering

PATIENCE_SECONDS = 5.0
"""How long a request waits for somebody who writes."""
_LOOK_SECONDS = 0.05
_APPLIED_SECONDS = 1.0
"""How long an answer is held until it can be read here."""
_CONNECT_SECONDS = 1.0
_KEPT_BYTES = 1024 * 1024
"""A body up to so long is kept, to be sent again."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OF_THE_HOP = frozenset(
    {b"connection", b"keep-alive", b"te", b"trailer", b"transfer-encoding", b"upgrade", b"proxy-connection", b"expect"}
)
_CLIENT, _SCHEME, _HOST_IS_OWN = b"tallystick-client", b"tallystick-scheme", b"tallystick-host-is-own"
_BY_A_NODE = frozenset({_CLIENT, _SCHEME, _HOST_IS_OWN})
_NOT_HOLDING = b"tallystick-not-holding"
_POSITION = b"tallystick-position"
_NOTHING = "This node knows of none that writes just now; nothing was recorded. Try again, here or at another node."
_MAYBE = (
    "The node that writes was lost while it had this request; it may have been recorded or not: send it again, with the"
    " same key."
)

_log = structlog.get_logger(__name__)


class Relay:
    """Stands around an application of a node: what only reads is answered here, the rest by whoever holds the pen.

    Args:
        app: the application.
        standing: whether this node holds the pen, else who does.
        growth: says how far the node's tables are.
        identity: how this node connects to others.
    """

    def __init__(self, app: Litestar, standing: Standing, growth: Growth, identity: ssl.SSLContext) -> None:
        self._inner = app
        self._standing = standing
        self._growth = growth
        self._hosts = Hosts(app.state.settings)
        self._client = httpx.AsyncClient(
            verify=identity,
            timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=100),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        """Nothing is opened before the first request."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections to others."""
        await self._client.aclose()

    def takes(self, scope: HTTPScope) -> bool:
        """Tell whether a request is answered here: this node holds the pen, or the request only reads.

        Somebody who has signed in is known to the node that writes.
        """
        if self._standing.holding or sum(name == b"host" for name, _ in scope["headers"]) != 1:
            return True  # without exactly one host it is turned down, wherever it goes
        signed_in = any(name == b"cookie" and COOKIE.encode() in value for name, value in scope["headers"])
        return not signed_in and self._only_reads(scope)

    def _only_reads(self, scope: HTTPScope) -> bool:
        if scope["method"] not in _SAFE:
            return False
        handler = handler_at(self._inner, scope["path"], scope["method"])
        return handler is None or not hands_out_work(handler)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or have answered."""
        if scope["type"] != ScopeType.HTTP or self.takes(scope):
            await self._inner(scope, receive, send)
            return
        await self._pass_on(scope, _Body(receive), send)

    async def _pass_on(self, scope: HTTPScope, body: "_Body", send: Send) -> None:
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        repeatable = scope["method"] in _SAFE or any(name == b"idempotency-key" for name, _ in scope["headers"])
        if not await body.begin():
            return
        doubtful = False
        while not self._standing.holding:
            address = self._standing.address
            if address is not None and await self._try(address, scope, body, send):
                return
            doubtful = doubtful or body.heard
            if (doubtful and not repeatable) or not body.whole or asyncio.get_running_loop().time() > deadline:
                if body.whole and self._only_reads(scope):
                    break  # who has signed in was told to this node, too, by the one that wrote
                for message in messages("unavailable", _MAYBE if doubtful else _NOTHING):
                    await send(message)
                return
            await self._standing.changes(_LOOK_SECONDS)
        await self._inner(cast("Scope", scope), body.again(), send)

    async def _try(self, address: str, scope: HTTPScope, body: "_Body", send: Send) -> bool:
        """Have a node answer; tell whether it did. Afterwards the body says whether it may have heard the request."""
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        url = httpx.URL(f"https://{address}").copy_with(raw_path=(scope["raw_path"] or b"/") + query)
        body.heard = False
        request = self._client.build_request(
            scope["method"], url, headers=self._passed_on(scope), content=body.content()
        )
        try:
            response = await self._answered(request, address, body)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return False
        except httpx.HTTPError as error:
            _log.warning("holder_lost", address=address, reason=str(error) or type(error).__name__)
            body.heard = True
            return False
        if response is None:
            return True
        try:
            headers = [(name.lower(), value) for name, value in response.headers.raw]
            if any(name == _NOT_HOLDING for name, _ in headers):
                return False
            said = dict(headers)
            await self._growth.beyond(int(said.get(_POSITION, b"0")) - 1, _APPLIED_SECONDS)
            kept = [(name, value) for name, value in headers if name not in _OF_THE_HOP]
            await send({"type": "http.response.start", "status": response.status_code, "headers": kept})
            await _carry(response, body, send)
        finally:
            await response.aclose()
        return True

    def _passed_on(self, scope: HTTPScope) -> list[tuple[bytes, bytes]]:
        """Return the head of a request with what the connection told of it, and whether the host is one of ours."""
        host, port = scope["client"] or ("unknown", 0)
        own = [(_CLIENT, f"{host} {port}".encode()), (_SCHEME, scope["scheme"].encode())]
        if self._hosts.are(dict(scope["headers"]).get(b"host", b"")):
            own.append((_HOST_IS_OWN, b"1"))
        return [field for field in scope["headers"] if field[0] not in _OF_THE_HOP | _BY_A_NODE] + own

    async def _answered(self, request: httpx.Request, address: str, body: "_Body") -> httpx.Response | None:
        """Send a request, and wait for the answer as long as nobody else has taken the pen; None when its sender goes away.

        Raises:
            httpx.HTTPError: no answer came.
        """
        sending = asyncio.ensure_future(self._client.send(request, stream=True))
        departure = asyncio.ensure_future(body.gone())
        try:
            while self._standing.address == address:
                change = asyncio.ensure_future(self._standing.changes())
                await asyncio.wait({sending, departure, change}, return_when=asyncio.FIRST_COMPLETED)
                change.cancel()
                if sending.done():
                    return sending.result()
                if departure.done():
                    return None
            raise httpx.ReadError("another node has taken the pen meanwhile")
        finally:
            sending.cancel()
            departure.cancel()


class Relayed:
    """Stands around the same application where other nodes pass on what came to them.

    Args:
        inner: what answers.
        standing: whether this node holds the pen; else nothing is answered but what nodes ask each other.
        sealing: the keys of names here.
        sessions: of those who have signed in.
    """

    def __init__(self, inner: ASGIApp, standing: Standing, sealing: SealingKeys, sessions: Sessions) -> None:
        self._inner = inner
        self._standing = standing
        self._sealing = sealing
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request as it came to the other node."""
        assert scope["type"] == ScopeType.HTTP, "nothing else is passed on"
        if scope["path"] in {names.PATH, remembering.PATH}:
            await self._answer_a_node(scope, _Body(receive), send)
            return
        if not self._standing.holding:
            start, body = messages("unavailable", _NOTHING)
            await send({**start, "headers": [*start["headers"], (_NOT_HOLDING, b"1")]})
            await send(body)
            return
        headers = dict(scope["headers"])
        host, _, port = headers.get(_CLIENT, b"unknown 0").decode().rpartition(" ")
        came: dict[str, Any] = {
            **scope,
            "client": (host, int(port)),
            "scheme": headers.get(_SCHEME, b"http").decode(),
            "headers": [field for field in scope["headers"] if field[0] not in _BY_A_NODE],
            VOUCHED: _HOST_IS_OWN in headers,
        }
        await self._inner(cast("Scope", came), receive, send)

    async def _answer_a_node(self, scope: HTTPScope, body: "_Body", send: Send) -> None:
        """Answer what nodes ask, and tell, each other."""
        answer = None
        if await body.begin() and body.whole:
            if scope["path"] == names.PATH:
                answer = await asyncio.to_thread(names.answer, self._sealing, scope["method"], body.kept)
            elif remembering.learn(self._sessions, self._standing, body.kept):
                answer = b""
        status = HTTPStatus.BAD_REQUEST if answer is None else HTTPStatus.OK
        length = str(len(answer or b"")).encode()
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", length)]})
        await send({"type": "http.response.body", "body": answer or b"", "more_body": False})


class _Body:
    """The body of a request, kept as long as it is short.

    Attributes:
        heard: whether the one it was sent to last may have heard the request.
        kept: what was received of it and is kept.
        whole: whether all of it is kept, so that it can be sent again.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.kept = b""
        self.heard = False
        self._all = asyncio.Event()
        self._let_go = False

    @property
    def whole(self) -> bool:
        return self._all.is_set() and not self._let_go

    async def begin(self) -> bool:
        """Take the body, or so much of it as is kept; tell whether its sender is still there."""
        while not self._all.is_set() and len(self.kept) < _KEPT_BYTES:
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
        kept, self.kept, self._let_go = self.kept, b"", True
        yield kept
        while not self._all.is_set():
            piece = await self._piece()
            if piece is None:
                raise httpx.WriteError("the sender went away")
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


async def _carry(response: httpx.Response, body: _Body, send: Send) -> None:
    """Send an answer as it comes, until it ends or nobody waits for it any more."""

    async def carry() -> None:
        async for piece in response.aiter_raw():
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    carrying, departure = asyncio.ensure_future(carry()), asyncio.ensure_future(body.gone())
    try:
        await asyncio.wait({carrying, departure}, return_when=asyncio.FIRST_COMPLETED)
        if carrying.done():
            carrying.result()
    finally:
        carrying.cancel()
        departure.cancel()
