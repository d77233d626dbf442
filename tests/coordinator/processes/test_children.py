import asyncio
import gc
import os
import pickle
import resource
import select
import signal
import socket
import threading
import time
from concurrent.futures import BrokenExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from coordinator.processes.children import Children, ForkServer
from coordinator.processes.fork_server import hear, say, work
from tests.waiting import until


@pytest.fixture
def fork_server():
    """Where children come from."""
    fork_server = ForkServer(idle_seconds=60)
    yield fork_server
    fork_server.end()


@pytest.fixture
def children(fork_server):
    """Two pools of one child each."""
    pools = Children(fork_server, 1), Children(fork_server, 1, gently=True)
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
    assert asyncio.run(other.run(os.nice, 0)) == min(asyncio.run(one.run(os.nice, 0)) + 10, 19)
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


def test_children_without_anything_to_do_end_and_then_their_fork_server_and_others_come_when_they_are_needed(children):
    _, other = children
    theirs = other.submit(os.getpid).result()
    fork_server = ForkServer(idle_seconds=0.05)
    one = Children(fork_server, 1)
    mine, came_from = one.submit(os.getpid).result(), one.submit(os.getppid).result()
    busy = one.submit(time.sleep, 1)
    until(lambda: not alive(mine))
    assert busy.exception() is None, "nothing was taken from a child that was at work"
    again = one.submit(os.getpid).result()
    assert again != mine
    until(lambda: not alive(again))
    assert alive(theirs)
    until(lambda: not alive(came_from))
    assert one.submit(os.getppid).result() != came_from
    one.end()
    fork_server.end()


def test_a_child_waits_for_the_first_question_however_long_that_takes():
    """Whoever wants one may be held up for more than a child with nothing to do waits, between getting and asking it."""
    fork_server = ForkServer(idle_seconds=0.01)
    with closing(fork_server.child(0)) as line, line.makefile("rwb") as file:
        assert hear(file) != os.getpid()
        hung_up = select.poll()
        hung_up.register(line, 0)
        assert not hung_up.poll(500)
        say(file, pickle.dumps((abs, (-1,))))
        assert hear(file) == (True, 1)
    fork_server.end()


def test_a_child_ends_quietly_whose_asker_has_gone_before_it_began():
    asker, line = socket.socketpair()
    asker.close()
    work(line, 1.0)
    assert line.fileno() == -1


def test_a_child_ends_quietly_whose_asker_goes_before_it_answers():
    asker, line = socket.socketpair()
    asked = asker.detach()
    with open(os.dup(asked), "wb") as file:  # noqa: PTH123 - a descriptor is wanted
        say(file, pickle.dumps((os.close, (asked,))))
    work(line, 1.0)
    assert line.fileno() == -1


def test_a_child_that_dies_is_replaced(children):
    one, _ = children
    with pytest.raises(BrokenExecutor):
        asyncio.run(one.run(os.kill, one.submit(os.getpid).result(), signal.SIGKILL))
    assert asyncio.run(one.run(abs, -1)) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
def test_what_all_processes_of_a_job_are_sent_ends_neither_a_child_nor_its_fork_server(children, number):
    one, _ = children
    mine, fork_server = one.submit(os.getpid).result(), one.submit(os.getppid).result()
    for process in (mine, fork_server):
        os.kill(process, number)
    assert (one.submit(os.getpid).result(), one.submit(os.getppid).result()) == (mine, fork_server)


def test_a_child_that_dies_while_it_has_nothing_to_do_is_replaced(children):
    one, _ = children
    mine = one.submit(os.getpid).result()
    os.kill(mine, signal.SIGKILL)
    until(lambda: not alive(mine))
    assert one.submit(abs, -1).result() == 1


def test_a_fork_server_that_dies_leaves_its_children_at_work_and_another_takes_its_place(children):
    one, other = children
    mine, fork_server = one.submit(os.getpid).result(), one.submit(os.getppid).result()
    os.kill(fork_server, signal.SIGKILL)
    until(lambda: not alive(fork_server))
    assert one.submit(os.getpid).result() == mine
    assert other.submit(os.getppid).result() != fork_server


def test_a_fork_server_that_is_not_needed_any_more_ends(fork_server):
    children = Children(fork_server, 1)
    process = children.submit(os.getppid).result()
    fork_server.end()
    assert children.submit(abs, -1).result() == 1
    assert alive(process), "while it has a child"
    children.end()
    until(lambda: not alive(process))


def test_whatever_can_be_said_of_a_failure_comes_with_it(children):
    one, _ = children
    error = one.submit(divmod, 1, 0).exception()
    assert isinstance(error, ZeroDivisionError)
    assert "in work" in error.__notes__[0]
    assert isinstance(one.submit(bytes, 10**9 * 10**9).exception(), MemoryError | OverflowError)
    with pytest.raises(TypeError, match="pickle"):
        one.submit(abs, threading.Lock()).result()
    with pytest.raises(TypeError, match="pickle"):
        one.submit(threading.Lock).result()
    assert one.submit(abs, -1).result() == 1


def test_where_no_child_can_be_had_that_is_said_and_later_there_is_one_again(children):
    one, _ = children
    with no_descriptor_left(), pytest.raises(BrokenExecutor, match="No child can be had"):
        one.submit(abs, -1).result()
    assert one.submit(abs, -1).result() == 1


def test_a_fork_server_that_can_have_no_other_child_keeps_those_it_has(children, capfd):
    one, other = children
    mine, fork_server = one.submit(os.getpid).result(), one.submit(os.getppid).result()
    used = len(list(Path(f"/proc/{fork_server}/fd").iterdir()))
    before = resource.prlimit(fork_server, resource.RLIMIT_NOFILE)
    resource.prlimit(fork_server, resource.RLIMIT_NOFILE, (used, before[1]))
    with pytest.raises(BrokenExecutor, match="No child can be had"):
        other.submit(abs, -1).result()
    until(lambda: "could not have another child: no descriptor is free." in capfd.readouterr().err)
    assert one.submit(os.getpid).result() == mine
    resource.prlimit(fork_server, resource.RLIMIT_NOFILE, before)
    assert other.submit(os.getppid).result() == fork_server


@contextmanager
def no_descriptor_left():
    """Use up all descriptors of this process, those between others too."""
    gc.collect()  # what other tests have left would give some back
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
