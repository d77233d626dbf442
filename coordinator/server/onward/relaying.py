"""Passing requests on to the node that writes, and taking those that others pass on.

A node without the pen answers what only reads; for somebody who has signed in, once nobody else does. Everything else goes
whole to the node that has it, over a connection on which both have shown the nodes' certificate, and the answer is held
until it can be read here. What nobody is known to have heard waits for the next holder, and so does what may be sent again.
Where none comes, this node's own application refuses it: people get their page again, with what they had filled in.
"""

import asyncio
import ssl
from functools import partial
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Self, cast

import httpx
import structlog
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from coordinator.http.admission.door import VOUCHED
from coordinator.http.admission.hosts import Hosts
from coordinator.http.admission.sessions import COOKIE, Sessions
from coordinator.http.admission.unwritten import UNWRITTEN, Unwritten
from coordinator.http.places import handler_at, is_at_writer, paths_of
from coordinator.http.responses.problems import messages
from coordinator.live.broadcast import Growth
from coordinator.pen import names
from coordinator.pen.standing import Standing
from coordinator.sealing import SealingKeys
from coordinator.server import remembering
from coordinator.server.onward.kept_bodies import KeptBody, SenderGone
from coordinator.server.onward.silence import Silence
from coordinator.unavailable import Doubtful, Unavailable

PATIENCE_SECONDS = 5.0
"""How long a request waits for somebody who writes; and how long a node may be silent before it is asked whether it is there."""
_LOOK_SECONDS = 0.05
_ASK_SECONDS = 0.25
"""So often others are asked who writes, on behalf of all who wait for that."""
_APPLIED_SECONDS = 1.0
"""How long an answer is held until it can be read here."""
_CONNECT_SECONDS = 1.0
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OF_THE_HOP = frozenset(
    {b"connection", b"keep-alive", b"te", b"trailer", b"transfer-encoding", b"upgrade", b"proxy-connection", b"expect"}
)
_CLIENT, _SCHEME, _HOST_IS_OWN = b"tallystick-client", b"tallystick-scheme", b"tallystick-host-is-own"
_BY_A_NODE = frozenset({_CLIENT, _SCHEME, _HOST_IS_OWN})
_NOT_HOLDING = b"tallystick-not-holding"
_POSITION = b"tallystick-position"
_SILENT = "it answers nothing any more"
_HERE = "/nodes/here"
"""Where a node says that it is there, and whether it writes."""
_MAYBE = (
    "The node that writes was lost while it had this request; it may have been recorded or not: send it again as it was,"
    " with the same key if it had one."
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
        self._silences: dict[str, Silence] = {}
        self._asking: asyncio.Future[str | None] | None = None
        self._asked_at = 0.0
        self._client = httpx.AsyncClient(
            verify=identity,
            timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=100),
            trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # one person's session is nobody else's
        )

    async def __aenter__(self) -> Self:
        """Nothing is opened before the first request."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections to others."""
        if self._asking is not None:
            self._asking.cancel()
        for silence in self._silences.values():
            silence.close()
        await self._client.aclose()

    def takes(self, scope: HTTPScope) -> bool:
        """Tell whether a request is answered here: this node holds the pen, or the request only reads what every node has.

        Somebody who has signed in is known to the node that writes.
        """
        if self._standing.holding or sum(name == b"host" for name, _ in scope["headers"]) != 1:
            return True  # without exactly one host it is turned down, wherever it goes
        signed_in = any(name == b"cookie" and COOKIE.encode() in value for name, value in scope["headers"])
        return not signed_in and self._only_reads(scope)

    def _only_reads(self, scope: HTTPScope) -> bool:
        if scope["method"] not in _SAFE:
            return False
        handlers = [handler_at(self._inner, path, scope["method"]) for path in paths_of(scope)]
        return not any(handler is not None and is_at_writer(handler) for handler in handlers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or have answered."""
        if scope["type"] != ScopeType.HTTP or self.takes(scope):
            await self._inner(scope, receive, send)
            return
        await self._pass_on(scope, KeptBody(receive), send)

    async def _pass_on(self, scope: HTTPScope, body: KeptBody, send: Send) -> None:
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        repeatable = scope["method"] in _SAFE or any(name == b"idempotency-key" for name, _ in scope["headers"])
        if not await body.begin():
            return
        doubtful = False
        while not self._standing.holding:
            address = await self._holder()
            if address is not None and await self._try(address, scope, body, send):
                return
            doubtful = doubtful or body.heard
            if (doubtful and not repeatable) or body.let_go or asyncio.get_running_loop().time() > deadline:
                if not self._only_reads(scope):
                    refusal = Doubtful(_MAYBE) if doubtful else Unavailable(_nothing(self._standing))
                    scope = cast("HTTPScope", {**scope, UNWRITTEN: Unwritten(refusal, whole=not body.let_go)})
                break  # who has signed in was told to this node, too, by the one that wrote
            await self._standing.changes(_LOOK_SECONDS)
        await self._inner(cast("Scope", scope), body.again(), send)

    async def _holder(self) -> str | None:
        """Return where the node is that writes; who can't read the shared log, or has just lost the pen, asks all others."""
        if self._standing.address is not None and not self._standing.trouble:
            return self._standing.address
        moment = asyncio.get_running_loop().time()
        if self._asking is None or (self._asking.done() and moment - self._asked_at > _ASK_SECONDS):
            self._asking, self._asked_at = asyncio.ensure_future(self._ask_others()), moment
        return await asyncio.shield(self._asking)

    async def _ask_others(self) -> str | None:
        others = [address for name, address in self._standing.peers.items() if name != self._standing.own]
        writing = await asyncio.gather(*(self._writes(address) for address in others))
        return next((address for address, writes in zip(others, writing, strict=True) if writes), None)

    async def _writes(self, address: str) -> bool:
        try:
            said = await self._client.get(f"https://{address}{_HERE}", timeout=_CONNECT_SECONDS)
        except httpx.HTTPError:
            return False
        return _NOT_HOLDING.decode() not in said.headers

    async def _try(self, address: str, scope: HTTPScope, body: KeptBody, send: Send) -> bool:
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
        except SenderGone:
            return True
        except httpx.HTTPError as error:
            _note_lost(address, error)
            body.heard = True
            return False
        if response is None:
            return True
        self._silence_of(address).heard()
        try:
            headers = [(name.lower(), value) for name, value in response.headers.raw]
            if any(name == _NOT_HOLDING for name, _ in headers):
                return False
            said = dict(headers)
            await self._growth.beyond(int(said.get(_POSITION, b"0")) - 1, _APPLIED_SECONDS)
            kept = [(name, value) for name, value in headers if name not in _OF_THE_HOP]
            await send({"type": "http.response.start", "status": response.status_code, "headers": kept})
            await self._carry(response, address, body, send)
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

    async def _answered(self, request: httpx.Request, address: str, body: KeptBody) -> httpx.Response | None:
        """Send a request, and wait for the answer as long as the node holds the pen, and is there; None when its sender goes away.

        Raises:
            httpx.HTTPError: no answer came.
        """
        sending = asyncio.ensure_future(self._client.send(request, stream=True))
        departure = asyncio.ensure_future(body.gone())
        known = self._standing.address
        waiting = [
            asyncio.ensure_future(self._passing_from(address, known)),
            asyncio.ensure_future(self._silence_of(address).begins()),
        ]
        try:
            await asyncio.wait({sending, departure, *waiting}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                return sending.result()
            if departure.done():
                return None
            passed, _ = waiting
            raise httpx.ReadError("another node has taken the pen meanwhile" if passed.done() else _SILENT)
        finally:
            for task in (sending, departure, *waiting):
                task.cancel()

    async def _passing_from(self, address: str, known: str | None) -> None:
        """Wait until another node has the pen than the one at an address; nobody need have told this one of that, as is `known`."""
        while self._standing.address in {address, known} and not self._standing.holding:
            await self._standing.changes()

    def _silence_of(self, address: str) -> Silence:
        return self._silences.setdefault(address, Silence(partial(self._is_there, address), PATIENCE_SECONDS))

    async def _is_there(self, address: str) -> bool:
        try:
            await self._client.get(f"https://{address}{_HERE}")
        except httpx.HTTPError:
            return False
        return True

    async def _carry(self, response: httpx.Response, address: str, body: KeptBody, send: Send) -> None:
        """Send an answer as it comes, until it ends or nobody waits for it any more.

        Where whoever gives it is there no longer, a live stream ends, and is asked for anew; any other is broken off, and seen to be.
        """

        async def carry() -> None:
            async for piece in response.aiter_raw():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})

        carrying, departure = asyncio.ensure_future(carry()), asyncio.ensure_future(body.gone())
        silence = asyncio.ensure_future(self._silence_of(address).begins())
        try:
            await asyncio.wait({carrying, departure, silence}, return_when=asyncio.FIRST_COMPLETED)
            if carrying.done():
                carrying.result()
            elif silence.done():
                raise httpx.ReadError(_SILENT)
        except httpx.HTTPError as error:
            _note_lost(address, error)
            if response.headers.get("content-type", "").startswith("text/event-stream"):
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            for task in (carrying, departure, silence):
                task.cancel()


def _nothing(standing: Standing) -> str:
    known = (standing.trouble or standing.unwritten).removesuffix(".")
    why = f" ({known})" if known else ""
    return (
        f"This node knows of none that writes just now{why}; nothing was recorded. Try again, here or at another node."
    )


def _note_lost(address: str, error: httpx.HTTPError) -> None:
    _log.warning("holder_lost", address=address, reason=str(error) or type(error).__name__)


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
        if scope["path"] in {names.PATH, remembering.PATH} or (scope["path"] == _HERE and self._standing.holding):
            await self._answer_a_node(scope, KeptBody(receive), send)
            return
        if not self._standing.holding:
            start, body = messages("unavailable", _nothing(self._standing))
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

    async def _answer_a_node(self, scope: HTTPScope, body: KeptBody, send: Send) -> None:
        """Answer what nodes ask, and tell, each other."""
        answer = None
        if await body.begin() and body.whole:
            if scope["path"] == _HERE:
                answer = b""
            elif scope["path"] == names.PATH:
                answer = await asyncio.to_thread(names.answer, self._sealing, scope["method"], body.kept)
            elif remembering.learn(self._sessions, self._standing, body.kept):
                answer = b""
        status = HTTPStatus.BAD_REQUEST if answer is None else HTTPStatus.OK
        length = str(len(answer or b"")).encode()
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", length)]})
        await send({"type": "http.response.body", "body": answer or b"", "more_body": False})
