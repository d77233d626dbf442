"""A node: everything that a running coordinator holds open."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from coordinator.clients.introductions import Introductions
from coordinator.clients.presence import Presence
from coordinator.files.durable import Displaced
from coordinator.heads.notary import Notary
from coordinator.live.broadcast import Growth
from coordinator.live.live import Live
from coordinator.log.sqlite import SqliteEventLog
from coordinator.past.moments import Moment
from coordinator.past.past import Past, Sight
from coordinator.pen.names import SharedNames
from coordinator.pen.pen import Pen
from coordinator.pen.standing import Standing
from coordinator.processes.background import BackgroundJobs
from coordinator.processes.children import ForkServer
from coordinator.projecting.readers import Readers
from coordinator.projecting.withheld import Withheld
from coordinator.sealing import SealingKeys
from coordinator.time.timekeeping import Timekeeper
from coordinator.time.wallclock import now
from coordinator.writer.outcome import Outcome, Result
from coordinator.writer.preparing import Preparation, prepared, submit_prepared
from coordinator.writer.writer import OnCommit, Writer
from core.clients.naming import Unsealed
from core.deciding import AnswerT, Context, Order
from core.events.registry import Registry
from core.leases.commands import RenewLease
from projections.runtime.projection import Projection


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """A running coordinator: what it holds open.

    Attributes:
        directory: the data directory.
        log: the event log, or this node's copy of the one that nodes share; only the writer appends to it.
        pen: the right to append to the shared log; None where no database has a say.
        names: keeps the keys of clients' names on other nodes, too; None where there are none.
        contexts: whose commands are taken, by name.
        projections: the state and views of each of them.
        registry: how rows of the log are read.
        notary: signs where the log ends, and proves what is in it.
        writer: takes orders.
        readers: pools of read-only connections to the projections, by context.
        log_readers: the same for the log itself.
        live: wakes those who watch the log, or wait for work.
        fork_server: where child processes come from.
        preparation: those for slow pure functions.
        background: what takes long and goes on beside everything else.
        sealing: the keys of clients' names.
        introductions: the claims by which clients call themselves.
        timekeeper: when leases end, and what is wrong with the wall clock.
        presence: who was here lately.
        hindrances: by context, what keeps its work from its workers at the moment, in a sentence.
        on_commit: whoever wants to be told, in the event loop, of the events of each batch; add to it.
        started_at: microseconds UTC.
        past: what there was to read, at every moment.
        withheld: the contexts that can't be asked for anything yet.
        correcting: held while a correction is worked out; the next one rests on it.
        standing: whether this node writes, or follows the one that does.
        moment: of the past that is looked at; None is now. What was held in memory then is not known any more.
    """

    directory: Path
    log: SqliteEventLog
    pen: Pen | None
    names: SharedNames | None = None
    contexts: Mapping[str, Context]
    projections: Mapping[str, Projection]
    registry: Registry
    notary: Notary
    writer: Writer
    readers: dict[str, Readers]
    log_readers: Readers
    live: Live
    fork_server: ForkServer
    preparation: Preparation
    background: BackgroundJobs
    sealing: SealingKeys
    introductions: Introductions
    timekeeper: Timekeeper
    presence: Presence = msgspec.field(default_factory=Presence)
    hindrances: dict[str, str] = {}
    on_commit: list[OnCommit]
    started_at: int = msgspec.field(default_factory=now)
    past: Past
    withheld: Withheld
    correcting: asyncio.Lock = msgspec.field(default_factory=asyncio.Lock)
    standing: Standing = msgspec.field(default_factory=Standing)
    moment: Moment | None = None

    def at(self, sight: Sight) -> "Node":
        """Return the same node as it was at a moment, for reading only."""
        return msgspec.structs.replace(
            self,
            readers=sight.readers,
            log_readers=sight.log_readers,
            live=msgspec.structs.replace(self.live, growth=Growth(sight.moment.position)),
            moment=sight.moment,
            withheld=Withheld(),
        )

    @property
    def served(self) -> dict[str, Readers]:
        """The readers of the contexts that can be asked, by name."""
        return {name: readers for name, readers in self.readers.items() if name not in self.withheld}

    @property
    def end(self) -> int:
        """The position of the log's newest event."""
        return self.log.head().position if self.moment is None else self.moment.position

    @property
    def position(self) -> int:
        """The position up to which the projections show the log."""
        return self.writer.applied if self.moment is None else self.moment.position

    @property
    def lag(self) -> int:
        """How many events of the log the projections do not show yet."""
        return self.end - self.position

    @property
    def time(self) -> int:
        """The time here, microseconds UTC."""
        return now() if self.moment is None else self.moment.recorded_at

    @property
    def unwritable(self) -> str | None:
        """Why nothing can be recorded just now, in a sentence; None as far as it can be."""
        try:
            self.log.require_place()
        except Displaced as gone:
            return f"{gone}."
        # What was in the way of one that has written says nothing of the node that it passes on to now.
        return (self.standing.writes and self.writer.unavailable) or self.standing.unwritten or None

    @property
    def knows_who_is_here(self) -> bool:
        """Whether it is known who is here: not of the past, and only where work is handed out."""
        return self.moment is None and self.standing.holding

    @property
    def clients_present(self) -> int | None:
        """How many clients were heard of in the last minute; of the past nobody knows."""
        return self.presence.count(self.time) if self.moment is None else None

    async def perform(self, order: Order[AnswerT]) -> Outcome[AnswerT]:
        """Have an order decided, finding out first whatever its decision needs; what it led to is on disk.

        Raises:
            Refusal: it was turned down.
            Unavailable: the queue is full, or nothing can be written.
        """
        (result,) = await self.perform_all([order])
        if isinstance(result, BaseException):
            raise result
        return result

    async def perform_all(self, orders: Sequence[Order[AnswerT]]) -> list[Result[AnswerT]]:
        """Have up to 500 orders decided; return what became of each."""
        if not self.withheld:
            return await self.settle(orders, await self.writer.submit_all(orders))
        refusals = [self.withheld.refusal(order.command.context) for order in orders]
        served = [order for order, refusal in zip(orders, refusals, strict=True) if refusal is None]
        results = iter(await self.settle(served, await self.writer.submit_all(served)))
        return [refusal or next(results) for refusal in refusals]

    async def settle(self, orders: Sequence[Order[AnswerT]], results: list[Result[AnswerT]]) -> list[Result[AnswerT]]:
        """Bring orders that the writer has looked at once whatever they lack; return what became of each."""
        orders = list(orders)
        results = await prepared(self.writer, self.preparation, orders, results)
        while unsealed := [index for index, result in enumerate(results) if isinstance(result, Unsealed)]:
            again = [await self._sealed(orders[index]) for index in unsealed]
            for index, result in zip(
                unsealed, await submit_prepared(self.writer, self.preparation, again), strict=True
            ):
                results[index] = result
        self.note_renewals(orders, results)
        return results

    def note_renewals(self, orders: Sequence[Order[AnswerT]], results: Sequence[Result[AnswerT]]) -> None:
        """Have the leases last whose holders have shown themselves, also when nothing is recorded of that."""
        for order, result in zip(orders, results, strict=True):
            command = order.command
            if isinstance(command, RenewLease) and isinstance(result, Outcome):
                self.timekeeper.renewed(command.context, command.lease, command.seconds)

    async def _sealed(self, order: Order[AnswerT]) -> Order[AnswerT]:
        """Have an order bring its client's name sealed: the client was known when it was made, and is not any more."""
        assert order.client is not None, "somebody is new here"
        self.introductions.forget(order.client.name)
        return msgspec.structs.replace(order, client=await self.introductions.claim(order.client.name))

    def send_home(self) -> None:
        """End every stream, and wake whoever waits for work: the coordinator is stopping."""
        self.live.close()
