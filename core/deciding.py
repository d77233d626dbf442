"""The one way from a command to events.

An `Order` is a command with everything that came with it. `consider` finds out who asks and whether it was asked
before, and has the command's context decide. It is pure: it reads states, and what it wants recorded it returns.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Generic, Protocol

import msgspec
from typing_extensions import TypeVar  # with defaults, which the standard library has from 3.13 on

from core.access.users import check_credited, take_name
from core.clients.naming import ClientClaim, KnownClients, introduce, stream_of
from core.events import idempotency
from core.events.envelope import Envelope, Event, NewEvent
from core.events.fact import Fact
from core.events.idempotency import CommandId
from core.events.registry import Upcaster
from core.refusals import Conflict
from core.steering.pausing import Kind, hindering, why_nothing


class Answer(msgspec.Struct, frozen=True, gc=False, tag=True, tag_field="answer"):
    """The reply to a command; remembered with the events, so that a resend is told the same."""

    @property
    def turned_down(self) -> tuple[str, ...]:
        """Each part of the command that was turned down though the rest counts, in a sentence."""
        return ()


class Nothing(Answer, frozen=True):
    """There is nothing to do, and why.

    Attributes:
        message: why, in words.
        paused: whether that is because somebody has paused it.
    """

    message: str
    paused: bool = False


class Retracted(Answer, frozen=True, tag="retracted"):
    """The reply to a report that a correction has withdrawn: sent again, it stays withdrawn."""


AnswerT = TypeVar("AnswerT", bound=Answer)
AnswerT_co = TypeVar("AnswerT_co", covariant=True, bound=Answer, default=Answer)


class Command(msgspec.Struct, Generic[AnswerT_co], frozen=True, gc=False):
    """Something that somebody wants to happen, with the kind of answer that it leads to.

    Attributes:
        context: whose decision it is.
        repeatable: whether the same content from the same client, sent without a key, is a resend.
        hands_out: the kind of work that it asks for, which may be paused; None when it asks for none.
    """

    context: ClassVar[str]
    repeatable: ClassVar[bool] = False
    hands_out: ClassVar[Kind | None] = None


Decision = Sequence[NewEvent] | Answer
"""Events to record, or an answer for which nothing has to be recorded. A refusal is raised."""


T_co = TypeVar("T_co", covariant=True)


class Want(Protocol[T_co]):
    """Something slow that a decision has to know: a frozen, hashable struct of plain data."""

    def find(self) -> T_co:
        """Find it out: a pure function, run in a child process before the command comes to the writer again."""
        ...


class Unprepared(Exception):  # noqa: N818 - names what is the case
    """The decision needs a finding that the order does not bring; nothing happened.

    Attributes:
        want: what has to be found out.
    """

    def __init__(self, want: Want[Any]) -> None:
        super().__init__(repr(want))
        self.want = want


class Unanswerable(Exception):  # noqa: N818 - names what is the case
    """None of a command's events tells what its sender is to be answered."""


class Asking(msgspec.Struct, frozen=True, gc=False):
    """The circumstances of a decision: who asks, when, and with which findings.

    Attributes:
        now: microseconds UTC.
        client: the client's number; 0 when the caller did not name itself.
        findings: what was found out before, by what was wanted.
    """

    now: int
    client: int
    findings: Mapping[Any, Any] = {}

    def found(self, want: Want[T_co]) -> T_co:
        """Return a finding.

        Raises:
            Unprepared: it has yet to be found out.
        """
        try:
            finding: T_co = self.findings[want]
        except KeyError:
            raise Unprepared(want) from None
        return finding


Decide = Callable[[Any, Asking, Any], Decision]
"""Decides a command by the state of its context."""


class Order(msgspec.Struct, Generic[AnswerT_co], frozen=True, gc=False, kw_only=True):
    """A command, who sent it, and how it is told from another.

    Attributes:
        command: what is wanted.
        now: when the coordinator received it, microseconds UTC.
        correlation: id of the request.
        actor: id of the API key (`key-3`), `operator` or `clock`; None for an anonymous caller.
        client: by what name the caller calls itself.
        administers: whether the caller names a client as an administrator, who need not be that client.
        route: where it came in; the scope of keys from callers who are neither known nor named.
        key: Idempotency-Key or item id; empty for none.
        content: the canonical content, without the client's name, from which a resend is recognised.
        occurred_at: when the client says that it happened.
        findings: what was found out for the decision, by what was wanted.
    """

    command: Command[AnswerT_co]
    now: int
    correlation: str
    actor: str | None = None
    client: ClientClaim | None = None
    administers: bool = False
    route: str = ""
    key: str = ""
    content: bytes = b""
    occurred_at: int | None = None
    findings: Mapping[Any, Any] = {}


class Remembered(msgspec.Struct, frozen=True, gc=False):
    """The answer that an earlier command was given, and the last event that it led to."""

    fingerprint: str
    position: int
    hash: bytes
    answer: bytes


class State(Protocol):
    """The abilities that every context's state has, whatever it holds."""

    def recall(self, lookup: str) -> Remembered | None:
        """Return the answer remembered under a command's identity."""
        ...


class Context(msgspec.Struct, frozen=True):
    """A bounded context, as the writer sees it.

    Attributes:
        name: also the prefix of its event types and the name of its projections file.
        facts: every kind of event that it records, or has ever recorded.
        decisions: what decides each kind of command that it takes: (command, asking, its state) → decision.
        answer: (a command's events, its state just after them) → answer. Pure, so that a rebuild reproduces it.
        answers: the kinds of answer there are.
        expire: from the id of a lease to the command that ends it when its time has run out; None without leases.
        openings: types of events after which there may be work that was not there before.
        incidental: types of events that come along with whatever any context decides.
        credits: whether a client that its facts name is credited with something.
    """

    name: str
    facts: tuple[type[Fact], ...]
    decisions: Mapping[type[Command], Decide] = {}
    answer: Callable[[Sequence[Event], Any], Answer] | None = None
    answers: tuple[type[Answer], ...] = ()
    expire: Callable[[str], Command] | None = None
    openings: frozenset[str] = frozenset()
    upcasters: Mapping[type[Fact], Upcaster] = {}
    incidental: frozenset[str] = frozenset()
    credits: bool = True

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of work that its commands ask for."""
        return tuple(dict.fromkeys(command.hands_out for command in self.decisions if command.hands_out))

    def decided(self, own: Sequence[Event]) -> bool:
        """Tell whether those of a command's events that are this context's came out of its own decision."""
        if not self.incidental:
            return bool(own)
        return not self.incidental.issuperset([event.fact.type for event in own])


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
    if (recalled := _recalled(order, command, state)) is not None:
        return recalled
    if order.client and not order.administers:
        taken = take_name(order.actor, client, order.client.name, states["access"], states["clients"])
        introduction = [*introduction, *taken]
    if kind := order.command.hands_out:
        pause = hindering(kind.name, client, states["steering"].pause)
        if pause is not None:
            return Nothing(why_nothing(pause, kind), paused=True)
    decide = context.decisions[type(order.command)]
    decision = decide(order.command, Asking(order.now, client, order.findings), state)
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
