"""Snapshots are made beside everything else, and what goes wrong with them disturbs nothing."""

import asyncio
from contextlib import suppress

import pytest

from coordinator.opening import opened
from coordinator.operations.upkeep import snapshotting
from coordinator.past import snapshots as room
from coordinator.past.snapshots import snapshots
from projections.access.state import keys
from tests.ledgers import data_directory


@pytest.fixture
def directory(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "LEAST_INTERVAL", 4)
    monkeypatch.setattr(snapshotting, "_EVERY_SECONDS", 0.01)
    return data_directory(tmp_path / "data", 9)


async def until(condition):
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - files tell nobody that they have changed
            await asyncio.sleep(0.01)


async def stopped(task):
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def test_a_running_coordinator_makes_what_is_lacking(directory):
    async def story():
        async with opened(directory) as node:
            task = asyncio.create_task(snapshotting.run(node))
            await until(lambda: [kept.position for kept in snapshots(directory)] == [4, 8])
            sight = await node.past.sight("9", node.time)
            assert len(await node.at(sight).readers["access"].query(keys)) == 8
            await stopped(task)

    asyncio.run(story())
    assert not (directory / "snapshots" / "making").exists()


def test_a_snapshot_that_can_not_be_made_is_tried_again_later(directory):
    (directory / "snapshots").write_bytes(b"something in the way")

    async def story():
        async with opened(directory) as node:
            task = asyncio.create_task(snapshotting.run(node))
            await asyncio.sleep(0)
            assert len(await node.readers["access"].query(keys)) == 9
            (directory / "snapshots").unlink()
            await until(lambda: len(snapshots(directory)) == 2)
            await stopped(task)

    asyncio.run(story())
