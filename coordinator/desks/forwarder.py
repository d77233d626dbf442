"""The forwarder: a desk's writer, which has the office perform what it is given.

An office that dies leaves orders unanswered of which nobody knows what became. The next one finds the log as the dead one
left it, so then it can be told: an order with a key, or with content by which a resend is recognised, is sent again and
gets the answer that is remembered; of another the log shows, by its correlation, whether it was recorded.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, TypeAlias

import msgspec
import structlog

from coordinator.desks.carrying import heard, sent
from coordinator.desks.links import Link
from coordinator.desks.messages import Counted, Grown, Hello, Message, Orders, Refused, Results, Seen, Standing
from coordinator.failures import logged
from coordinator.unavailable import Unavailable
from coordinator.writer.outcome import Result
from coordinator.writer.writer import MAX_BATCH, MAX_WAITING
from core.deciding import AnswerT, Order

PATIENCE_SECONDS = 10.0
"""So long an order waits for an office that is away; one that was killed is back within two or three."""
SILENCE_SECONDS = 5.0
"""An office of which nothing was heard for so long is away, though its connections stay, as those of a paused one do."""
_AGAIN_SECONDS = 0.05
_LOOK_SECONDS = 0.5
_AWAY = "A part of the coordinator does not answer; nothing can be recorded until it does."
_NOT_SENT = "A part of the coordinator is away, and did not come back in time; nothing was recorded, try again later."
_IN_DOUBT = (
    "A part of the coordinator was lost before it had answered, and did not come back in time: this may have been recorded or"
    " not. Send it again, with the same key if it had one."
)

_log = structlog.get_logger(__name__)

Connect = Callable[[Callable[[], Link]], Awaitable[object]]
"""Connects to the office, with the link that it is given."""
Recorded = Callable[[int, Collection[str]], Awaitable[dict[str, int]]]
"""(position, correlations) → of those recorded behind the position, the position of an event that bears it."""


News: TypeAlias = Hello | Grown | Standing | Seen
"""What an office says besides results; with its `Hello` it begins, perhaps after another one."""


class OfficeRefuses(Exception):  # noqa: N818 - says what happened
    """The office wants nothing to do with this desk; says why."""


class _Submission(msgspec.Struct, eq=False):
    """Orders that wait for what becomes of them.

    Attributes:
        number: of the submission.
        orders: that it is made of.
        done: what its sender waits for.
        since: when it came, or the office it was sent to was lost; by the loop's clock.
        behind: the position of the log before it was sent.
        sent: whether some office may have got it.
        left: the orders that are not answered yet, by their places.
        results: of the others.
    """

    number: int
    orders: Sequence[Order]
    done: asyncio.Future[list[Any]]
    since: float
    behind: int
    sent: bool
    left: list[int]
    results: dict[int, Any]


class Forwarder:
    """Takes orders as the `Writer` does, and sends them to the office; lives in the event loop.

    Args:
        hello: what the desk says first.
        connect: connects to the office.
        recorded: looks correlations up in the log.

    Attributes:
        applied: up to where the projections show the log, as far as the office has told.
    """

    def __init__(self, hello: Hello, connect: Connect, recorded: Recorded) -> None:
        self._hello = hello
        self._connect = connect
        self._recorded = recorded
        self._untold: list[News] = []
        self._tell: Callable[[News], None] = self._untold.append
        self._loop = asyncio.get_running_loop()
        self._link: Link | None = None
        self._welcome: asyncio.Future[Hello] = self._loop.create_future()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._pending: dict[int, _Submission] = {}
        self._fresh: list[_Submission] = []
        self._clearing: asyncio.Future[None] | None = None
        self._number = 0
        self._waiting = 0
        self._closing = False
        self._unavailable: str | None = None
        self._heard = self._loop.time()
        self.applied = 0

    @property
    def unavailable(self) -> str | None:
        """Why nothing can be written just now, None when all can be: the office says so, or has been away for too long."""
        away = self._link is None and self._loop.time() - self._heard > PATIENCE_SECONDS
        return _AWAY if away else self._unavailable

    @property
    def waiting(self) -> int:
        """How many orders are not answered yet."""
        return self._waiting

    @property
    def connected(self) -> bool:
        """Whether an office is there."""
        return self._link is not None

    async def submit_all(self, orders: Sequence[Order[AnswerT]]) -> list[Result[AnswerT]]:
        """Have the office perform up to 500 orders, finding out whatever they need; return what became of each.

        Whatever was accepted is on disk when this returns.

        Raises:
            Unavailable: too many wait already, the office does not come back, or the desk is stopping.
            Refusal: the sender sends too many.
        """
        if not orders:
            return []
        if self._closing:
            raise Unavailable("The coordinator is stopping; nothing was recorded.")
        if self._waiting + len(orders) > MAX_WAITING:
            raise Unavailable(f"{self._waiting} requests are waiting to be written already; nothing was recorded.")
        self._number += 1
        submission = _Submission(
            self._number,
            orders,
            self._loop.create_future(),
            self._loop.time(),
            self.applied,
            sent=False,
            left=list(range(len(orders))),
            results={},
        )
        self._waiting += len(orders)
        self._pending[submission.number] = submission
        if not self._fresh:
            self._loop.call_soon(self._send_fresh)
        self._fresh.append(submission)
        # Who goes away cancels only what would have told them: what was sent is performed.
        return await submission.done

    def _send_fresh(self) -> None:
        """Send what has come in this turn of the loop, in as few frames as it fits in."""
        fresh, self._fresh = self._fresh, []
        if self._link is not None:
            self._send(fresh)

    def _send(self, submissions: Collection[_Submission]) -> None:
        link = self._link
        assert link is not None, "somebody is there"
        together: list[tuple[int, list[Any]]] = []
        size = 0
        for one in submissions:
            if together and size + len(one.left) > MAX_BATCH:
                link.send(Orders(together), together[0][0])
                together, size = [], 0
            one.sent = True
            together.append((one.number, [sent(one.orders[place]) for place in one.left]))
            size += len(one.left)
        if together:
            link.send(Orders(together), together[0][0])

    async def welcome(self) -> Hello:
        """Wait until an office answers for the first time; return what it said.

        Raises:
            OfficeRefuses: it will not have this desk.
        """
        return await self._welcome

    def attend(self, tell: Callable[[News], None]) -> None:
        """Tell somebody what the office says besides results, and has said until now."""
        for news in self._untold:
            tell(news)
        self._tell = tell

    async def run(self) -> None:
        """Keep up the connection to the office until cancelled, or refused by the first one."""
        looking = asyncio.create_task(self._look())
        try:
            while True:
                try:
                    await self._attend_to_office()
                except OSError:
                    await asyncio.sleep(_AGAIN_SECONDS)
                except OfficeRefuses as refusal:
                    if not self._welcome.done():
                        self._welcome.set_exception(refusal)
                        return
                    _log.error("office_refuses", reason=str(refusal))
                    await asyncio.sleep(_LOOK_SECONDS)
        finally:
            looking.cancel()

    async def _attend_to_office(self) -> None:
        """Connect, and return when the connection has ended."""
        self._ended = self._loop.create_future()
        link = Link(self._take, self._lost)
        await self._connect(lambda: link)
        link.send(self._hello)
        try:
            await self._ended
        finally:
            link.close()
        await asyncio.sleep(_AGAIN_SECONDS)

    def _take(self, link: Link, message: Message) -> None:
        self._heard = self._loop.time()
        if isinstance(message, Results):
            for number, results, refused in message.submissions:
                self._settle(number, [heard(result) for result in results], refused and heard(refused))
        elif isinstance(message, Refused):
            self._ended.set_exception(OfficeRefuses(message.sentence))
        elif isinstance(message, Hello):
            self._begin(link, message)
            self._tell(message)
        elif isinstance(message, News):
            self._note_position(message)
            self._tell(message)

    def _note_position(self, news: News) -> None:
        if isinstance(news, Grown):
            self.applied = max(self.applied, news.applied)
        elif isinstance(news, Standing):
            self._unavailable = news.unavailable

    def _settle(self, number: int, results: Sequence[Any], refused: Any) -> None:
        submission = self._pending.get(number)
        if submission is None:  # it was given up
            return
        if refused is not None and not submission.results:
            self._end(submission, refused)
            return
        submission.results |= zip(submission.left, results or [refused] * len(submission.left), strict=True)
        self._end(submission, None)

    def _end(self, submission: _Submission, error: Exception | None) -> None:
        del self._pending[submission.number]
        self._waiting -= len(submission.orders)
        if submission.done.done():
            return
        if error is not None:
            submission.done.set_exception(error)
        else:
            submission.done.set_result([submission.results[place] for place in range(len(submission.orders))])

    def _begin(self, link: Link, hello: Hello) -> None:
        """Send an office what waits: at once what was never sent, and the rest when it is known what became of it."""
        self._link = link
        self.applied = max(self.applied, hello.position)
        if not self._welcome.done():
            self._welcome.set_result(hello)
        waiting = list(self._pending.values())
        self._fresh = []
        self._send([one for one in waiting if not one.sent])
        if doubtful := [one for one in waiting if one.sent and one.left]:
            self._clearing = asyncio.ensure_future(self._clear_up(link, doubtful))

    async def _clear_up(self, link: Link, doubtful: Sequence[_Submission]) -> None:
        """Find out what became of orders that were sent to an office before this one."""
        unrepeatable = {
            order.correlation: one.behind
            for one in doubtful
            for order in one.orders
            if not order.key and not order.command.repeatable
        }
        try:
            found = await self._recorded(min(unrepeatable.values()), unrepeatable) if unrepeatable else {}
        except Exception as error:  # whatever hinders the log from being read, who waits has to be told
            _log.error("orders_not_cleared_up", **logged(error))
            for one in doubtful:
                if one.number in self._pending:
                    self._end(one, Unavailable(_IN_DOUBT))
            return
        if self._link is not link:  # there is yet another office
            return
        for one in doubtful:
            if one.number not in self._pending:
                continue
            for place in list(one.left):
                order = one.orders[place]
                position = found.get(order.correlation)
                if position is not None and not order.key and not order.command.repeatable:
                    one.left.remove(place)
                    one.results[place] = Unavailable(
                        f"This was recorded, as event {position} shows, but what became of it was lost when a part of"
                        " the coordinator ended; look at what is there before sending it again."
                    )
            if not one.left:
                self._end(one, None)
        self._send([one for one in doubtful if one.number in self._pending])

    def _lost(self, link: Link) -> None:
        if self._link is link:
            self._link = None
            if not self._closing:
                _log.warning("office_lost", waiting=self._waiting)
            for one in self._pending.values():
                one.since = max(one.since, self._heard)
        if not self._ended.done():
            self._ended.set_result(None)

    async def _look(self) -> None:
        """Give up an office that is silent, and orders for which none was there for too long."""
        seen, looks = self._heard, 0
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            # Looks are counted: by the clock, a desk that was paused itself would have heard nothing for as long.
            seen, looks = self._heard, looks + 1 if seen == self._heard else 0
            if self._link is not None:
                if looks * _LOOK_SECONDS >= SILENCE_SECONDS:
                    _log.warning("office_silent", seconds=round(self._loop.time() - self._heard, 1))
                    self._link.abort()
                continue
            oldest = self._loop.time() - PATIENCE_SECONDS
            for one in [one for one in self._pending.values() if one.since < oldest]:
                self._end(one, Unavailable(_IN_DOUBT if one.sent else _NOT_SENT))

    def note(self, message: Seen | Counted) -> None:
        """Tell the office what was seen or counted here; while none is there, nobody."""
        if self._link is not None:
            self._link.send(message)

    async def stop(self) -> None:
        """Take nothing more, and wait for what is under way."""
        self._closing = True
        while self._pending:
            await asyncio.wait([one.done for one in self._pending.values()])
