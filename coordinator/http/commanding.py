"""The one way from a handler to the writer."""

import re
from collections.abc import Mapping, Sequence
from typing import Generic, TypedDict, Unpack
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import msgspec

from coordinator.http.caller import caller_of
from coordinator.http.requests.asked import Asked, header_of
from coordinator.http.requests.values import beside, few_values
from coordinator.http.shared import shared_of
from coordinator.http.workers.versions import worker_version
from coordinator.time.wallclock import now
from coordinator.writer.outcome import Outcome, Result
from core.access.roles import Role
from core.deciding import AnswerT, AnswerT_co, ClientClaim, Command, Order
from core.refusals import BadInput, Forbidden
from core.wording import shortened

MAX_KEY = 200
_KEY = re.compile(r"[\x21\x22\x24-\x7e]+")  # visible ASCII but "#", which ends a key in the log
_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder().decode


class Wish(msgspec.Struct, Generic[AnswerT_co], frozen=True, kw_only=True):
    """One command of several that a request carries.

    Attributes:
        command: what is wanted.
        client: by what name its sender calls itself.
        content: its canonical content, from which a resend is recognised.
        key: the sender's own id for it; empty for none.
        occurred_at: when the sender says that it happened, microseconds UTC.
        role: what it needs, on a route that takes what needs different roles; None is what the route asks for.
    """

    command: Command[AnswerT_co]
    client: str | None = None
    content: bytes = b""
    key: str = ""
    occurred_at: int | None = None
    role: Role | None = None


class Said(TypedDict, total=False):
    """The things that a request says of its command besides.

    Attributes:
        client: by what name the caller calls itself; None when it does not.
        content: the canonical content, from which a resend is recognised; None takes the request itself, which a
            route that reads a form can't.
        key: the caller's id for it; None takes the header Idempotency-Key, empty stands for no key.
        occurred_at: when the caller says that it happened, microseconds UTC.
    """

    client: str | None
    content: bytes | None
    key: str | None
    occurred_at: int | None


async def perform(request: Asked, command: Command[AnswerT], **said: Unpack[Said]) -> Outcome[AnswerT]:
    """Have a command that a request carries decided; what it led to is on disk when this returns.

    Raises:
        Refusal: it was turned down, or the caller sends too many.
        Unavailable: nothing can be written just now.
    """
    order = await ordered(request, command, **said)
    (result,) = await shared_of(request).node.perform_all([order])
    _notice(request, order, result)
    if isinstance(result, BaseException):
        raise result
    return result


async def perform_in_turn(
    request: Asked, commands: Sequence[Command[AnswerT]], *, client: str
) -> list[Outcome[AnswerT]]:
    """Have several commands of one request decided together, each by what those before it led to.

    Raises:
        Refusal: one of them was turned down, or the caller sends too many.
        Unavailable: nothing can be written just now.
    """
    key = idempotency_key(request)
    content = await content_of(request) if key else b""
    wishes = [
        Wish(command=command, client=client, content=content, key=f"{key}/{place}" if key and place else key)
        for place, command in enumerate(commands)
    ]
    outcomes: list[Outcome[AnswerT]] = []
    for result in await perform_wishes(request, wishes):
        if isinstance(result, BaseException):
            raise result
        outcomes.append(result)
    return outcomes


async def ordered(request: Asked, command: Command[AnswerT], **said: Unpack[Said]) -> Order[AnswerT]:
    """Return the order that a request amounts to.

    Raises:
        Refusal: the key is not acceptable, or the caller sends too many.
    """
    moment = now()
    client, key, content = said.get("client"), said.get("key"), said.get("content")
    _count(request, client, moment)
    key = idempotency_key(request) if key is None else check_key(key)
    if content is None:
        content = await content_of(request) if key or command.repeatable else b""
    wish = Wish(command=command, client=client, content=content, key=key, occurred_at=said.get("occurred_at"))
    claims = await _introduce(request, [wish])
    return _order(request, wish, moment, claims)


async def perform_wishes(request: Asked, wishes: Sequence[Wish[AnswerT]]) -> list[Result[AnswerT]]:
    """Have up to 500 commands of one request decided; return what became of each.

    Raises:
        TooMany: the caller sends too many.
        Unavailable: nothing can be written just now.
    """
    moment = now()
    _count(request, wishes[0].client if wishes else None, moment)
    claims = await _introduce(request, wishes)
    orders = [_order(request, wish, moment, claims) for wish in wishes]
    results = await shared_of(request).node.perform_all(orders)
    for wish, order, result in zip(wishes, orders, results, strict=True):
        if wish.role in {None, "work"}:
            _notice(request, order, result)
    return results


def _count(request: Asked, client: str | None, moment: int) -> None:
    shared_of(request).limits.take(caller_of(request).actor, client, moment)


def _notice(request: Asked, order: Order, result: Result) -> None:
    """Remember which worker was here, unless it went by somebody else's name."""
    if order.client is not None and "work" in caller_of(request).asked and not isinstance(result, Forbidden):
        shared_of(request).node.presence.seen(
            order.client.name, order.now, order.command.context, worker_version(request)
        )


async def _introduce(request: Asked, wishes: Sequence[Wish]) -> dict[str | None, ClientClaim | None]:
    """Return the claims of those who send wishes, by their names."""
    node = shared_of(request).node
    claims: dict[str | None, ClientClaim | None] = {None: None}
    for wish in wishes:
        if wish.client not in claims:
            assert wish.client is not None, "None is there"
            claims[wish.client] = await node.introductions.claim(wish.client)
    return claims


def _order(
    request: Asked, wish: Wish[AnswerT], moment: int, claims: Mapping[str | None, ClientClaim | None]
) -> Order[AnswerT]:
    caller = caller_of(request)
    return Order(
        command=wish.command,
        now=moment,
        correlation=_correlation(request),
        actor=caller.actor,
        client=claims[wish.client],
        administers=caller.asked == ("admin",),
        route=route_of(request),
        key=wish.key,
        content=wish.content,
        occurred_at=wish.occurred_at,
    )


def _correlation(request: Asked) -> str:
    """Return the next correlation of a request's: its own id, then that and a number, unique in the log."""
    state = request.scope["state"]
    number = state["commands"] = state.get("commands", -1) + 1
    return f"{state['correlation']}/{number}" if number else str(state["correlation"])


def fresh_uuid(request: Asked, place: int = 0) -> str:
    """Return a UUID for what the request brings into being, made of the random bits that identify the request.

    Args:
        request: whose it is.
        place: of the thing among all that the request brings into being, from 0.
    """
    bits = int(request.scope["state"]["correlation"][-32:], 16)
    return str(UUID(int=bits ^ place, version=4))


def route_of(request: Asked) -> str:
    """Return the route in the form in which it scopes keys; a slash would end the scope in the log."""
    return str(request.scope["path_template"]).strip("/").replace("/", ".") or "."


def idempotency_key(request: Asked) -> str:
    """Return the header Idempotency-Key; empty when there is none.

    Raises:
        BadInput: it is not acceptable.
    """
    return check_key(header_of(request, b"idempotency-key"), "Idempotency-Key")


def check_key(key: str, name: str = "The key") -> str:
    """Return a key when it is acceptable; an empty one stands for no key.

    Raises:
        BadInput: it is too long, or holds characters other than visible ASCII, or a #.
    """
    if len(key) > MAX_KEY or (key and not _KEY.fullmatch(key)):
        raise BadInput(
            f"{name} {shortened(key)!r} is not acceptable; 1 to {MAX_KEY} visible ASCII characters other than # are."
        )
    return key


async def content_of(request: Asked) -> bytes:
    """Return what a request says, in canonical form: its address, query and body, without the client's name."""
    query = request.scope["query_string"]
    body = await beside(await request.body(), _canonical)
    address = f"{request.method} {request.scope['path']}?{_sorted(query) if query else ''}"
    return address.encode() + b"\n" + body


def _sorted(query: bytes) -> str:
    """Return the parameters of a query in order, without the client's name."""
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return urlencode(sorted((name, value) for name, value in pairs if name != "client_id"))


def _canonical(body: bytes) -> bytes:
    """Return JSON with its keys in order, spaces and the client's name left out; another body as it is."""
    if not few_values(body):
        return body
    try:
        value = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        return body
    if isinstance(value, dict):
        value.pop("client_id", None)
    return _encode(value)
