"""Orders and what became of them, in a form in which they go from one process to another.

A command, or an answer, is one of a hundred kinds. It goes as its name and its fields, so that either side reads only
the kinds that it meets. Fields are in MessagePack, which has no whole numbers beyond 64 bits: what holds one, as counts
of primes up to 10^31 do, goes as JSON.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

from coordinator.unavailable import Unavailable
from coordinator.writer.outcome import Outcome, Result
from core.contexts import CONTEXTS
from core.deciding import Answer, ClientClaim, Command, Order
from core.refusals import Later, Refusal

_pack = msgspec.msgpack.Encoder().encode
_to_json = msgspec.json.Encoder().encode
_UNAVAILABLE = "Unavailable"
_FAULT = ""


class OfficeFailed(Exception):  # noqa: N818 - says what happened
    """A fault of the program while the office decided an order; the office's own log has more of it."""


class Sent(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An order on its way: the fields of `Order`, its command by name and fields, and nothing that was found out."""

    command: str
    fields: bytes
    now: int
    correlation: str
    actor: str | None
    client: ClientClaim | None
    administers: bool
    route: str
    key: str
    content: bytes
    occurred_at: int | None


class Accepted(msgspec.Struct, array_like=True, frozen=True, gc=False, tag="accepted"):
    """An `Outcome` on its way, its answer by name and fields."""

    answer: str
    fields: bytes
    position: int
    hash: bytes
    repeated: bool


class TurnedDown(msgspec.Struct, array_like=True, frozen=True, gc=False, tag="turned-down"):
    """A refusal on its way, or that nothing can be written; a fault of the program has no name."""

    kind: str
    sentence: str
    seconds: int = 0


Told = Accepted | TurnedDown


def sent(order: Order) -> Sent:
    """Put an order into the form in which it goes."""
    command = order.command
    return Sent(
        type(command).__name__,
        _fields_of(command),
        order.now,
        order.correlation,
        order.actor,
        order.client,
        order.administers,
        order.route,
        order.key,
        order.content,
        order.occurred_at,
    )


def received(order: Sent) -> Order:
    """Return an order that came.

    Raises:
        msgspec.DecodeError: it can't be read.
        KeyError: no command has this name.
    """
    return Order(
        command=_read(_commands()[order.command], order.fields),
        now=order.now,
        correlation=order.correlation,
        actor=order.actor,
        client=order.client,
        administers=order.administers,
        route=order.route,
        key=order.key,
        content=order.content,
        occurred_at=order.occurred_at,
    )


def told(result: Result) -> Told:
    """Put what became of an order into the form in which it goes."""
    if isinstance(result, Outcome):
        answer = result.answer
        return Accepted(_name_of(type(answer)), _fields_of(answer), result.position, result.hash, result.repeated)
    return turned_down(result)


def turned_down(reason: Exception) -> TurnedDown:
    """Put why nothing became of an order into the form in which it goes."""
    if isinstance(reason, Later):
        return TurnedDown(type(reason).__name__, reason.sentence, reason.seconds)
    if isinstance(reason, Refusal):
        return TurnedDown(type(reason).__name__, reason.sentence)
    if isinstance(reason, Unavailable):
        return TurnedDown(_UNAVAILABLE, str(reason))
    return TurnedDown(_FAULT, repr(reason))


def heard(result: Told) -> Result:
    """Return what became of an order, as it came.

    Raises:
        msgspec.DecodeError: it can't be read.
        KeyError: no answer and no refusal has this name.
    """
    if isinstance(result, Accepted):
        answer = _read(_answers()[result.answer], result.fields)
        return Outcome(answer, result.position, result.hash, result.repeated)
    if result.kind == _UNAVAILABLE:
        return Unavailable(result.sentence)
    if result.kind == _FAULT:
        return OfficeFailed(result.sentence)
    kind = _refusals()[result.kind]
    return kind(result.sentence, result.seconds) if issubclass(kind, Later) else kind(result.sentence)


def _fields_of(value: msgspec.Struct) -> bytes:
    try:
        return _pack(value)
    except OverflowError:
        return _to_json(value)


def _read(kind: Any, fields: bytes) -> Any:
    """Read the fields of a kind: JSON begins with a brace, which in MessagePack is a number and begins no map."""
    if fields[:1] == b"{":
        return _from_json(kind).decode(fields)
    return _from_pack(kind).decode(fields)


@cache
def _from_pack(kind: Any) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(kind)


@cache
def _from_json(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


@cache
def _commands() -> Mapping[str, type[Command]]:
    return {command.__name__: command for context in CONTEXTS for command in context.decisions}


@cache
def _answers() -> Mapping[str, type[Answer]]:
    kinds: list[type[Answer]] = [*_kinds_of(Answer)]
    return {_name_of(kind): kind for kind in kinds}


@cache
def _refusals() -> Mapping[str, type[Refusal]]:
    kinds: list[type[Refusal]] = [Refusal, *_kinds_of(Refusal)]
    return {kind.__name__: kind for kind in kinds}


@cache
def _name_of(kind: type) -> str:
    return f"{kind.__module__.removeprefix('core.')}.{kind.__name__}"


def _kinds_of(kind: type[Any]) -> Iterator[type[Any]]:
    for one in kind.__subclasses__():
        yield one
        yield from _kinds_of(one)
