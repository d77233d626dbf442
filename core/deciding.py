"""Commands and what decides them, as every context sees them; how one is decided stands in `core.considering`.

An `Order` is a command with everything that came with it; a `Context` names what decides each kind of command.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Generic, Protocol

import msgspec
from typing_extensions import TypeVar  # with defaults, which the standard library has from 3.13 on

from core.events.envelope import Event, NewEvent
from core.events.fact import Fact
from core.events.registry import Upcaster


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


class Kind(msgspec.Struct, frozen=True):
    """A kind of work that is handed out, and can be paused by itself.

    Attributes:
        name: `factoring`; a worker that is started for it is told this, too.
        called: what the work is, `curves, P-1 and P+1`.
        doing: what a worker does that is at it, `runs curves`; empty where none is missed while nobody is.
    """

    name: str
    called: str
    doing: str = ""


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

    @property
    def names_user(self) -> str:
        """The name of a user who is made for it, unless somebody is called so by then; empty for nobody."""
        return ""


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
        namesakes: users who are called as the command would call a new one.
    """

    now: int
    client: int
    findings: Mapping[Any, Any] = {}
    namesakes: Sequence[str] = ()

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


class ClientClaim(msgspec.Struct, frozen=True, gc=False):
    """The name by which a caller calls itself, and the same name sealed in case it is new here."""

    name: str
    seal: str = ""
    sealed: str = ""


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
        anew: what tells of a repeatable command without a key that it can be no resend: (command, asking, its state).
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
    anew: Mapping[type[Command], Callable[[Any, Asking, Any], bool]] = {}
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
