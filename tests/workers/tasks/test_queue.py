"""What a worker takes from a real Valkey at a time."""

import asyncio
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from coordinator.reactors.queue import TaskQueue
from coordinator.reactors.valkey_server import ValkeyServer
from core.tasks.queue import ALL, HELD, QUICK, SLOW, QueuedTask, paused_for
from tests.real.valkeys import ValkeyProcess
from tests.waiting import until
from workers.ending import Ending
from workers.executors import Desk
from workers.tasks.queue import QueuedTasksExecutor
from workers.wire.coordinator import Away, Coordinator
from workers.wire.courier import Courier
from workers.wire.spool import Spool

ENDLESS = Ending()
QUICK_ONE, SLOW_ONE = ("add", ("1", "2")), ("factor", ("15",))


@pytest.fixture(scope="module")
def valkey():
    process = ValkeyProcess().start()
    yield process
    process.close()


@pytest.fixture
def worker(valkey, tmp_path):
    """Makes workers at an empty Valkey, which speak with no coordinator."""
    valkey.client.flushall()
    coordinator = Coordinator("http://127.0.0.1:1")
    courier = Courier(Spool(tmp_path), coordinator)
    with coordinator:
        yield lambda name, ending=ENDLESS: QueuedTasksExecutor(Desk(coordinator, courier, name, valkey.url, ending))


def push(valkey, *tasks):
    """Push tasks as the coordinator does; return their names."""
    pushed = [QueuedTask(str(uuid.uuid4()), *task) for task in tasks]

    async def prepare_and_push():
        queue = TaskQueue(ValkeyServer(valkey.url))
        await queue.prepare()
        await queue.push(pushed)
        await queue.close()

    asyncio.run(prepare_and_push())
    return [task.id for task in pushed]


def hold_back(valkey, reasons):
    """Pause as the coordinator does."""

    async def tell():
        queue = TaskQueue(ValkeyServer(valkey.url))
        await queue.hold_back(reasons)
        await queue.close()

    asyncio.run(tell())


def taken(entries):
    return [entry.task.id for entry in entries or ()]


def test_quick_tasks_are_taken_by_the_hundred_and_slow_ones_one_at_a_time(valkey, worker):
    first, second = worker("first"), worker("second")
    *quick, one, other = push(valkey, *[QUICK_ONE] * 101, SLOW_ONE, SLOW_ONE)
    assert taken(first.ask("", 0)) == [*quick[:100], one]
    assert taken(second.ask("", 0)) == [quick[100], other]
    assert first.ask("", 0) is None
    assert valkey.client.hgetall(HELD) == dict.fromkeys([*quick[:100], one], "first") | {
        quick[100]: "second",
        other: "second",
    }


@pytest.mark.parametrize(("tasks", "left"), [([QUICK_ONE] * 5, 0), ([SLOW_ONE, QUICK_ONE, SLOW_ONE, QUICK_ONE], 1)])
def test_who_waited_takes_the_quick_tasks_that_come_together_and_one_slow_one(valkey, worker, tasks, left):
    push(valkey)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(worker("patient").ask, "", 5)
        until(lambda: valkey.client.info("clients")["blocked_clients"] == 1)
        pushed = push(valkey, *tasks)
        entries = waiting.result()
    assert len(taken(entries)) == len(pushed) - left
    assert sum(entry.stream == SLOW for entry in entries) <= 1
    assert sum(entry.stream == QUICK for entry in entries) == tasks.count(QUICK_ONE)


def test_while_tasks_are_paused_none_are_taken(valkey, worker):
    one, other = worker("one"), worker("other")
    push(valkey, QUICK_ONE)
    hold_back(valkey, {paused_for("one"): "it overheats"})
    assert one.ask("", 0) is None
    assert len(other.ask("", 0)) == 1
    push(valkey, QUICK_ONE)
    hold_back(valkey, {ALL: "a storm"})
    assert other.ask("", 0) is None
    hold_back(valkey, {})
    assert len(one.ask("", 0)) == 1


def test_who_lives_no_longer_than_a_slow_task_may_take_takes_quick_ones_only(valkey, worker):
    quick, slow = push(valkey, QUICK_ONE, SLOW_ONE)
    assert taken(worker("old", Ending(30)).ask("", 0)) == [quick]
    assert taken(worker("young", Ending(3_600)).ask("", 0)) == [slow]


def test_a_queue_that_is_not_there_yet_is_waited_for(valkey, worker):
    with pytest.raises(Away, match="has not prepared the queue"):
        worker("early").ask("", 0)


def test_a_valkey_that_was_started_again_empty_is_waited_for(valkey, worker):
    seasoned = worker("seasoned")
    push(valkey, QUICK_ONE)
    assert len(seasoned.ask("", 0)) == 1
    valkey.client.flushall()
    with pytest.raises(Away, match="has not prepared the queue"):
        seasoned.ask("", 0)  # looks for the new, not for what others have left behind
    push(valkey, QUICK_ONE)
    assert len(seasoned.ask("", 0)) == 1


def test_a_valkey_that_is_not_there_is_waited_for(tmp_path):
    with Coordinator("http://127.0.0.1:1") as coordinator:
        desk = Desk(coordinator, Courier(Spool(tmp_path), coordinator), "lonely", "valkey://127.0.0.1:1")
        with pytest.raises(Away, match="Valkey can't be reached"):
            QueuedTasksExecutor(desk).ask("", 0)
