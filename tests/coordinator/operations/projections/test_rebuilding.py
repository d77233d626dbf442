"""Rebuilding while everything goes on: the same tables, no waiting, and nothing changed when it does not come to its end."""

import asyncio
import resource
import sqlite3
import uuid
from contextlib import asynccontextmanager, closing
from itertools import chain

import msgspec
import pytest

from coordinator.auditing.verify import verify
from coordinator.opening import opened
from coordinator.operations.projections import rebuilding
from coordinator.operations.projections.rebuilding import begin_rebuild, rebuild
from coordinator.projecting import building
from coordinator.projecting.building import Building, NotBuilt
from coordinator.projecting.comparing import dump
from coordinator.projecting.opening import path_of
from core.contexts import CONTEXTS
from core.deciding import Order
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import ReportCurves
from core.factoring.mathematics.curves.bounds import Bounds
from core.refusals import Conflict, Unknown
from projections.access.state import keys
from tests.correcting import withdraw
from tests.ledgers import START, create, data_directory

KEYS = 6


@pytest.fixture
def directory(tmp_path):
    return data_directory(tmp_path / "data", KEYS, revoked=(2,))


def live(directory):
    return path_of(directory, "access")


def dumped(directory):
    with closing(sqlite3.connect(live(directory))) as connection:
        return list(dump(connection))


def spoil_live(directory):
    """Change a table, so that a rebuild shows."""
    with closing(sqlite3.connect(live(directory), isolation_level=None)) as connection:
        connection.execute("UPDATE keys SET label = 'spoilt'")


async def hand_out(node, label):
    order = Order(command=create(label), now=START, correlation=uuid.uuid4().hex, actor="operator", key=label)
    return (await node.perform(order)).answer.key


async def labels(node):
    return [key.label for key in await node.readers["access"].query(keys)]


def leavings(directory):
    return list((directory / "projections").glob("*.new.db*"))


EXPECTED = [f"key number {number}" for number in range(1, KEYS + 1)]


def test_a_rebuild_puts_right_what_was_spoilt(directory):
    before = dumped(directory)
    spoil_live(directory)
    reports = []

    async def story():
        async with opened(directory) as node:
            assert await labels(node) == ["spoilt"] * KEYS
            await rebuild(node, "access", reports.append)
            assert await labels(node) == EXPECTED

    asyncio.run(story())
    assert dumped(directory) == before
    assert (reports[-1].stage, reports[-1].done, reports[-1].total) == ("fold access", KEYS + 2, KEYS + 2)
    assert verify(directory).holds


def test_reading_and_writing_go_on_meanwhile(directory):
    async def write_until(node, done):
        number = KEYS
        while not done.is_set():
            number += 1
            assert await hand_out(node, f"key number {number}") == number
            assert (await labels(node))[-1] == f"key number {number}"
        return number

    async def story():
        async with opened(directory) as node:
            done = asyncio.Event()
            writing = asyncio.create_task(write_until(node, done))
            await rebuild(node, "access")
            await hand_out_after(node, writing, done)
            return len(await labels(node))

    async def hand_out_after(node, writing, done):
        position = node.log.head().position
        while node.log.head().position < position + 10:
            await node.live.growth.beyond(node.log.head().position, 60)
        done.set()
        assert await writing == len(await labels(node))

    assert asyncio.run(story()) > KEYS + 10
    assert verify(directory).holds


@asynccontextmanager
async def rebuilding_in(node, name="access"):
    """Rebuild in the background, from the moment that the child is at work."""
    at_work = asyncio.Event()
    task = asyncio.create_task(rebuild(node, name, lambda _progress: at_work.set()))
    await at_work.wait()
    yield task


@pytest.fixture
def long_tail(monkeypatch):
    """Keep a rebuild from coming to its end until the test lets it."""
    gate = asyncio.Event()
    approach = rebuilding._Replacement.approach

    async def gated(self):
        await gate.wait()
        await approach(self)

    monkeypatch.setattr(rebuilding._Replacement, "approach", gated)
    return gate


def test_two_rebuilds_of_the_same_projections_are_not_made_at_once(directory, long_tail):
    async def story():
        async with opened(directory) as node, rebuilding_in(node) as first:
            with pytest.raises(Conflict, match="The projections access are being rebuilt already"):
                await rebuild(node, "access")
            long_tail.set()
            await first
            assert await labels(node) == EXPECTED

    asyncio.run(story())


@pytest.mark.parametrize("name", ["access", "all"])
def test_what_is_folded_at_the_end_is_told_of_as_well(directory, long_tail, name):
    async def story():
        async with opened(directory) as node:
            job = begin_rebuild(node, name)
            while job.status.done < KEYS + 2:
                await asyncio.wait([job._task], timeout=0.01)
            await hand_out(node, "later")
            long_tail.set()
            await job.end()
            return job.status

    status = asyncio.run(story())
    assert (status.state, status.done, status.total) == ("completed", KEYS + 3, KEYS + 3)


def test_a_cancelled_rebuild_leaves_everything_as_it_was(directory, long_tail):
    spoil_live(directory)

    async def story():
        async with opened(directory) as node, rebuilding_in(node) as task:
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await hand_out(node, "later")
            assert await labels(node) == [*["spoilt"] * KEYS, "later"]

    asyncio.run(story())
    assert not leavings(directory)


def test_a_cancellation_while_the_child_is_at_work_ends_the_child(directory, monkeypatch):
    children = []

    class Watched(Building):
        """Remembers the child, and never finds that it has ended."""

        def follow(self, report):
            children.append(self._process)
            report(rebuilding.Progress("fold", 0, 1))
            children[0].wait()
            super().follow(report)

    monkeypatch.setattr(building, "Building", Watched)

    async def story():
        async with opened(directory) as node, rebuilding_in(node) as task:
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(story())
    assert children[0].returncode is not None
    assert not leavings(directory)


def test_a_disk_that_fills_during_a_rebuild_leaves_everything_as_it_was(directory, monkeypatch):
    spoil_live(directory)
    room = live(directory).stat().st_size // 2
    # What the child compiles would be cut off too, for all that follow.
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    class Cramped(Building):
        """Has no room for more than half of the file."""

        def __init__(self, *arguments, **upto):
            before = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
            try:
                super().__init__(*arguments, **upto)
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, before)

    monkeypatch.setattr(building, "Building", Cramped)

    async def story():
        async with opened(directory) as node:
            with pytest.raises(NotBuilt, match=r"could not be built: sqlite3\.OperationalError: .*(full|disk)"):
                await rebuild(node, "access")
            await hand_out(node, "later")
            assert await labels(node) == [*["spoilt"] * KEYS, "later"]

    asyncio.run(story())
    assert not leavings(directory)


def test_projections_that_are_not_there_are_refused(directory):
    async def story():
        async with opened(directory) as node:
            with pytest.raises(Unknown, match="There are no projections 'gossip'; there are clients, access"):
                await rebuild(node, "gossip")

    asyncio.run(story())


def test_a_program_that_has_the_file_open_sees_what_was_built_when_it_looks_again(directory):
    spoil_live(directory)

    async def story():
        async with opened(directory) as node:
            with closing(sqlite3.connect(live(directory), isolation_level=None)) as somebody:
                somebody.execute("BEGIN")
                spoilt = somebody.execute("SELECT label FROM keys").fetchall()
                await rebuild(node, "access")
                assert somebody.execute("SELECT label FROM keys").fetchall() == spoilt
                somebody.execute("COMMIT")
                assert somebody.execute("SELECT label FROM keys").fetchall() == [(label,) for label in EXPECTED]
                await hand_out(node, "later")
            assert await labels(node) == [*EXPECTED, "later"]

    asyncio.run(story())
    assert verify(directory).holds


def test_a_context_that_had_stopped_goes_on_after_a_rebuild_and_repeats_its_answers_after_another(directory):
    with closing(sqlite3.connect(live(directory), isolation_level=None)) as connection:
        connection.execute("INSERT INTO degraded VALUES ('state', 3, 'a mistake of an earlier version')")

    async def story():
        async with opened(directory) as node:
            with pytest.raises(Exception, match="access takes no writes: its state stopped at event 3"):
                await hand_out(node, "one more")
            await rebuild(node, "access")
            first = await hand_out(node, "one more")
            await rebuild(node, "access")
            assert await hand_out(node, "one more") == first == KEYS + 1

    asyncio.run(story())
    assert verify(directory).holds


def test_a_correction_recorded_during_a_rebuild_is_in_what_it_builds(tmp_path, long_tail):
    directory = tmp_path / "factoring"
    value = str((10**15 + 37) * (10**63 + 121))

    async def story():
        async with opened(directory) as node:

            async def perform(command):
                fresh = uuid.uuid4().hex
                return await node.perform(
                    Order(command=command, now=START, correlation=fresh, actor="operator", key=fresh)
                )

            await perform(SubmitComposite(text=value, ceiling_digits=1_000))
            kept = ReportCurves(work="", value=value, bounds=Bounds(2_000, -1, 1), curves=1, sigmas=("7",))
            await perform(kept)
            spoilt = await perform(msgspec.structs.replace(kept, sigmas=("8",)))
            async with rebuilding_in(node, "factoring") as task:
                await withdraw(node, spoilt.position)
                long_tail.set()
                await task
            later = msgspec.structs.replace(kept, sigmas=("9",))
            await perform(later)

            def sigmas(connection):
                return {row[0] for row in connection.execute("SELECT sigma FROM curves")}

            return await node.readers["factoring"].query(sigmas)

    assert asyncio.run(story()) == {"7", "9"}
    assert verify(directory).holds


def test_all_projections_are_rebuilt_and_each_says_how_far_it_came(directory):
    spoil_live(directory)
    stages = []

    async def story():
        async with opened(directory) as node:
            await rebuild(node, "all", lambda progress: stages.append(progress.stage))
            assert await labels(node) == EXPECTED

    asyncio.run(story())
    assert list(dict.fromkeys(stages)) == [f"fold {context.name}" for context in CONTEXTS]


@pytest.mark.parametrize("processes", [1, 2])
def test_several_are_built_together_and_one_of_them_can_be_cancelled(directory, monkeypatch, processes):
    spoil_live(directory)
    passes = []
    monkeypatch.setattr(building, "_LONG", {1: 1_000, 2: 0}[processes])

    class Counted(Building):
        """Remembers for which contexts there was a child."""

        def __init__(self, directory, files, upto):
            passes.append(list(files))
            super().__init__(directory, files, upto)

    monkeypatch.setattr(building, "Building", Counted)

    async def story():
        async with opened(directory) as node:
            every = rebuilding.begin_rebuild(node, "all")
            await asyncio.sleep(0)  # it has begun those of the contexts
            tasks = await node.background.cancel(rebuilding.rebuild_of("tasks"))
            await every.end()
            states = {name: node.background.of(rebuilding.rebuild_of(name)).status.state for name in node.projections}
            assert (every.status.state, tasks.status.state) == ("completed", "cancelled")
            assert {name for name, state in states.items() if state != "completed"} == {"tasks"}
            assert await labels(node) == EXPECTED

    asyncio.run(story())
    assert len(passes) == processes
    assert sorted(chain.from_iterable(passes)) == sorted(context.name for context in CONTEXTS)
    assert not leavings(directory)
    assert verify(directory).holds


def test_what_a_rebuild_left_unfinished_is_removed_at_the_next_start(directory):
    unfinished = [live(directory).with_name(f"access.new.db{suffix}") for suffix in ("", "-wal", "-shm")]
    for path in unfinished:
        path.write_bytes(b"half a file")
    data_directory(directory, 0)
    assert not any(path.exists() for path in unfinished)
