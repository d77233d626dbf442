"""A desk's node: what the office's projections show, read from the same files, with a forwarder in the writer's place."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, cast

import structlog

from coordinator.clients.introductions import Introductions
from coordinator.desks.forwarder import Connect, Forwarder, News, OfficeRefuses
from coordinator.desks.messages import Grown, Hello, Seen, Standing
from coordinator.desks.presence import SharedPresence
from coordinator.live.live import Live
from coordinator.log.sqlite import SqliteEventLog
from coordinator.node import Node
from coordinator.processes.background import BackgroundJobs
from coordinator.processes.children import ForkServer
from coordinator.projecting.opening import path_of
from coordinator.projecting.readers import Readers, open_pools
from coordinator.projecting.withheld import Withheld
from coordinator.time.timekeeping import Timekeeper
from coordinator.writer.preparing import Preparation
from core.access.decide import ACCESS
from core.clients.naming import check_name
from core.contexts import registry
from core.deciding import ClientClaim
from core.events.envelope import Event
from projections.contexts import BOUNDED, projections
from projections.runtime.projection import Projection

TELL_SECONDS = 0.1

_log = structlog.get_logger(__name__)


class OnlyAtTheOffice:
    """A stand-in for what only an office has; whoever asks a desk for it came in by an address that is not passed on.

    Args:
        what: it stands in for.
    """

    def __init__(self, what: str) -> None:
        self._what = what

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"A desk has no {self._what}, of which {name} was asked; its office has.")


class _Introductions(Introductions):
    """Makes claims that are not sealed; the office seals those of clients that are new."""

    def __init__(self) -> None:
        pass

    async def claim(self, name: str) -> ClientClaim:
        """Return the claim for a name.

        Raises:
            BadInput: the name is not acceptable.
        """
        return ClientClaim(check_name(name))


class DeskNode:
    """A desk that follows its office: it has the parts of its node know what the office tells."""

    def __init__(self, node: Node, log: SqliteEventLog, presence: SharedPresence) -> None:
        self.node = node
        self._log = log
        self._presence = presence
        self._position = node.live.growth.position
        self._types = frozenset(fact.type for fact in ACCESS.facts)
        self._replaced: dict[str, int] | None = None
        self._reopening: set[asyncio.Future[None]] = set()

    def tell(self, news: News) -> None:
        """Take what the office says."""
        if isinstance(news, Grown):
            self._follow(news.position, news.bytes, news.types)
        elif isinstance(news, Standing):
            self._stands(news)
        elif isinstance(news, Seen):
            self._presence.learn(news)
        elif news.position > self._position:  # what has happened while no office was there
            self._follow(news.position, 0, None)

    def _follow(self, position: int, size: int, types: Collection[str] | None) -> None:
        """Wake whoever waits; events are only read for those who need to see them."""
        node, after = self.node, self._position
        self._log.refresh()
        events: Sequence[Event] = ()
        if types is None or node.live.tails.watched or not self._types.isdisjoint(types):
            events = self._read(after, position)
        self._position = position  # what could not be read is told once more when the link is there again
        if events:
            types = {event.stored.type for event in events}
            node.live.tails.follow(events)
            for listener in node.on_commit:
                listener([*events])
        node.live.grown(position, size, types or ())

    def _read(self, after: int, upto: int) -> list[Event]:
        return [self.node.registry.event(row) for row in self._log.read(after, upto - after)]

    def _stands(self, standing: Standing) -> None:
        """Take how the office stands; files that were replaced are opened anew."""
        node, before = self.node, self._replaced
        node.withheld.copy(standing.withheld)
        node.hindrances.clear()
        node.hindrances.update(standing.hindrances)
        self._replaced = standing.replaced
        for name, times in standing.replaced.items():
            if before is not None and before.get(name) != times and name in node.readers:
                reopening = asyncio.ensure_future(node.readers[name].reopen())
                self._reopening.add(reopening)
                reopening.add_done_callback(self._reopening.discard)


async def recorded(log_readers: Readers, behind: int, correlations: Collection[str]) -> dict[str, int]:
    """Return which correlations the log bears behind a position, each with the position of an event that does."""

    def look(connection: sqlite3.Connection) -> dict[str, int]:
        rows = connection.execute("SELECT correlation, position FROM events WHERE position > ?", (behind,))
        return {correlation: position for correlation, position in rows if correlation in correlations}

    return await log_readers.query(look)


@asynccontextmanager
async def opened_desk(
    directory: Path, hello: Hello, connect: Connect, bounded: Sequence[Projection] = BOUNDED
) -> AsyncIterator[tuple[Node, Forwarder]]:
    """Open a desk's node, once an office answers, and close it in good order.

    Args:
        directory: the office's data directory.
        hello: what the desk says first.
        connect: connects to the office.
        bounded: the projections of the contexts that there are besides clients and keys.

    Raises:
        OfficeRefuses: the office will not have it, or has another log than lies there.
    """
    async with AsyncExitStack() as stack:
        log_readers = Readers(directory / "log.db")
        forwarder = Forwarder(hello, connect, partial(recorded, log_readers))
        running = asyncio.ensure_future(forwarder.run())
        stack.push_async_callback(_cancelled, running)
        welcome = await forwarder.welcome()
        log = SqliteEventLog(log_readers.path, read_only=True)
        stack.callback(log.close)
        if log.read(0, 1)[0].hash != welcome.log:
            raise OfficeRefuses(f"{log.path} is not the log of the office that answers.")
        node = await _put_together(log, log_readers, forwarder, welcome, bounded, stack)
        desk = DeskNode(node, log, node.presence)  # type: ignore[arg-type] # it was made so
        stack.callback(node.send_home)
        forwarder.attend(desk.tell)
        yield node, forwarder
        await forwarder.stop()


async def _cancelled(task: asyncio.Future[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


async def _put_together(
    log: SqliteEventLog,
    log_readers: Readers,
    forwarder: Forwarder,
    welcome: Hello,
    bounded: Sequence[Projection],
    stack: AsyncExitStack,
) -> Node:
    directory, known = log.path.parent, projections(_unseal_nothing, bounded)
    withheld = Withheld()
    readers = {
        one.name: Readers(path_of(directory, one.name), refusal=partial(withheld.refusal, one.name)) for one in known
    }
    await open_pools((*readers.values(), log_readers), stack)
    contexts = {one.name: one.context for one in known}
    position = log.head().position
    (newest,) = log.read(position - 1, 1)
    elsewhere = {what: cast("Any", OnlyAtTheOffice(what)) for what in ("notary", "sealing", "past")}
    fork_server = ForkServer("core.contexts")
    stack.callback(fork_server.end)
    preparation = Preparation(fork_server)
    stack.callback(preparation.close)
    return Node(
        directory=directory,
        log=log,
        pen=None,
        contexts=contexts,
        projections={one.name: one for one in known},
        registry=registry(contexts.values()),
        writer=cast("Any", forwarder),
        readers=readers,
        log_readers=log_readers,
        live=Live.after(position, contexts.values()),
        fork_server=fork_server,
        preparation=preparation,  # reads long outputs; findings are made at the office
        background=BackgroundJobs(),
        introductions=_Introductions(),
        timekeeper=Timekeeper(newest.recorded_at),
        presence=SharedPresence(),
        started_at=welcome.started_at,
        on_commit=[],
        withheld=withheld,
        **elsewhere,
    )


def _unseal_nothing(seal: str, sealed: str) -> str | None:
    raise NotImplementedError(
        f"Names are unsealed where projections are folded; {seal} is not, at a desk ({len(sealed)})."
    )
