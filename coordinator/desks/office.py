"""The office: takes the orders of desks, and tells them what happens."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from socket import socket
from typing import Any

import msgspec
import structlog

from coordinator.desks.carrying import received, told, turned_down
from coordinator.desks.links import Link
from coordinator.desks.messages import Beat, Counted, Grown, Hello, Message, Orders, Refused, Results, Seen, Standing
from coordinator.desks.presence import SharedPresence
from coordinator.failures import logged
from coordinator.live.pulse import bytes_of
from coordinator.node import Node
from coordinator.time.repeating import every
from coordinator.unavailable import Unavailable
from coordinator.writer.outcome import Overtaking, Result
from core.clients.naming import Unsealed
from core.deciding import Order, Unprepared
from core.events.envelope import Event
from core.refusals import Refusal

_STANDING_SECONDS = 0.1
_BEAT_SECONDS = 1.0

Admit = Callable[[str | None, str | None, int], None]
"""(actor, client's name, microseconds UTC): counts a request, and raises a `Refusal` for who sends too many."""

_log = structlog.get_logger(__name__)


class _Submission(msgspec.Struct, eq=False, gc=False):
    """Orders that came together: their number at the desk, and where they stand in the batch they are performed in."""

    number: int
    orders: list[Order]
    start: int = 0


class AtDesk(msgspec.Struct, eq=False):
    """A desk that has said hello.

    Attributes:
        name: of the desk.
        link: to it.
        counted: what it has said of itself last; None before.
        answered: results that leave together at the end of the turn.
        ended: whether everything that came by the link was taken, and nothing more comes.
    """

    name: str
    link: Link
    counted: Counted | None = None
    answered: list[tuple[int, Sequence[Result], Exception | None]] = []
    ended: asyncio.Event = msgspec.field(default_factory=asyncio.Event)


class Office:
    """Performs the orders of desks, and tells each of them what happens; lives in the event loop.

    Args:
        node: that performs.
        presence: the node's.
        version: of the program; a desk of another one is refused.
        admit: counts requests.
        count: is told what desks have counted.
    """

    def __init__(
        self, node: Node, presence: SharedPresence, version: str, admit: Admit, count: Callable[[Counted], None]
    ) -> None:
        self._node = node
        self._presence = presence
        self._admit = admit
        self._count = count
        first = node.log.read(0, 1)[0]
        self._version = version
        self._log = first.hash
        self._desks: dict[Link, AtDesk] = {}
        self._standing: Standing | None = None
        self._beat_at = 0.0
        self._tasks: dict[asyncio.Future[None], str | None] = {}
        """What is under way, and for the desk of which name; None for a greeting."""

    @property
    def desks(self) -> list[AtDesk]:
        """The desks that are connected, by name."""
        return sorted(self._desks.values(), key=lambda desk: desk.name)

    def under_way(self, name: str) -> list[asyncio.Future[None]]:
        """Return what desks of a name have sent and is being performed, also for one whose connection broke."""
        return [task for task, whose in self._tasks.items() if whose == name]

    def link(self) -> Link:
        """Return the office's side of a connection that somebody has made."""
        return Link(self._take, self._lost)

    def _take(self, link: Link, message: Message) -> None:
        desk = self._desks.get(link)
        if desk is None:
            if isinstance(message, Hello):
                self._spawn(self._greet(link, message))
            return
        if isinstance(message, Orders):
            self._spawn(self._perform(desk, message), desk.name)
        elif isinstance(message, Seen):
            for client in message.clients:
                self._presence.seen(*client)
        elif isinstance(message, Counted):
            desk.counted = message
            self._count(message)

    def _spawn(self, work: Coroutine[Any, Any, None], name: str | None = None) -> None:
        task = asyncio.ensure_future(work)
        self._tasks[task] = name
        task.add_done_callback(self._tasks.pop)

    async def _greet(self, link: Link, hello: Hello) -> None:
        if hello.version != self._version:
            link.send(Refused(f"{hello.name} is version {hello.version}, and its office {self._version}."))
            link.close()
            return
        await self._performed_before(hello.name)
        if link.ended:  # it did not wait for that
            return
        node = self._node
        link.send(Hello(self._version, "office", self._log, node.writer.applied, node.started_at))
        link.send(self._stands())
        link.send(self._presence.all_known())
        self._desks[link] = AtDesk(hello.name, link)
        _log.info("desk_connected", desk=hello.name)

    async def _performed_before(self, name: str) -> None:
        """Wait until what a desk sent by earlier connections is performed: it is going to ask the log what became of that.

        One that has given up an office which was paused has left behind what that reads when it goes on.
        """
        for earlier in [desk for desk in self._desks.values() if desk.name == name]:
            await earlier.ended.wait()
        while under_way := self.under_way(name):
            await asyncio.wait(under_way)

    def _lost(self, link: Link) -> None:
        desk = self._desks.pop(link, None)
        if desk is not None:
            desk.ended.set()
            _log.info("desk_lost", desk=desk.name)

    async def _perform(self, desk: AtDesk, message: Orders) -> None:
        """Perform what came in one frame, as one submission to the writer as far as it can be."""
        admitted: list[_Submission] = []
        together: list[Order] = []
        for number, orders in message.submissions:
            try:
                submission = _Submission(number, [received(order) for order in orders], len(together))
                first = submission.orders[0]
                self._admit(first.actor, first.client.name if first.client else None, first.now)
            except (Refusal, msgspec.DecodeError, KeyError) as error:
                self._answer(desk, number, (), error)
                continue
            if self._node.withheld:
                alone = self._node.perform_all(submission.orders)
                self._spawn(self._answer_with(desk, number, alone), desk.name)
                continue
            admitted.append(submission)
            together += submission.orders
        try:
            results = await self._node.writer.submit_all(together)
        except Exception as error:  # whatever it is, who waits at a desk has to be told
            for submission in admitted:
                self._answer(desk, submission.number, (), error)
            return
        for submission in admitted:
            own = results[submission.start : submission.start + len(submission.orders)]
            if any(isinstance(result, Unprepared | Overtaking | Unsealed) for result in own):
                # What has to be found out, or sealed, takes its time, and nobody else waits for that.
                settled = self._node.settle(submission.orders, own)
                self._spawn(self._answer_with(desk, submission.number, settled), desk.name)
            else:
                self._node.note_renewals(submission.orders, own)
                self._answer(desk, submission.number, own)

    async def _answer_with(self, desk: AtDesk, number: int, work: Coroutine[Any, Any, list[Result]]) -> None:
        try:
            self._answer(desk, number, await work)
        except Exception as error:  # as above
            self._answer(desk, number, (), error)

    def _answer(self, desk: AtDesk, number: int, results: Sequence[Result], refused: Exception | None = None) -> None:
        if refused is not None and not isinstance(refused, Refusal | Unavailable):
            _log.error("orders_failed", desk=desk.name, **logged(refused))
        if not desk.answered:
            asyncio.get_running_loop().call_soon(self._send_answers, desk)
        desk.answered.append((number, results, refused))

    def _send_answers(self, desk: AtDesk) -> None:
        answered, desk.answered = desk.answered, []
        desk.link.send(
            Results(
                [
                    (number, [told(result) for result in results], None if refused is None else turned_down(refused))
                    for number, results, refused in answered
                ]
            ),
            answered[0][0],
        )

    def follow(self, events: Sequence[Event]) -> None:
        """Tell the desks of a batch, at once: it is before any answer about it that they have to know."""
        if not self._desks:
            return
        types = sorted({event.stored.type for event in events})
        self._tell(Grown(events[-1].position, self._node.writer.applied, bytes_of(events), types))

    def _stands(self) -> Standing:
        node = self._node
        replaced = {name: readers.replaced for name, readers in node.readers.items()}
        return Standing(node.writer.unavailable, node.withheld.sentences, dict(node.hindrances), replaced)

    async def run(self) -> None:
        """Tell the desks that the office is at work, how it stands, and who was seen, until cancelled."""
        await every(_STANDING_SECONDS, "desks_not_told", self._tell_what_is_new)

    async def _tell_what_is_new(self) -> None:
        moment = asyncio.get_running_loop().time()
        if moment - self._beat_at > _BEAT_SECONDS:
            self._beat_at = moment
            self._tell(Beat())
        standing = self._stands()
        if standing != self._standing:
            self._standing = standing
            self._tell(standing)
        if (seen := self._presence.untold()) is not None:
            self._tell(seen)

    def _tell(self, message: Message) -> None:
        for link in self._desks:
            link.send(message)

    async def finish(self) -> None:
        """Wait until all that desks have sent is performed."""
        while self._tasks:
            await asyncio.wait(self._tasks)


@asynccontextmanager
async def receiving(office: Office, node: Node, listener: socket) -> AsyncIterator[None]:
    """Take connections of desks until leaving, and then finish what they have sent."""
    server = await asyncio.get_running_loop().create_unix_server(office.link, sock=listener)
    node.on_commit.append(office.follow)
    node.writer.applies_first = True  # desks read the files by themselves
    telling = asyncio.ensure_future(office.run())
    try:
        yield
    finally:
        server.close()
        telling.cancel()
        await office.finish()
        for desk in office.desks:
            desk.link.close()
