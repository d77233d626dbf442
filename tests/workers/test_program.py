"""The worker with work that takes no time, so that only its order shows."""

import os
import signal
import threading

import pytest
from structlog.testing import capture_logs

from core.refusals import Refusal
from workers import program
from workers.display import LogLines
from workers.ending import Ending
from workers.executors import Desk, WorkFailed
from workers.program import Worker
from workers.wire.coordinator import Away, TurnedDown

LONG_ENOUGH = 30


class Kind:
    """Gives out the work that it was given: an exception to raise when asked, or what to do when performed."""

    def __init__(self, *work):
        self.work = list(work)
        self.questions = []
        self.performed = []

    def ask(self, key, wait):
        self.questions.append((key, wait))
        work = self.work.pop(0) if self.work else None
        if isinstance(work, Exception):
            raise work
        return work

    def perform(self, work, seat):
        self.performed.append(seat.number)
        work(seat)


class NothingSpooled:
    """A courier without anything to deliver."""

    delivers = True

    def deliver(self):
        pass

    @property
    def spool(self):
        return self

    def is_empty(self):
        return True


class Hurried:
    """A coordinator that is only told to hurry."""

    def hurry(self):
        pass


@pytest.fixture
def run(monkeypatch):
    """Run a worker that ends when it is idle, unless it is not to."""
    monkeypatch.setattr(program, "_WAIT_SECONDS", 0.0)
    monkeypatch.setattr("workers.wire.backoff._FIRST_SECONDS", 0.01)

    def run(processes=1, *, exit_when_idle=True, ending=None, **kinds):
        desk = Desk(Hurried(), NothingSpooled(), "me", ending=ending or Ending())
        with capture_logs() as logs:
            Worker(kinds, desk, LogLines(), exit_when_idle=exit_when_idle).run(processes)
        return [entry["event"] for entry in logs]

    return run


def nothing(_seat):
    pass


def fail(_seat):
    raise WorkFailed("It can't be done here.")


def test_all_work_of_all_kinds_is_done_before_a_worker_is_idle(run):
    one, other = Kind(nothing, nothing), Kind(nothing)
    assert run(one=one, other=other) == ["worker_idle", "worker_stopped"]
    assert (one.performed, other.performed) == ([1, 1], [1])


def test_a_question_that_was_not_answered_is_asked_again_and_no_other_is(run):
    kind = Kind(Away("no answer"), Away("no answer"), nothing, nothing)
    run(kind=kind)
    keys = [key for key, _ in kind.questions]
    assert keys[0] == keys[1] == keys[2]
    assert len(set(keys)) == len(keys) - 2


def test_no_seat_is_idle_while_another_may_bring_new_work(run):
    both_there = threading.Barrier(2, timeout=LONG_ENOUGH)

    def meet(_seat):
        both_there.wait()

    def bring(seat):
        kind.work += [meet, meet]

    kind = Kind(bring)
    run(2, kind=kind)
    assert sorted(kind.performed[1:]) == [1, 2]


def test_work_that_fails_is_told_and_the_next_is_tried(run):
    kind = Kind(fail, fail, nothing)
    assert run(kind=kind) == ["work_failed", "work_failed", "worker_idle", "worker_stopped"]
    assert len(kind.performed) == 3


def test_a_worker_that_is_given_no_work_at_all_ends_with_the_reason(run):
    with pytest.raises(Refusal, match="opens nothing"):
        run(2, exit_when_idle=False, kind=Kind(TurnedDown("The key opens nothing.", 401)))


def test_what_nobody_foresaw_ends_the_worker_and_is_not_hidden(run):
    def stumble(_seat):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(2, exit_when_idle=False, kind=Kind(stumble))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_reaches_whoever_is_at_work(run, number):
    def work_until_told(seat):
        os.kill(os.getpid(), number)
        assert seat.stopping.wait(LONG_ENOUGH)

    before = signal.getsignal(number)
    kind = Kind(work_until_told, nothing)
    assert run(kind=kind) == ["worker_stopping", "worker_stopped"]
    assert kind.performed == [1]
    assert signal.getsignal(number) == before


def test_the_end_of_its_time_reaches_whoever_is_at_work(run, tmp_path):
    def work_until_told(seat):
        (tmp_path / "notice").touch()
        assert seat.stopping.wait(LONG_ENOUGH)

    kind = Kind(work_until_told, nothing)
    assert run(kind=kind, ending=Ending(file=tmp_path / "notice")) == ["worker_stopping", "worker_stopped"]
    assert kind.performed == [1]


def test_while_a_command_says_no_nothing_is_asked_for(run, tmp_path):
    kind = Kind(nothing)
    ending = Ending(file=tmp_path / "notice", command=f"touch {tmp_path / 'notice'}; false")
    assert run(kind=kind, ending=ending) == ["work_held_back", "worker_stopping", "worker_stopped"]
    assert kind.questions == []


def test_who_does_not_stop_in_time_is_left_behind(run, monkeypatch):
    monkeypatch.setattr(program, "_GRACE_SECONDS", 0.1)
    for_good = threading.Event()

    def not_listen(_seat):
        os.kill(os.getpid(), signal.SIGTERM)
        for_good.wait(LONG_ENOUGH)

    events = run(kind=Kind(not_listen))
    for_good.set()
    assert events == ["worker_stopping", "worker_leaves_work_behind", "worker_stopped"]


def test_a_second_signal_does_not_wait(run):
    for_good = threading.Event()

    def be_told_twice(seat):
        os.kill(os.getpid(), signal.SIGTERM)
        seat.stopping.wait(LONG_ENOUGH)
        os.kill(os.getpid(), signal.SIGTERM)
        for_good.wait(LONG_ENOUGH)

    with pytest.raises(KeyboardInterrupt):
        run(kind=Kind(be_told_twice))
    for_good.set()
