"""Alarms stand in the log while there is reason for them, as long as somebody wants to be told of them there."""

import asyncio
import shutil
import uuid
from types import SimpleNamespace

import pytest

from coordinator.observing.conditions import Watchman
from coordinator.opening import opened
from coordinator.reactors.alarms import reconcile
from coordinator.time.wallclock import now
from coordinator.unavailable import Unavailable
from core.deciding import Order
from core.notifications.commands import EndSubscription, Subscribe
from projections.notifications.state import alarms

FULL, EMPTY = (SimpleNamespace(total=100 * 10**9, free=free) for free in (10**9, 90 * 10**9))


async def perform(node, command):
    order = Order(command=command, now=now(), correlation=str(uuid.uuid4()), actor="test")
    return (await node.perform(order)).answer


async def subscribe(node, *types, project=""):
    await perform(node, Subscribe(seal="s", sealed="x", types=types, project=project))


async def standing(node):
    known = await node.readers["notifications"].query(alarms)
    return [(one.alarm, one.subject) for one in known if one.cleared_at is None]


@pytest.fixture
def disk(monkeypatch):
    """A disk that fills and empties as a test wants."""
    disk = SimpleNamespace(usage=EMPTY)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: disk.usage)
    return disk


@pytest.fixture
def tell(tmp_path):
    """Tell a story of a node and its watchman."""

    def tell(story):
        async def told():
            async with opened(tmp_path) as node:
                await story(node, Watchman(node, dict))

        asyncio.run(told())

    return tell


def test_an_alarm_is_raised_once_and_cleared_once(tell, disk):
    async def story(node, watchman):
        await subscribe(node, "notifications.alarm_raised")
        for disk.usage, expected in ((EMPTY, []), (FULL, [("disk_filling", "data")]), (EMPTY, [])):
            await reconcile(node, watchman)
            end = node.end
            assert await standing(node) == expected
            await reconcile(node, watchman)
            assert node.end == end

    tell(story)


def test_nothing_is_raised_in_the_log_for_those_who_are_not_told_of_it(tell, disk):
    disk.usage = FULL

    async def story(node, watchman):
        await subscribe(node, "simulations")
        await subscribe(node, project="Cunningham")
        await subscribe(node)
        await perform(node, EndSubscription(subscription=3))
        await reconcile(node, watchman)
        assert await standing(node) == []
        await subscribe(node)
        await reconcile(node, watchman)
        assert await standing(node) == [("disk_filling", "data")]

    tell(story)


def test_what_can_not_be_recorded_is_raised_when_it_can(tell, disk):
    disk.usage = FULL

    async def story(node, watchman):
        await subscribe(node)
        node.writer.refusing = "The disk is full."
        with pytest.raises(Unavailable, match="The disk is full"):
            await reconcile(node, watchman)
        node.writer.refusing = None
        await reconcile(node, watchman)
        assert await standing(node) == [("disk_filling", "data")]

    tell(story)


def test_while_it_can_not_be_read_who_wants_to_be_told_nothing_is_raised(tell, disk):
    disk.usage = FULL

    async def story(node, watchman):
        await subscribe(node)
        node.withheld.withhold("notifications")
        await reconcile(node, watchman)
        node.withheld.release("notifications", now())
        assert await standing(node) == []

    tell(story)
