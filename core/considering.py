"""The one way from a command to events.

`consider` finds out who asks and whether it was asked before, and has the command's context decide. It is pure: it reads
states, and what it wants recorded it returns.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from core.access.users import check_credited, take_name
from core.clients.naming import KnownClients, introduce, stream_of
from core.deciding import Answer, Asking, Context, Nothing, Order, Remembered
from core.events import idempotency
from core.events.envelope import Envelope, NewEvent
from core.events.idempotency import CommandId
from core.refusals import Conflict
from core.steering.pausing import hindering, why_nothing


class Recalled(msgspec.Struct, frozen=True, gc=False):
    """The command was accepted before."""

    remembered: Remembered


class Decided(msgspec.Struct, frozen=True, gc=False):
    """The command is accepted: record this."""

    command: CommandId
    envelope: Envelope
    events: Sequence[NewEvent]


def identify(order: Order, client: int) -> CommandId:
    """Give a command its identity."""
    # A client's ids are its own, also where several work behind one API key.
    scope = ".".join(filter(None, (order.actor, stream_of(client) if client else ""))) or order.route
    if not order.key and not order.command.repeatable:
        return idempotency.unrepeatable(scope)
    # The client is part of the content: two clients behind one API key may do equal work.
    content = b"%d\0%b\0%b" % (client, type(order.command).__name__.encode(), order.content)
    return CommandId(scope, order.key, idempotency.fingerprint_of(content))


class Identified(msgspec.Struct, frozen=True, gc=False):
    """An order's identity, as long as its sender is the client of this number."""

    client: int
    command: CommandId


def identified(order: Order, clients: KnownClients) -> Identified:
    """Identify an order by what is known of its sender now."""
    client = (clients.number_of(order.client.name) or 0) if order.client else 0
    return Identified(client, identify(order, client))


def consider(
    order: Order, before: Identified, context: Context, states: Mapping[str, Any], clients: KnownClients
) -> Decided | Recalled | Answer:
    """Decide an order against the states as they are now.

    Args:
        order: what is wanted.
        before: its identity before the batch; the sender may have been new then.
        context: whose decision it is.
        states: of all contexts, by name.
        clients: who is known.

    Raises:
        Conflict: the key was used before for other content.
        Unprepared: something slow has to be found out first.
        Unsealed: the client is new, and its claim does not say so.
        Forbidden: the client's name is somebody else's.
        Refusal: the context turned the command down.
    """
    client, introduction = introduce(clients, order.client) if order.client else (0, [])
    command = before.command if before.client == client else identify(order, client)
    state = states[context.name]
    name = order.command.names_user
    namesakes = states["clients"].users_named(name) if name else ()
    asking = Asking(order.now, client, order.findings, namesakes)
    if (recalled := _recalled(order, command, state)) is not None and not _is_new(order, asking, context, state):
        return recalled
    if order.client and not order.administers:
        taken = take_name(order.actor, client, order.client.name, states["access"], states["clients"])
        introduction = [*introduction, *taken]
    if kind := order.command.hands_out:
        pause = hindering(kind.name, client, states["steering"].pause)
        if pause is not None:
            return Nothing(why_nothing(pause, kind), paused=True)
    decide = context.decisions[type(order.command)]
    decision = decide(order.command, asking, state)
    if isinstance(decision, Answer):
        return decision
    if not order.client and not order.administers and context.credits:
        check_credited(order.actor, [event.fact for event in decision], states["access"], states["clients"])
    envelope = Envelope(
        recorded_at=order.now,
        occurred_at=order.occurred_at,
        actor=order.actor or (stream_of(client) if client else "anonymous"),
        command=command.text,
        correlation=order.correlation,
    )
    return Decided(command, envelope, _behind(introduction, decision))


def _recalled(order: Order, command: CommandId, state: Any) -> Recalled | None:
    """Return what was made of an order before, None when it is new."""
    remembered = None if command.lookup is None else state.recall(command.lookup)
    if remembered is None:
        return None
    if remembered.fingerprint != command.fingerprint:
        raise Conflict(
            f"The key {order.key!r} was used before for another content; send a new key, or the same content."
        )
    return Recalled(remembered)


def _is_new(order: Order, asking: Asking, context: Context, state: Any) -> bool:
    """Tell whether a command is new though its sender sent the same before; a key says by itself which it is."""
    tells = None if order.key else context.anew.get(type(order.command))
    return tells is not None and tells(order.command, asking, state)


def _behind(introduction: Sequence[NewEvent], decision: Sequence[NewEvent]) -> Sequence[NewEvent]:
    """Put the events of a decision behind those that introduce its sender, which their offsets then count as well."""
    if not introduction:
        return decision
    shift = len(introduction)
    moved = [
        msgspec.structs.replace(event, within=event.within + shift) if event.within is not None else event
        for event in decision
    ]
    return [*introduction, *moved]
