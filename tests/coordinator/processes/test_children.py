import asyncio
import os
import resource
import signal
import time
from concurrent.futures import BrokenExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from coordinator.processes.children import Children
from tests.waiting import until


@pytest.fixture
def children():
    """Two pools of one child each."""
    pools = Children(1), Children(1, gently=True)
    yield pools
    for pool in pools:
        pool.end()


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_children_run_functions_elsewhere_and_raise_what_those_raise(children):
    one, other = children
    mine, theirs = asyncio.run(one.run(os.getpid)), asyncio.run(other.run(os.getpid))
    assert len({os.getpid(), mine, theirs}) == 3
    assert asyncio.run(other.run(os.nice, 0)) - asyncio.run(one.run(os.nice, 0)) == 10
    with pytest.raises(ZeroDivisionError):
        asyncio.run(one.run(divmod, 1, 0))


def test_a_pool_ends_its_own_children_at_once_and_no_others(children):
    one, other = children
    mine, theirs = one.submit(os.getpid).result(), other.submit(os.getpid).result()
    busy = one.submit(time.sleep, 600)
    waiting = one.submit(time.sleep, 600)
    until(busy.running)
    one.end()
    until(lambda: not alive(mine))
    assert isinstance(busy.exception(), BrokenExecutor)
    assert waiting.done()
    assert other.submit(os.getpid).result() == theirs
    assert one.submit(os.getpid).result() != mine


def test_children_without_anything_to_do_are_ended_and_others_come_when_they_are_needed(children, monkeypatch):
    one, other = children
    theirs = other.submit(os.getpid).result()
    monkeypatch.setattr("coordinator.processes.children._IDLE_SECONDS", 0.3)
    mine = one.submit(os.getpid).result()
    busy = one.submit(time.sleep, 1)
    until(lambda: not alive(mine))
    assert busy.exception() is None, "nothing was taken from a child that was at work"
    again = one.submit(os.getpid).result()
    assert again != mine
    until(lambda: not alive(again))
    assert alive(theirs)


def test_a_child_that_dies_is_replaced(children):
    one, _ = children
    with pytest.raises(BrokenExecutor):
        asyncio.run(one.run(os.kill, one.submit(os.getpid).result(), signal.SIGKILL))
    assert asyncio.run(one.run(abs, -1)) == 1


def test_a_child_that_dies_while_it_has_nothing_to_do_is_replaced(children):
    one, _ = children
    pool = one.submit(os.getpid)
    os.kill(pool.result(), signal.SIGKILL)
    until(lambda: broken(one))
    assert one.submit(abs, -1).result() == 1


def broken(children):
    """Tell whether the pool has noticed that a child is gone."""
    return children._pool._broken


def test_where_no_child_can_be_had_that_is_said_and_later_there_is_one_again(children):
    one, _ = children
    with no_descriptor_left(), pytest.raises(BrokenExecutor, match="No child can be had"):
        one.submit(abs, -1)
    until(lambda: answered(one))  # the process that forks may have ended over it


@contextmanager
def no_descriptor_left():
    """Use up all descriptors of this process, those between others too."""
    _, most = before = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(int(path.name) for path in Path("/proc/self/fd").iterdir())
    with ExitStack() as stack:
        while stack.enter_context(Path(os.devnull).open("rb")).fileno() <= highest:
            pass
        used = len(list(Path("/proc/self/fd").iterdir())) - 1  # without the one that lists them
        resource.setrlimit(resource.RLIMIT_NOFILE, (used, most))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, before)


def answered(children):
    try:
        return children.submit(abs, -1).result() == 1
    except BrokenExecutor:
        return False
