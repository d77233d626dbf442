"""Correcting what was recorded: reports that do not count any more, or count again, and what follows from that.

Everything goes on while a child process works out what follows. Then the writer is held for a moment: the child goes on to
the log's end, the correction is recorded, and the tables with it take the place of the live ones.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import msgspec
import structlog

from coordinator.correcting.child import STAGE, Task, WorkedOut, WorkingOut
from coordinator.explaining.withdrawable import named
from coordinator.node import Node
from coordinator.operations.performing import Ordered
from coordinator.operations.projections.rebuilding import WAITING, carried_through
from coordinator.processes.progress import Progress, Report, unreported
from coordinator.projecting.building import NotBuilt
from coordinator.projecting.opening import StandIn, corrected_path_of
from coordinator.time.wallclock import now
from coordinator.unavailable import Unavailable
from coordinator.writer.correcting import record_correction
from coordinator.writer.outcome import Outcome
from core.deciding import Order
from core.events.envelope import StoredEvent
from core.factoring.commands.corrections import Correct
from core.free_text import check_reason
from core.refusals import Conflict
from projections.runtime.checkpoint import stopped

CONTEXT = "factoring"
MAX_POSITIONS = 100_000
"""How many events one correction names, at most."""

_log = structlog.get_logger(__name__)


async def withdraw(
    node: Node,
    ordered: Ordered,
    positions: Sequence[int],
    reason: str,
    report: Report = unreported,
    *,
    reinstate: bool = False,
) -> Outcome:
    """Have attempts and factors, by the positions of their events, not count any more, or again; every table shows so then.

    Args:
        node: a running coordinator.
        ordered: makes an order on behalf of whoever asks.
        positions: of attempts and factors.
        reason: in words.
        report: told, in the event loop, how far it has come.
        reinstate: whether they are to count again.

    Raises:
        Refusal: one of them can't be withdrawn, or the request is turned down.
        Unavailable: what follows could not be worked out, or nothing can be written.
    """
    check_reason(reason)
    order = await ordered(Correct((), (), reason))

    def order_for(command: Correct) -> Order:
        return msgspec.structs.replace(order, command=command)

    try:
        events = await meant(node, positions, reinstate=reinstate)
    except Conflict as conflict:  # unless it was this very request that came before
        return await node.perform(order_for(Correct((), (), reason, refusal=conflict.sentence)))
    places = [event.position for event in events]
    withdrawn, reinstated = ((), places) if reinstate else (places, ())
    try:
        return await correct(node, order_for, reason, withdrawn, reinstated, report)
    except NotBuilt as failure:
        raise Unavailable(str(failure)) from failure


async def meant(node: Node, positions: Sequence[int], *, reinstate: bool = False) -> list[StoredEvent]:
    """Return the events of what is to be withdrawn, or to be taken back in.

    Raises:
        Refusal: one of them can't be.
    """
    standing = None if CONTEXT in node.withheld else await node.readers[CONTEXT].query(stopped)
    stopped_at = standing.position if standing else 0
    return await node.log_readers.query(named, positions, reinstate=reinstate, stopped_at=stopped_at)


async def correct(
    node: Node,
    order_of: Callable[[Correct], Order],
    reason: str,
    withdraw: Sequence[int] = (),
    reinstate: Sequence[int] = (),
    report: Report = unreported,
) -> Outcome:
    """Have reports and factors not count any more, or count again; every table shows so when this returns.

    One correction is worked out at a time. Cancelling it before it is recorded leaves everything as it was.

    Args:
        node: a running coordinator.
        order_of: makes an order of the command that is worked out.
        reason: in words.
        withdraw: positions of the events that record what is not to count any more.
        reinstate: of those that are to count again.
        report: told, in the event loop, how far it has come.

    Raises:
        Refusal: it was turned down.
        NotBuilt: the child process failed, for want of room perhaps.
        Unavailable: nothing can be written, or the coordinator is stopping.
    """
    async with _turn(node, report):
        task = _task(node, withdraw, reinstate)
        with WorkingOut(task) as working_out:
            ready = asyncio.Event()
            following = asyncio.create_task(_follow(working_out, report, ready))
            waiting = asyncio.create_task(ready.wait())
            try:
                await asyncio.wait([following, waiting], return_when=asyncio.FIRST_COMPLETED)
                if following.done():
                    await following
                return await carried_through(_recorded(node, working_out, following, order_of, reason))
            finally:
                waiting.cancel()
                await asyncio.to_thread(working_out.stop)
                await asyncio.wait([following])


@asynccontextmanager
async def _turn(node: Node, report: Report) -> AsyncIterator[None]:
    """Wait for the corrections before this one, and say so while there are some."""
    if node.correcting.locked():
        report(Progress(WAITING, 0, 0))
    async with node.correcting:
        report(Progress(STAGE, 0, 0))
        yield


async def foresee(
    node: Node, withdraw: Sequence[int] = (), reinstate: Sequence[int] = (), report: Report = unreported
) -> WorkedOut:
    """Work out what would follow from a correction; nothing is recorded.

    Raises:
        NotBuilt: the child process failed.
    """
    async with _turn(node, report):
        with WorkingOut(_task(node, withdraw, reinstate, foresee=True)) as working_out:
            return await _follow(working_out, report, asyncio.Event())


def _task(node: Node, withdraw: Sequence[int], reinstate: Sequence[int], *, foresee: bool = False) -> Task:
    path = corrected_path_of(node.directory, CONTEXT)
    return Task(str(node.directory), str(path), tuple(withdraw), tuple(reinstate), foresee)


async def _follow(working_out: WorkingOut, report: Report, ready: asyncio.Event) -> WorkedOut:
    loop = asyncio.get_running_loop()

    def pass_on(progress: Progress) -> None:
        loop.call_soon_threadsafe(report, progress)

    def is_ready() -> None:
        loop.call_soon_threadsafe(ready.set)

    return await asyncio.to_thread(working_out.result, pass_on, is_ready)


async def _recorded(
    node: Node,
    working_out: WorkingOut,
    following: asyncio.Task[WorkedOut],
    order_of: Callable[[Correct], Order],
    reason: str,
) -> Outcome:
    """Hold the writer, have the child come to the log's end, and record what it has worked out."""
    projection = node.projections[CONTEXT]
    path, readers = corrected_path_of(node.directory, CONTEXT), node.readers[CONTEXT]
    async with node.writer.held() as committer:
        working_out.go_on_to(committer.log.head().position)
        order = order_of((await following).command(reason))
        async with readers.closed():
            try:
                outcome, events = await asyncio.to_thread(record_correction, committer, order, path, projection)
            finally:
                shown = not isinstance(committer.files[CONTEXT], StandIn)
                if not shown:
                    node.withheld.withhold(CONTEXT)
        node.writer.caught_up(events)
    if shown and CONTEXT in node.withheld:
        await readers.open()
        node.withheld.release(CONTEXT, now())
    _log.info("corrected", position=outcome.position, reason=reason)
    return outcome
