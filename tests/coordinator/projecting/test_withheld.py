"""Contexts whose projections are of another version: refused until they are built anew, while all others go on."""

import asyncio
import sqlite3
import uuid
from contextlib import closing

import pytest

from coordinator.auditing.verify import verify
from coordinator.opening import opened
from coordinator.operations.projections import rebuilding
from coordinator.operations.projections.health import health
from coordinator.operations.projections.rebuilding import ALL, build_withheld, rebuild, rebuild_of, rebuild_withheld
from coordinator.operations.upkeep import clock
from coordinator.processes.progress import unreported
from coordinator.projecting.building import NotBuilt
from coordinator.projecting.opening import path_of
from coordinator.projecting.withheld import Withheld
from coordinator.unavailable import Unavailable
from coordinator.writer import swapping
from core.contexts import CONTEXTS
from core.deciding import Order
from core.factoring.commands.numbers import SubmitComposite
from projections.access.state import keys
from projections.factoring.lists.counts import count_by_status
from tests.ledgers import START, create

FEW = 1
"""More events than this are many here."""
VALUES = [str((10**15 + 37) * (10**63 + 121)), str((10**15 + 91) * (10**63 + 121))]
AMISS = {
    "is of an older version": "UPDATE checkpoint SET version = version - 1",
    "is of a newer version": "UPDATE checkpoint SET version = 1000",
    "is ahead of the log": "UPDATE checkpoint SET position = 1000",
    "is of another log": "UPDATE checkpoint SET hash = zeroblob(32)",
}


def order(command, key):
    return Order(command=command, now=START, correlation=uuid.uuid4().hex, actor="operator", key=key)


async def submit(node, value):
    return await node.perform(order(SubmitComposite(text=value, ceiling_digits=1_000), value))


async def numbers(node):
    return sum((await node.readers["factoring"].query(count_by_status)).values())


def change(directory, statement):
    with closing(sqlite3.connect(path_of(directory, "factoring"), isolation_level=None)) as connection:
        connection.execute(statement)


@pytest.fixture
def directory(tmp_path):
    """A data directory with a number, of whose projections factoring's are of an older version."""

    async def story():
        async with opened(tmp_path) as node:
            await submit(node, VALUES[0])

    asyncio.run(story())
    change(tmp_path, AMISS["is of an older version"])
    return tmp_path


@pytest.mark.parametrize("statement", AMISS.values(), ids=AMISS.keys())
def test_it_takes_no_writes_and_shows_nothing_until_it_is_built_and_the_others_go_on(directory, statement):
    change(directory, statement)

    async def story():
        async with opened(directory, FEW) as node:
            assert set(node.withheld.sentences) == {"factoring"}
            with pytest.raises(Unavailable, match="Nothing of factoring is shown or recorded just now"):
                await numbers(node)
            mixed = [
                order(create("one"), "one"),
                order(SubmitComposite(text=VALUES[1], ceiling_digits=1_000), "two"),
                order(create("three"), "three"),
            ]
            one, two, three = await node.perform_all(mixed)
            assert isinstance(two, Unavailable)
            assert one.position < three.position == node.end
            assert len(await node.readers["access"].query(keys)) == 2
            await rebuild(node, "factoring")
            assert not node.withheld.sentences
            assert await numbers(node) == 1
            assert (await submit(node, VALUES[0])).repeated
            await submit(node, VALUES[1])
            assert await numbers(node) == 2

    asyncio.run(story())
    assert verify(directory).holds


def test_a_missing_file_is_built_beside_and_its_leavings_are_no_hindrance(directory):
    live = path_of(directory, "factoring")
    live.unlink()
    live.with_name("factoring.db-wal").write_bytes(b"of the file that was there")

    async def story():
        async with opened(directory, FEW) as node:
            assert not live.exists()
            await rebuild(node, "factoring")
            assert await numbers(node) == 1

    asyncio.run(story())
    assert verify(directory).holds


@pytest.mark.parametrize("most", [None, 1_000])
def test_few_events_are_folded_before_anything_is_served(directory, most):
    async def story():
        async with opened(directory, most) as node:
            assert not node.withheld.sentences
            assert await numbers(node) == 1

    asyncio.run(story())


def test_contexts_that_every_request_asks_are_never_withheld(directory):
    for context in CONTEXTS:
        path_of(directory, context.name).unlink()

    async def story():
        async with opened(directory, FEW) as node:
            return set(node.withheld.sentences)

    assert asyncio.run(story()) == {context.name for context in CONTEXTS} - {"clients", "access", "steering"}


def test_the_writer_itself_decides_nothing_on_what_is_not_there(directory):
    async def story():
        async with opened(directory, FEW) as node:
            command = SubmitComposite(text=VALUES[1], ceiling_digits=1_000)
            (result,) = await node.writer.submit_all([order(command, "behind the node's back")])
            assert isinstance(result, Unavailable)
            assert "it is being built anew" in str(result)

    asyncio.run(story())


def test_after_a_failure_it_stays_refused_and_says_why_and_can_be_built(directory, monkeypatch):
    async def fails(self, report):
        raise NotBuilt("The projections could not be built: the disk is full.")

    async def story():
        async with opened(directory, FEW) as node:
            with monkeypatch.context() as patched:
                patched.setattr(rebuilding._Replacement, "build", fails)
                with pytest.raises(NotBuilt):
                    await rebuild_withheld(node, "factoring", asyncio.Lock(), unreported)
            with pytest.raises(Unavailable, match=r"the disk is full\..*rebuild begins it again"):
                await numbers(node)
            with pytest.raises(Unavailable, match="the disk is full"):
                await submit(node, VALUES[1])
            (shown,) = [one for one in await health(node) if one.name == "factoring"]
            assert "the disk is full" in shown.degraded[0].reason
            assert not shown.rebuilding
            await rebuild(node, "factoring")
            assert await numbers(node) == 1

    asyncio.run(story())
    assert verify(directory).holds


def test_a_swap_that_can_not_be_made_leaves_no_empty_file(directory, monkeypatch):
    def no_rename(_old, _new):
        raise OSError("the disk is gone")

    async def story():
        async with opened(directory, FEW) as node:
            with monkeypatch.context() as patched:
                patched.setattr(swapping, "rename_durably", no_rename)
                with pytest.raises(OSError, match="the disk is gone"):
                    await rebuild(node, "factoring")
            assert not path_of(directory, "factoring").exists()
            with pytest.raises(Unavailable, match="the disk is gone"):
                await submit(node, VALUES[1])
            command = SubmitComposite(text=VALUES[1], ceiling_digits=1_000)
            (result,) = await node.writer.submit_all([order(command, "behind the node's back")])
            assert isinstance(result, Unavailable)
            await rebuild(node, "factoring")
            assert await numbers(node) == 1

    asyncio.run(story())


def test_all_that_wait_are_built_one_after_the_other_and_can_be_cancelled(directory):
    path_of(directory, "counting").unlink()

    async def story():
        async with opened(directory, FEW) as node:
            turn = asyncio.Lock()
            first, second = (
                asyncio.create_task(rebuild_withheld(node, name, turn, unreported))
                for name in ("factoring", "counting")
            )
            await asyncio.sleep(0)  # both have begun
            second.cancel()
            await asyncio.wait([second])
            assert "it was cancelled" in node.withheld.sentences["counting"]
            await first
            assert await numbers(node) == 1
            assert "counting" in node.withheld

    asyncio.run(story())


def test_all_that_wait_at_the_start_are_built(directory):
    path_of(directory, "counting").unlink()

    async def story():
        async with opened(directory, FEW) as node:
            assert set(node.withheld.sentences) == {"factoring", "counting"}
            build_withheld(node)
            await node.background.of(rebuild_of(ALL)).end()
            assert not node.withheld.sentences
            assert await numbers(node) == 1

    asyncio.run(story())


def test_leases_get_their_whole_time_from_when_they_can_be_renewed(directory):
    async def story():
        async with opened(directory, FEW) as node:
            assert node.withheld.served_since("factoring", node.started_at) == node.started_at
            await rebuild(node, "factoring")
            assert node.withheld.served_since("factoring", node.started_at) > node.started_at
            assert node.withheld.served_since("counting", node.started_at) == node.started_at

    asyncio.run(story())


def test_the_clock_passes_over_what_is_withheld(directory, monkeypatch):
    asked = []

    async def looked_at(node, context):
        asked.append(context.name)
        if context.name == "tasks":
            raise asyncio.CancelledError

    monkeypatch.setattr(clock, "expire_some", looked_at)

    async def story():
        async with opened(directory, FEW) as node:
            with pytest.raises(asyncio.CancelledError):
                await clock.tick(node)

    asyncio.run(story())
    assert asked == ["counting", "tasks"]


def test_a_new_attempt_is_not_said_to_have_failed_as_the_one_before():
    withheld = Withheld(["tasks"])
    with pytest.raises(NotBuilt), withheld.attempt("tasks"):
        raise NotBuilt("the disk is full")
    assert "the disk is full" in withheld.sentences["tasks"]
    with withheld.attempt("tasks"):
        assert "are being built anew from the log, and it is about to begin" in withheld.sentences["tasks"]
