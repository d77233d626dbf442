"""Deciding the orders of a batch one after the other: each sees in the states what those before it led to."""

import sqlite3
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast

import msgspec
import structlog

from coordinator.failures import logged
from coordinator.unavailable import Unavailable
from coordinator.writer.outcome import Outcome, Overtaking, Result, StaysWithdrawn
from core.clients.naming import KnownClients, Unsealed
from core.considering import Decided, Identified, Recalled, consider, identified
from core.deciding import Answer, Context, Order, Remembered, Retracted, Unprepared
from core.events.chain import Head, head_after, stamp
from core.events.envelope import Event, StoredEvent
from core.events.log import EventLog
from core.refusals import Refusal
from projections.runtime.checkpoint import STATE
from projections.runtime.file import ProjectionFile, states

_OF_WHOM = ("clients", "access")
"""The contexts that say who somebody is, and under which names."""

_NONE: Mapping[str, int] = MappingProxyType({})

_log = structlog.get_logger(__name__)


class Batch(msgspec.Struct):
    """The state of a batch so far.

    Attributes:
        states: of all contexts, by name.
        head: of the log with what the batch adds to it.
        rows: what it adds.
        events: the same, read.
        versions: the newest one of each stream that it adds to.
        contexts: whose tables its events change.
        unprepared: the keys of its orders of which something has to be found out first.
    """

    states: Mapping[str, Any]
    head: Head
    rows: list[StoredEvent] = []
    events: list[Event] = []
    versions: dict[str, int] = {}
    contexts: set[str] = set()
    unprepared: set[tuple[str, ...]] = set()


class Deciding:
    """Decides on the states of files, which the writer's thread alone uses.

    Attributes:
        newest: when the newest event was recorded; none that follows is said to be older.

    Args:
        contexts: every context by name.
        files: their projections files by name; they may be replaced between two batches.
        log: which knows the versions of streams.
    """

    def __init__(self, contexts: Mapping[str, Context], files: Mapping[str, ProjectionFile], log: EventLog) -> None:
        self.newest = 0
        self._contexts = contexts
        self._files = files
        self._log = log
        self._answers = {
            name: msgspec.json.Decoder(msgspec.Raw if not context.answers else _union(context))
            for name, context in contexts.items()
        }

    def decided(self, orders: Sequence[Order], head: Head) -> tuple[list[Result], Batch]:
        """Return what came of each order, and the batch that they make behind a head.

        Raises:
            Exception: the states can't be read, or a fold failed; the batch has not happened.
        """
        batch = Batch(states(self._files), head)
        return [self._decide_in_turn(order, before, batch) for order, before in self._expect(orders)], batch

    def _expect(self, orders: Sequence[Order]) -> list[tuple[Order, Identified]]:
        """Identify orders, and have each state look up together what its decisions are going to ask one by one."""
        clients = self.clients
        expected = [(order, identified(order, clients)) for order in orders]
        for name in {order.command.context for order in orders}:
            state = self._files[name].state
            own = [(order, before) for order, before in expected if order.command.context == name]
            state.expect_answers([lookup for _, before in own if (lookup := before.command.lookup) is not None])
            state.expect([order.command for order, _ in own])
        return expected

    @property
    def clients(self) -> KnownClients:
        """The clients that are known."""
        return cast("KnownClients", self._files["clients"].state)

    def _decide_in_turn(self, order: Order, before: Identified, batch: Batch) -> Result:
        """Decide one order, unless one before it that bears its key has yet to be."""
        if batch.unprepared and _key_of(order) in batch.unprepared:
            return Overtaking()
        result = self._decide(order, before, batch)
        if order.key and isinstance(result, Unprepared):
            batch.unprepared.add(_key_of(order))
        return result

    def _decide(self, order: Order, before: Identified, batch: Batch) -> Result:
        """Decide one order, and fold its events into the states so that the next order sees them."""
        context = self._contexts[order.command.context]
        # Whom an order is from, and whose name that is, is known by these states; on one that has stopped nobody is.
        for name in (context.name, *_OF_WHOM, *(("steering",) if order.command.hands_out else ())):
            stopped = self._files[name].degraded.get(STATE)
            if stopped is not None:
                return Unavailable(
                    f"{name} takes no writes: its state stopped at event {stopped.position} ({stopped.reason})."
                )
        try:
            verdict = consider(order, before, context, batch.states, self.clients)
            if isinstance(verdict, Answer):
                return Outcome(verdict, 0, b"", repeated=False)
            if isinstance(verdict, Recalled):
                return self.recall(context, verdict.remembered)
            rows = self.stamp(verdict, batch.head, batch.versions)
        except (Refusal, Unprepared, Unsealed) as verdict_against:
            return verdict_against
        except sqlite3.Error:
            raise
        except Exception as error:
            _log.error(
                "decision_failed", command=type(order.command).__name__, correlation=order.correlation, **logged(error)
            )
            return error
        return self._fold(context, verdict, rows, batch)

    def recall(self, context: Context, remembered: Remembered) -> Outcome:
        """Return what became of a command when it came first.

        Raises:
            StaysWithdrawn: it does not count any more.
        """
        answer = self._answers[context.name].decode(remembered.answer)
        if isinstance(answer, Retracted):
            raise StaysWithdrawn(
                f"This was recorded as event {remembered.position}, and was withdrawn by a correction. Sent again, it stays"
                " withdrawn; to report it anew, send it with a key of its own."
            )
        return Outcome(answer, remembered.position, remembered.hash, repeated=True)

    def stamp(self, verdict: Decided, head: Head, versions: Mapping[str, int] = _NONE) -> list[StoredEvent]:
        """Give what was decided its place behind a head; `versions` are those of streams that are not in the log yet."""
        envelope = verdict.envelope
        if envelope.recorded_at < self.newest:
            envelope = msgspec.structs.replace(envelope, recorded_at=self.newest)
        return stamp(verdict.events, envelope, head, lambda s: versions.get(s) or self._log.version(s))

    def _fold(self, context: Context, verdict: Decided, rows: Sequence[StoredEvent], batch: Batch) -> Outcome:
        events = [Event(row, new.fact) for row, new in zip(rows, verdict.events, strict=True)]
        contexts = {event.fact.context for event in events}
        batch.contexts |= contexts
        answer = self._files[context.name].apply_state(events)
        for name in contexts - {context.name}:
            self._files[name].apply_state(events)
        assert answer is not None, f"{context.name} decided on events that are not its own"
        self.newest = rows[-1].recorded_at
        batch.head = head_after(rows[-1])
        batch.rows += rows
        batch.events += events
        batch.versions.update((row.stream, row.version) for row in rows)
        return Outcome(answer, batch.head.position, batch.head.hash, repeated=False)


def _key_of(order: Order) -> tuple[str, ...]:
    """Return an order's key with what scopes it; a sender who is new gets a number only when something is recorded."""
    sender = order.client.name if order.client else ""
    return order.command.context, order.actor or "", sender, order.route, order.key


def _union(context: Context) -> object:
    """Return the union of a context's answers, as a type."""
    union: object = context.answers[0]
    for answer in context.answers[1:]:
        union = union | answer
    return union
