"""Has a child process deliver to those who have subscribed, and records what it finds out.

The state says who is to be told of what, and how far each has been told; the child is given exactly that, anew whenever it
changes or the child has died. Before what it has delivered is recorded it may die, and delivers that again, in order; a
rebuild comes to the same record, and delivers nothing.
"""

import asyncio
import sys
import uuid
from collections.abc import Sequence
from contextlib import suppress

import msgspec
import structlog

from coordinator.failures import logged
from coordinator.log.queries import opening
from coordinator.node import Node
from coordinator.operations.subscribing import Receiver, guard_of, receiver_of
from coordinator.processes.child import APART
from coordinator.setup.settings import Settings
from coordinator.time.repeating import every
from coordinator.time.wallclock import now
from coordinator.unavailable import Unavailable
from coordinator.webhooks.errands import Delivered, Destination, Errand, Failing, Gone
from core.deciding import Command, Order
from core.events.envelope import Event
from core.notifications.commands import EndSubscription, NoteDelivered, NoteFailing
from core.notifications.events import DeliveryGivenUp, SecretRenewed, SentAgain, Subscribed, SubscriptionEnded
from core.notifications.state import Subscription
from core.refusals import Refusal
from projections.notifications.state import replaced_seals, subscriptions
from projections.runtime.scrubbing import StillRead

CONTEXT = "notifications"
_MODULE = "coordinator.webhooks.child"
_EVERY_SECONDS = 2.0
_LONGEST_SECONDS = 60.0
_AGAIN_SECONDS = 1.0
_FAREWELL_SECONDS = 5.0
_CHANGING = (Subscribed, SecretRenewed, SubscriptionEnded, SentAgain, DeliveryGivenUp)

_log = structlog.get_logger(__name__)
_found = msgspec.json.Decoder(Delivered | Failing | Gone).decode


async def run(node: Node, settings: Settings) -> None:
    """Reconcile at once, when subscriptions change, and every few seconds, until cancelled."""
    happened = asyncio.Event()

    def wake(events: Sequence[Event]) -> None:
        if any(isinstance(event.fact, _CHANGING) for event in events):
            happened.set()

    node.on_commit.append(wake)
    deliveries = Deliveries(node, settings)
    try:
        await every(_EVERY_SECONDS, "not_delivered", deliveries.reconcile, longest=_LONGEST_SECONDS, happened=happened)
    finally:
        await deliveries.close()


class Deliveries:
    """The child, as long as there is somebody to deliver to.

    Args:
        node: whose events are delivered.
        settings: say where to.
    """

    def __init__(self, node: Node, settings: Settings) -> None:
        self._node = node
        self._settings = settings
        self._child: asyncio.subprocess.Process | None = None
        self._recording: asyncio.Task[None] | None = None
        self._given: frozenset[tuple[int, int, str]] = frozenset()

    async def reconcile(self) -> None:
        """Have the child deliver to the subscriptions that there are, and to no others.

        Raises:
            Unavailable: nothing can be read or written.
            OSError: no child can be had.
        """
        if CONTEXT in self._node.withheld:
            known, replaced = [], []
        else:
            known = await self._node.readers[CONTEXT].query(subscriptions)
            replaced = await self._node.readers[CONTEXT].query(replaced_seals)
        await self._destroy_seals([*replaced, *(one.seal for one in known if one.ended_at is not None)])
        wanted = [one for one in known if one.ended_at is None and one.given_up_at is None]
        if self._recording is not None and self._recording.done():
            _log.warning("deliveries_ended")
            await self.close()
        if not wanted and self._child is None:
            return
        if self._child is None:
            await self._begin()
        if frozenset((one.id, one.again, one.seal) for one in wanted) != self._given:
            await self._give(wanted)

    async def _begin(self) -> None:
        log, _ = await self._node.log_readers.query(opening)
        errand = Errand(str(self._node.directory.absolute()), log, guard_of(self._settings))
        pipe = asyncio.subprocess.PIPE
        self._child = await asyncio.create_subprocess_exec(
            sys.executable,
            *APART,
            _MODULE,
            msgspec.json.encode(errand),
            stdin=pipe,
            stdout=pipe,
            start_new_session=True,
        )
        self._given = frozenset()
        self._recording = asyncio.create_task(self._record(self._child))

    async def _give(self, wanted: Sequence[Subscription]) -> None:
        assert self._child is not None
        assert self._child.stdin is not None
        destinations, given = [], set()
        for one in wanted:
            receiver = receiver_of(self._node, one)
            if receiver is None:
                await self._perform(EndSubscription(subscription=one.id, reason="unreadable"))
                continue
            destinations.append(_destination(one, receiver))
            given.add((one.id, one.again, one.seal))
        self._child.stdin.write(msgspec.json.encode(destinations) + b"\n")
        with suppress(ConnectionError):  # it has died; the next round has another one
            await self._child.stdin.drain()
        self._given = frozenset(given)

    async def _record(self, child: asyncio.subprocess.Process) -> None:
        """Record what the child finds out, each before the next; what it has not said yet waits in the pipe."""
        assert child.stdout is not None
        while line := await child.stdout.readline():
            command = _command(_found(line))
            while True:
                try:
                    await self._perform(command)
                    break
                except Unavailable:
                    await asyncio.sleep(_AGAIN_SECONDS)

    async def _perform(self, command: Command) -> None:
        try:
            await self._node.perform(
                Order(command=command, now=now(), correlation=str(uuid.uuid4()), actor="webhooks", route=CONTEXT)
            )
        except Refusal as refusal:  # somebody ended the subscription meanwhile
            _log.info("delivery_not_recorded", reason=str(refusal))

    async def _destroy_seals(self, seals: Sequence[str]) -> None:
        """Have addresses and secrets of subscriptions that have ended, or were given others, be readable for nobody."""
        if seals and (kept := self._node.sealing.kept(seals)):
            with suppress(StillRead):  # a backup is being taken
                await asyncio.to_thread(self._node.sealing.destroy, kept)

    async def close(self) -> None:
        """Have the child come to its end, and record what it says last."""
        child, recording = self._child, self._recording
        self._child = self._recording = None
        if child is None or recording is None:
            return
        assert child.stdin is not None
        child.stdin.close()
        await asyncio.wait({recording}, timeout=_FAREWELL_SECONDS)
        if recording.done() and (fault := recording.exception()) is not None:
            _log.error("deliveries_not_recorded", **logged(fault))
        recording.cancel()
        try:
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await child.wait()
        except TimeoutError:
            child.kill()
            await child.wait()


def _destination(subscription: Subscription, receiver: Receiver) -> Destination:
    return Destination(
        subscription=subscription.id,
        again=subscription.again,
        url=receiver.url,
        secret=receiver.secret,
        former=receiver.former,
        former_until=receiver.former_until,
        types=subscription.types,
        project=subscription.project,
        upto=subscription.upto,
        failing_since=subscription.failing_since,
    )


def _command(found: Delivered | Failing | Gone) -> Command:
    match found:
        case Delivered():
            return NoteDelivered(found.subscription, found.again, found.upto, found.deliveries)
        case Failing():
            return NoteFailing(found.subscription, found.again, found.position, found.reason, found.given_up)
        case Gone():
            return EndSubscription(subscription=found.subscription, reason="gone")
