"""Looking after workers beside a coordinator."""

import asyncio
import signal
from contextlib import suppress

import pytest

from coordinator.cli import crew
from coordinator.cli.crew import names_of
from coordinator.cli.ending import Exit
from coordinator.setup.settings import Settings
from core.refusals import BadInput


class Worker:
    """One that has ended, until it is started again."""

    def __init__(self, exit_code):
        self.name = "worker box-1"
        self.exit_code = exit_code
        self.started = asyncio.Event()

    def start(self):
        self.exit_code = None
        self.started.set()


@pytest.fixture
def look_after(monkeypatch):
    """Look after a worker until it was started again, or was looked at ten times; return whether it was."""
    monkeypatch.setattr(crew, "_LOOK_SECONDS", 0)

    async def look(exit_code):
        worker = Worker(exit_code)
        task = asyncio.create_task(crew._look_after([worker]))
        for _ in range(10):
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        return worker.started.is_set()

    return lambda exit_code: asyncio.run(look(exit_code))


def test_one_that_was_killed_starts_again_at_once(look_after):
    assert look_after(-signal.SIGKILL)


def test_one_that_ended_by_itself_is_given_time(look_after, monkeypatch):
    assert not look_after(Exit.UNSOUND)
    monkeypatch.setattr(crew, "_PAUSE_SECONDS", -1)
    assert look_after(Exit.UNSOUND)


def test_one_that_was_turned_away_is_not_started_again_and_that_is_said_once(look_after, monkeypatch, capsys):
    monkeypatch.setattr(crew, "_PAUSE_SECONDS", -1)
    assert not look_after(Exit.REFUSED)
    assert capsys.readouterr().out.count("is not started again") == 1


def test_more_than_the_machine_bears_are_refused(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert len(names_of(Settings(node_name="box", workers=16))) == 16
    with pytest.raises(
        BadInput, match=r"workers is 17, and this machine has 2 processors; 0 to 16 are accepted here\."
    ):
        names_of(Settings(node_name="box", workers=17))


def test_they_are_called_after_their_coordinator():
    assert names_of(Settings(node_name="box", workers=2)) == ["box-1", "box-2"]
