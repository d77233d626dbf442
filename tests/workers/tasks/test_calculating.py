"""Tasks are computed: quick ones together, slow ones one by one, apart and within a time."""

import json

import pytest

from core.tasks.queue import QueuedTask
from workers.halting import Halt
from workers.processes.apart import Ended
from workers.tasks.calculating import Calculator

HARD = str((10**149 + 183) * (10**150 + 67))


def task(name, operation, *args):
    return QueuedTask(name, operation, args)


def shown(batches):
    return [
        [(one["task_id"], json.loads(bytes(one["result"])) if "result" in one else one["error"]) for one in batch]
        for batch in batches
    ]


def test_quick_tasks_come_first_and_slow_ones_one_by_one():
    tasks = [
        task("a", "factor", "12"),
        task("b", "add", "1", "2"),
        task("c", "is_prime", "7"),
        task("d", "factor", "97"),
    ]
    assert shown(Calculator().compute(tasks, Halt())) == [
        [("b", 3), ("c", True)],
        [("a", [[2, 2], [3, 1]])],
        [("d", [[97, 1]])],
    ]


def test_what_takes_too_long_fails_with_a_sentence_and_the_next_is_computed():
    tasks = [task("a", "factor", HARD), task("b", "next_prime", "9" * 1_000), task("c", "factor", "15")]
    batches = shown(Calculator(seconds=0.01).compute(tasks, Halt()))
    assert batches[0][0][1].startswith("1000…2261 (300 digits) was not factored completely within 0.01 seconds")
    assert batches[1] == [("b", "next_prime of so long numbers was not done within 0.01 seconds.")]
    assert batches[2] == [("c", [[3, 1], [5, 1]])]


def test_a_halt_ends_what_is_under_way():
    halt = Halt()
    batches = Calculator().compute([task("a", "add", "1", "2"), task("b", "factor", HARD)], halt)
    assert shown([next(batches)]) == [[("a", 3)]]
    halt.set()
    with pytest.raises(Ended):
        next(batches)
