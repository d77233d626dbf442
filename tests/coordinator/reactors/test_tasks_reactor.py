"""The queue in a real Valkey always comes to hold what waits in the log, each task once, and nothing else."""

import asyncio
import contextlib
import uuid

import pytest

from coordinator.opening import opened
from coordinator.reactors import tasks as reactor
from coordinator.reactors.queue import QueueAway, TaskQueue
from coordinator.reactors.valkey_server import ValkeyServer
from coordinator.time.wallclock import now
from core.deciding import Order
from core.steering.commands import Pause, Resume
from core.tasks.commands import FinishTask, SubmitTask
from core.tasks.queue import ALL, GROUP, HELD, PAUSED, QUICK, SLOW, QueuedTask, paused_for
from tests.real.valkeys import ValkeyProcess
from tests.waiting import until


@pytest.fixture(scope="module")
def valkey():
    process = ValkeyProcess().start()
    yield process
    process.close()


@pytest.fixture
def story(tmp_path, valkey):
    """Runs a story with a node and a queue that is empty."""
    if valkey.process.poll() is not None:
        valkey.start()
    valkey.client.flushall()

    def run(tell):
        async def all_of_it():
            async with opened(tmp_path) as node:
                queue = TaskQueue(ValkeyServer(valkey.url))
                try:
                    await tell(node, queue)
                finally:
                    await queue.close()

        asyncio.run(all_of_it())

    return run


async def perform(node, command):
    claim = await node.introductions.claim("alice")
    return await node.perform(Order(command=command, now=now(), correlation=str(uuid.uuid4()), client=claim))


async def submit(node, operation="add", args=("1", "2")):
    task = str(uuid.uuid4())
    await perform(node, SubmitTask(task=task, operation=operation, args=args, node="here", most_waiting=10**6))
    return task


async def finish(node, task):
    await perform(node, FinishTask(task=task, result="3", error=""))


def queued(valkey, stream=QUICK):
    return [fields["task"] for _, fields in valkey.client.xrange(stream)]


@contextlib.asynccontextmanager
async def reacting(node, queue):
    running = asyncio.create_task(reactor.run(node, queue))
    try:
        yield
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


def test_what_is_paused_stands_in_the_queue_until_it_is_resumed(story, valkey):
    async def tell(node, queue):
        await submit(node)
        async with reacting(node, queue):
            await perform(node, Pause(target="client-1", drains=True))
            await asyncio.to_thread(until, lambda: valkey.client.hkeys(PAUSED) == [paused_for("alice")])
            await perform(node, Pause(target="everything", drains=False, reason="a storm"))
            await asyncio.to_thread(until, lambda: valkey.client.hlen(PAUSED) == 2)
            assert "a storm" in valkey.client.hget(PAUSED, ALL)
            for target in ("client-1", "everything"):
                await perform(node, Resume(target=target))
            await asyncio.to_thread(until, lambda: not valkey.client.hlen(PAUSED))

    story(tell)


def test_what_waits_is_pushed_in_order_to_the_stream_for_its_pace(story, valkey):
    async def tell(node, queue):
        first, second = await submit(node), await submit(node)
        slow = await submit(node, "factor", ("15",))
        await reactor.reconcile(node, queue)
        assert queued(valkey) == [first, second]
        assert queued(valkey, SLOW) == [slow]
        await reactor.reconcile(node, queue)
        assert await queue.length() == 3

    story(tell)


def test_what_is_finished_foreign_or_there_twice_is_taken_out(story, valkey):
    async def tell(node, queue):
        kept, done = await submit(node), await submit(node)
        await reactor.reconcile(node, queue)
        valkey.client.xreadgroup(GROUP, "killed", {QUICK: ">"})
        valkey.client.hset(HELD, mapping={done: "killed", kept: "killed"})
        await finish(node, done)
        valkey.client.xadd(QUICK, {"task": kept, "operation": "add", "args": "[]"})
        valkey.client.xadd(QUICK, {"task": "of another log", "operation": "add", "args": "[]"})
        valkey.client.xadd(SLOW, {"rubbish": "1"})
        await reactor.reconcile(node, queue)
        assert queued(valkey) == [kept]
        assert queued(valkey, SLOW) == []
        assert [pending["consumer"] for pending in valkey.client.xpending_range(QUICK, GROUP, "-", "+", 10)] == [
            "killed"
        ]
        assert await queue.holder(kept) == "killed"
        assert await queue.holder(done) is None

    story(tell)


def test_only_so_many_stand_in_the_queue_and_more_follow(story, valkey, monkeypatch):
    monkeypatch.setattr(reactor, "MOST_QUEUED", 4)

    async def tell(node, queue):
        tasks = [await submit(node) for _ in range(6)]
        await reactor.reconcile(node, queue)
        assert queued(valkey) == tasks[:4]
        await finish(node, tasks[1])
        await reactor.reconcile(node, queue)
        assert queued(valkey) == [tasks[0], tasks[2], tasks[3], tasks[4]]

    story(tell)


def test_long_numbers_count_as_many(story, valkey, monkeypatch):
    monkeypatch.setattr(reactor, "MOST_DIGITS", 30)

    async def tell(node, queue):
        for _ in range(5):
            await submit(node, args=("1234567890", "2"))
        await reactor.reconcile(node, queue)
        assert len(queued(valkey)) == 3

    story(tell)


def test_events_wake_the_reactor(story, valkey, monkeypatch):
    monkeypatch.setattr(reactor, "EVERY_SECONDS", 3_600)

    async def tell(node, queue):
        async with reacting(node, queue):
            task = await submit(node)
            await asyncio.to_thread(until, lambda: queued(valkey) == [task])
            await finish(node, task)
            await asyncio.to_thread(until, lambda: queued(valkey) == [])

    story(tell)


def test_while_nothing_happens_it_looks_again_only_every_few_seconds(story, monkeypatch):
    looked, thrice = [], asyncio.Event()

    async def reconcile(*_):
        looked.append(asyncio.get_running_loop().time())
        if len(looked) == 3:
            thrice.set()

    monkeypatch.setattr(reactor, "EVERY_SECONDS", 0.4)
    monkeypatch.setattr(reactor, "reconcile", reconcile)

    async def tell(node, queue):
        await queue.prepare()
        async with reacting(node, queue):
            await thrice.wait()
        assert looked[2] - looked[0] >= 0.75

    story(tell)


def test_while_the_queue_is_full_enough_what_comes_waits_for_the_next_round(story, monkeypatch):
    async def tell(node, queue):
        compared, reconcile, length, asked = [], reactor.reconcile, queue.length, asyncio.Event()

        async def noted(*arguments):
            compared.append(await reconcile(*arguments))

        async def measured():
            found = await length()
            asked.set()
            return found

        monkeypatch.setattr(reactor, "MOST_QUEUED", 2)
        monkeypatch.setattr(reactor, "EVERY_SECONDS", 3_600)
        monkeypatch.setattr(reactor, "reconcile", noted)
        monkeypatch.setattr(queue, "length", measured)
        await submit(node)
        async with reacting(node, queue):
            for _ in range(3):
                asked.clear()
                await submit(node)
                await asked.wait()
        assert len(compared) == 1

    story(tell)


def test_what_stands_in_the_place_of_the_queue_is_told(story, valkey):
    async def tell(_node, queue):
        valkey.client.set(QUICK, "a diary")
        for use in (queue.prepare(), queue.push([QueuedTask("a", "add", ("1", "2"))])):
            with pytest.raises(QueueAway, match="wrong kind of value"):
                await use

    story(tell)


def test_workers_that_wait_at_the_queue_are_present(story, valkey):
    async def tell(node, queue):
        async with reacting(node, queue):
            await asyncio.to_thread(until, lambda: valkey.client.exists(QUICK))
            valkey.client.xreadgroup(GROUP, "idle", {QUICK: ">"})
            await asyncio.to_thread(until, lambda: node.presence.last_seen("idle") is not None)
            assert node.presence.count(now()) == 1

    story(tell)


def test_a_valkey_that_comes_back_empty_is_filled_again(story, valkey):
    async def tell(node, queue):
        async with reacting(node, queue):
            before = await submit(node)
            await asyncio.to_thread(until, lambda: queued(valkey) == [before])
            valkey.kill()
            with pytest.raises(QueueAway):
                await queue.length()
            meanwhile = await submit(node)
            valkey.start()
            await asyncio.to_thread(until, lambda: queued(valkey) == [before, meanwhile])

    story(tell)


def test_a_valkey_that_is_not_there_is_told_so(story):
    async def tell(_node, _queue):
        nowhere = TaskQueue(ValkeyServer("valkey://127.0.0.1:1"))
        assert not await nowhere.takes_tasks()
        assert await nowhere.holder("task") is None
        with pytest.raises(QueueAway, match="Valkey can't be reached"):
            await nowhere.probe()
        await nowhere.close()

    story(tell)
