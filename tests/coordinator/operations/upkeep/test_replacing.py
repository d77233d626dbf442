"""Projections files that are damaged, or gone, while the coordinator runs: refused, set aside, and built anew by itself."""

import asyncio
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest

from coordinator.auditing.verify import verify
from coordinator.opening import opened
from coordinator.operations.projections.rebuilding import rebuild_of
from coordinator.operations.upkeep import replacing
from coordinator.operations.upkeep.replacing import Lookout
from coordinator.operations.verifying import begin_verification
from coordinator.projecting.damage import aside
from coordinator.projecting.opening import path_of
from coordinator.unavailable import Unavailable
from core.deciding import Order
from projections.access.state import keys
from tests.ledgers import START, create, data_directory, hide_from_index

KEYS = 6


@pytest.fixture
def directory(tmp_path):
    return data_directory(tmp_path / "data", KEYS)


def cut_short(path):
    with path.open("r+b") as file:
        file.truncate(5_000)


def overwritten(path):
    with path.open("r+b") as file:
        file.seek(0)
        file.write(bytes(range(256)) * (path.stat().st_size // 256))


def gone(path):
    path.unlink()


def a_directory_in_its_place(path):
    path.unlink()
    path.mkdir()


def another_in_its_place(path):
    copy = path.with_name("copy")
    shutil.copyfile(path, copy)
    copy.replace(path)


async def hand_out(node, label):
    order = Order(command=create(label), now=START, correlation=label, actor="operator", key=label)
    return (await node.perform(order)).answer.key


async def labels(node):
    return [key.label for key in await node.readers["access"].query(keys)]


def opened_often(path):
    """Return how many descriptors of this process are of a file."""
    opened = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # it was of the listing itself
            opened += descriptor.readlink() == path
    return opened


async def replaced(node, lookout):
    """Look, and wait until what was begun has ended."""
    await lookout.look()
    while begun := [job for job in node.background.known.values() if job.running]:
        await asyncio.wait([job._task for job in begun])


@pytest.mark.parametrize("spoil", [cut_short, overwritten, gone, a_directory_in_its_place, another_in_its_place])
def test_whatever_happens_to_a_file_it_is_set_aside_and_built_anew(directory, spoil):
    path = path_of(directory, "access")

    async def story():
        async with opened(directory) as node:
            lookout = Lookout(node)
            await lookout.look()
            assert not node.background.known
            before = opened_often(path)
            checkpointed = sqlite3.connect(path)
            checkpointed.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            checkpointed.close()
            spoil(path)
            with suppress(Unavailable):
                assert len(await labels(node)) == KEYS  # as long as the file that was there is open
            await replaced(node, lookout)
            assert not node.withheld, node.withheld.sentences
            assert len(await labels(node)) == KEYS
            assert await hand_out(node, "afterwards") == KEYS + 1
            assert len(await labels(node)) == KEYS + 1
            assert 0 < opened_often(path) <= before
            # There is nothing left to do.
            job = node.background.of(rebuild_of("access"))
            await replaced(node, lookout)
            assert node.background.of(rebuild_of("access")) is job

    asyncio.run(story())
    assert not [path for path in directory.rglob("*-wal") if "damaged" not in path.name]
    assert verify(directory).holds
    assert aside(path).exists() == (spoil is not gone)


def hide_an_answer(directory):
    hide_from_index(path_of(directory, "access"), "answers_by_digest", "position = 5")


def test_what_an_index_hides_is_found_at_the_start_after_a_kill(directory, tmp_path):
    """Nobody else would notice: whoever asks by the index is told that there is nothing."""
    killed = tmp_path / "killed"
    hide_an_answer(directory)

    async def story():
        async with opened(directory) as node:
            await hand_out(node, "before")
            assert len(await labels(node)) == KEYS + 1  # which waits until it is in the file
            shutil.copytree(directory, killed)
        assert not verify(killed).holds
        async with opened(killed) as node:
            await replaced(node, Lookout(node))
            assert len(await labels(node)) == KEYS + 1

    asyncio.run(story())
    assert verify(killed).holds
    assert aside(path_of(killed, "access")).exists()


def test_what_a_verification_finds_hidden_is_mended(directory):
    hide_an_answer(directory)

    async def story():
        async with opened(directory) as node:
            lookout = Lookout(node)
            await replaced(node, lookout)
            assert not aside(path_of(directory, "access")).exists()
            await asyncio.wait([begin_verification(node, log_only=False)._task])
            await replaced(node, lookout)
            assert len(await labels(node)) == KEYS

    asyncio.run(story())
    assert verify(directory).holds


def test_nothing_is_decided_for_whom_nobody_knows(directory):
    """On clients that are not there yet, everybody would be new."""

    async def story():
        async with opened(directory) as node:
            lookout = Lookout(node)
            await lookout.look()
            path_of(directory, "clients").unlink()
            await lookout.look()
            assert "clients" in node.withheld
            with pytest.raises(Unavailable, match="clients takes no writes"):
                await hand_out(node, "too early")
            await replaced(node, lookout)
            assert await hand_out(node, "late enough") == KEYS + 1

    asyncio.run(story())


def test_what_can_not_be_built_is_tried_again_and_holds_up_no_end(directory, monkeypatch):
    path = path_of(directory, "access")

    async def story():
        async with opened(directory) as node:
            lookout = Lookout(node)
            await lookout.look()
            shutil.rmtree(path.parent)
            path.parent.write_text("in the way")
            await replaced(node, lookout)
            with pytest.raises(Unavailable, match="that failed"):
                await labels(node)
            path.parent.unlink()
            monkeypatch.setattr(replacing, "_AGAIN_SECONDS", 0)
            await replaced(node, lookout)
            assert len(await labels(node)) == KEYS
            path.parent.rename(directory / "elsewhere")
            path.parent.write_text("in the way again")

    asyncio.run(story())


def test_a_pool_whose_file_is_gone_opens_it_when_it_is_back(directory):
    path = path_of(directory, "access")

    async def story():
        async with opened(directory) as node:
            readers = node.readers["access"]
            async with readers.closed():
                path.rename(path.with_name("away"))
            for _ in range(3):
                with pytest.raises(Unavailable, match=r"access\.db can't be read just now"):
                    await labels(node)
            path.with_name("away").rename(path)
            assert len(await labels(node)) == KEYS
            async with readers.closed():
                path.rename(path.with_name("away"))

    asyncio.run(story())
