"""The child that delivers has exactly the subscriptions that are to be delivered to, and another takes its place when it ends."""

import asyncio
import uuid
from contextlib import asynccontextmanager

import pytest

from coordinator.opening import opened
from coordinator.operations.subscribing import subscription_command
from coordinator.reactors.delivering import Deliveries
from coordinator.setup.settings import Settings
from coordinator.time.wallclock import now
from core.deciding import Order
from core.notifications.commands import EndSubscription, NoteFailing
from core.simulations.commands import CreateSimulation
from projections.notifications.state import subscriptions
from tests.real.receivers import SPACE, Receiver
from tests.waiting import PATIENCE_SECONDS, PAUSE_SECONDS


@pytest.fixture
def receiver():
    receiver = Receiver().start()
    yield receiver
    receiver.stop()


class Told:
    """A node, what delivers for it, and a receiver that has subscribed to simulations."""

    def __init__(self, node, settings, receiver):
        self.node, self._settings, self.receiver = node, settings, receiver
        self.deliveries = Deliveries(node, settings)

    async def perform(self, command):
        order = Order(command=command, now=now(), correlation=str(uuid.uuid4()), actor="test")
        return (await self.node.perform(order)).position

    async def subscribe(self):
        await self.perform(
            await subscription_command(
                self.node, self._settings, self.receiver.url, ["simulations"], "", "whsec_c2VjcmV0"
            )
        )

    async def happen(self, name):
        """Have something happen that the receiver wants to be told of; return its position."""
        return await self.perform(CreateSimulation(name=name, machine=None))

    async def deliver(self, position):
        """Go on delivering until the receiver has taken the event at a position."""
        await self.deliveries.reconcile()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while position not in self.receiver.positions:  # noqa: ASYNC110 - a receiver tells nobody
                await asyncio.sleep(PAUSE_SECONDS)

    async def known(self):
        (one,) = await self.node.readers["notifications"].query(subscriptions)
        return one


@pytest.fixture
def tell(tmp_path, receiver):
    """Tell a story of somebody who has subscribed."""

    @asynccontextmanager
    async def telling():
        settings = Settings(data_dir=tmp_path, webhook_networks=(SPACE,))
        async with opened(tmp_path) as node:
            told = Told(node, settings, receiver)
            await told.subscribe()
            try:
                yield told
            finally:
                await told.deliveries.close()

    def tell(story):
        async def begin():
            async with telling() as told:
                await story(told)

        asyncio.run(begin())

    return tell


def test_a_child_that_was_killed_is_followed_by_another(tell):
    async def story(told):
        await told.deliver(await told.happen("one"))
        killed = told.deliveries._child
        killed.kill()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.wait([told.deliveries._recording])
        await told.deliver(await told.happen("two"))
        assert told.deliveries._child is not killed

    tell(story)


def test_what_was_delivered_is_recorded_when_the_child_ends(tell):
    async def story(told):
        answered = await told.happen("one")
        await told.deliver(await told.happen("two"))  # which is sent when the answer about the other was heard
        await told.deliveries.close()
        assert (await told.known()).upto >= answered

    tell(story)


def test_one_that_was_given_up_is_told_nothing(tell):
    async def story(told):
        await told.happen("one")
        one = await told.known()
        await told.perform(NoteFailing(one.id, one.again, told.node.end, "503", given_up=True))
        await told.deliveries.reconcile()
        assert told.deliveries._child is None, "there is nobody to deliver to"

    tell(story)


def test_one_whose_address_nobody_can_read_any_more_ends_and_says_why(tell):
    async def story(told):
        told.node.sealing.destroy([(await told.known()).seal])
        await told.deliveries.reconcile()
        one = await told.known()
        assert one.ended_at is not None
        assert one.ending == "unreadable"

    tell(story)


def test_the_key_of_one_that_has_ended_is_destroyed(tell):
    async def story(told):
        seal = (await told.known()).seal
        await told.deliveries.reconcile()
        assert told.node.sealing.kept([seal]) == [seal]
        await told.perform(EndSubscription(subscription=1))
        await told.deliveries.reconcile()
        assert told.node.sealing.kept([seal]) == []

    tell(story)
