"""The composition root: a node is everything that a running coordinator holds open, put together here."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import msgspec
import structlog

from coordinator.clients.attributing import attribute_keys
from coordinator.clients.erasing import destroy_keys
from coordinator.clients.introductions import Introductions
from coordinator.clients.presence import Presence
from coordinator.founding import open_log
from coordinator.heads.notary import Notary
from coordinator.live.broadcast import Growth
from coordinator.live.openings import Openings
from coordinator.live.pulse import Pulse
from coordinator.live.stream import Frames
from coordinator.live.tails import Tails
from coordinator.log.lock import locked
from coordinator.log.shared import SharedLog
from coordinator.log.sqlite import SqliteEventLog
from coordinator.ownkeys import kept_names
from coordinator.past.moments import Moment
from coordinator.past.past import Past, Sight
from coordinator.pen.names import SharedNames, shared_names
from coordinator.pen.pen import Database, Pen
from coordinator.pen.standing import Standing, standing_of
from coordinator.processes.background import BackgroundJobs
from coordinator.projecting.opening import StandIn, open_files, path_of
from coordinator.projecting.readers import Readers, open_pools
from coordinator.projecting.withheld import Withheld
from coordinator.sealing import SealingKeys
from coordinator.timekeeping import Timekeeper
from coordinator.wallclock import now
from coordinator.writer import failpoints
from coordinator.writer.batch import Committer, Outcome, Result
from coordinator.writer.preparing import Preparation, prepared, submit_prepared
from coordinator.writer.swapping import take_whole
from coordinator.writer.writer import OnCommit, Writer
from core.clients.naming import Unsealed
from core.contexts import registry
from core.deciding import AnswerT, Context, Order
from core.events.envelope import Event
from core.events.log import EventLog
from core.events.registry import Registry
from core.leases.commands import RenewLease
from core.refusals import BadInput
from projections.contexts import BOUNDED, projections
from projections.runtime.projection import Projection

PULSE_SECONDS = 0.25
PAGE_PULSE_SECONDS = 0.9
"""A page is rendered for each frame of it; whoever looks sees what is committed within a second."""
TAIL_SECONDS = 0.02

_log = structlog.get_logger(__name__)


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
        growth: wakes those who follow the log.
        openings: wakes those who wait for work.
        pulse: the same in beats, four a second at most.
        page_pulse: the same for pages, which cost more to make.
        tails: the newest events of the streams that are watched closely, in beats at least 20 ms apart.
        frames: what several who watch want is encoded once.
        preparation: child processes for slow pure functions.
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
    growth: Growth
    pulse: Pulse
    page_pulse: Pulse
    tails: Tails
    frames: Frames = msgspec.field(default_factory=Frames)
    openings: Openings
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
            growth=Growth(sight.moment.position),
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
        for waited_for in (self.growth, self.pulse, self.page_pulse, self.tails, self.openings):
            waited_for.close()


@asynccontextmanager
async def opened(
    directory: Path,
    most: int | None = None,
    bounded: Sequence[Projection] = BOUNDED,
    presence: Presence | None = None,
    database: Database | None = None,
) -> AsyncIterator[Node]:
    """Open a data directory as its only coordinator, and close it in good order.

    Args:
        directory: the data directory.
        most: contexts whose projections have to be built from more events than this are withheld until somebody has
            rebuilt them; None builds all of them first, however long that takes.
        bounded: the projections of the contexts that there are besides clients and keys.
        presence: where is noted who was here; None for a new one.
        database: where the log is that nodes share; None for one that this node has alone.

    Raises:
        DirectoryInUse: another coordinator works there.
        NotALog: `log.db` is something else, of a newer format, or not the log that was there before.
        KeyUnreadable: `signing.key` or `client-keys.db` is lost, or is none.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(locked(directory))
        log, pen = await asyncio.to_thread(_logs, directory, database)
        stack.callback(log.close)
        if pen is not None:
            stack.callback(pen.close)
        notary = await asyncio.to_thread(Notary, directory)
        stack.push_async_callback(_close, notary)
        sealing = kept_names(directory, log)
        stack.callback(sealing.close)
        known = projections(sealing.unseal, bounded)
        files = open_files(directory, log, known, most)
        contexts = {projection.name: projection.context for projection in known}
        reached = failpoints.from_environment(os.environ)
        appended: EventLog = log if pen is None else SharedLog(log, pen, reached)
        committer = Committer(appended, registry(contexts.values()), contexts, files, reached)
        stack.callback(committer.close)
        names = None
        if pen is not None:
            names = shared_names(directory, sealing, pen.database)
            await asyncio.to_thread(_take, pen)
        if names is not None:
            await asyncio.to_thread(names.learn, log, min(file.head.position for file in files.values()))
        for step in (
            committer.catch_up,
            partial(destroy_keys, committer, sealing),
            partial(attribute_keys, committer, log, sealing, now()),
        ):
            await asyncio.to_thread(take_whole, committer, most, step)
        node = await _put_together(log, pen, names, committer, known, notary, sealing, stack)
        if presence is not None:
            node = msgspec.structs.replace(node, presence=presence)
        node.on_commit.extend(_watchers(node))
        stack.callback(node.send_home)
        yield node


def _logs(directory: Path, database: Database | None) -> tuple[SqliteEventLog, Pen | None]:
    """Open the log, or this node's copy of the one that nodes share."""
    if database is None:
        return open_log(directory, now()), None
    try:
        from coordinator.pen.joining import joined  # noqa: PLC0415 - who has no database need not have its client
    except ImportError as error:
        raise BadInput(
            "postgres is set, and PostgreSQL's client is not installed; pip install 'tallystick[cluster]' brings it."
        ) from error
    return joined(directory, database)


def _take(pen: Pen) -> None:
    if pen.database.nodes:  # whoever has it may keep it
        pen.attempt()
        return
    from coordinator.pen.joining import wait_for_pen  # noqa: PLC0415 - as above

    if not wait_for_pen(pen):
        _log.warning("started_without_the_pen", reason=pen.reason)


async def _put_together(
    log: SqliteEventLog,
    pen: Pen | None,
    names: SharedNames | None,
    committer: Committer,
    known: Sequence[Projection],
    notary: Notary,
    sealing: SealingKeys,
    stack: AsyncExitStack,
) -> Node:
    """Begin to write and to read, with a log and projections that are open."""
    withheld = Withheld(name for name, file in committer.files.items() if isinstance(file, StandIn))
    on_commit: list[OnCommit] = []
    readers, log_readers, past = await _reading(log, committer, withheld, stack)
    preparation = Preparation()
    stack.callback(preparation.close)
    writer = Writer(committer, partial(_tell, on_commit))
    writer.start()
    stack.push_async_callback(writer.stop)
    background = BackgroundJobs()
    stack.push_async_callback(background.close)
    position = log.head().position
    (newest,) = log.read(position - 1, 1)
    return Node(
        directory=log.path.parent,
        log=log,
        pen=pen,
        names=names,
        contexts=committer.contexts,
        projections={projection.name: projection for projection in known},
        registry=committer.registry,
        notary=notary,
        writer=writer,
        readers=readers,
        log_readers=log_readers,
        growth=Growth(position),
        pulse=Pulse(position, PULSE_SECONDS),
        page_pulse=Pulse(position, PAGE_PULSE_SECONDS),
        tails=Tails(position, TAIL_SECONDS),
        openings=Openings(committer.contexts.values()),
        preparation=preparation,
        background=background,
        sealing=sealing,
        introductions=Introductions(sealing, readers["clients"]),
        timekeeper=Timekeeper(newest.recorded_at),
        on_commit=on_commit,
        past=past,
        withheld=withheld,
        standing=standing_of(pen, log),
    )


async def _reading(
    log: SqliteEventLog, committer: Committer, withheld: Withheld, stack: AsyncExitStack
) -> tuple[dict[str, Readers], Readers, Past]:
    """Open what reads the projections, the log, and the past of both."""
    directory = log.path.parent
    readers = {
        name: Readers(path_of(directory, name), refusal=partial(withheld.refusal, name)) for name in committer.files
    }
    log_readers = Readers(log.path)
    await open_pools((*readers.values(), log_readers), stack)
    past = Past(directory, readers, log_readers)
    stack.push_async_callback(past.close)
    return readers, log_readers, past


def _watchers(node: Node) -> Iterator[OnCommit]:
    """Return who is told of every commit."""
    yield lambda events: node.growth.reached(events[-1].position)
    yield node.pulse.committed
    yield node.page_pulse.committed
    yield node.tails.follow
    yield node.openings.follow
    yield node.timekeeper.follow


async def _close(notary: Notary) -> None:
    await asyncio.to_thread(notary.close, now())


def _tell(listeners: list[OnCommit], events: list[Event]) -> None:
    for listener in listeners:
        try:
            listener(events)
        except Exception:  # one that stumbles must not keep the others from being told
            _log.exception("listener_failed", position=events[-1].position)
