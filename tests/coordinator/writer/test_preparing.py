"""Finding things out for several who ask."""

import asyncio
import threading

import msgspec
import pytest

from coordinator.processes.children import ForkServer
from coordinator.writer.preparing import Preparation
from tests.launcher import ROOT


class Spelled(msgspec.Struct, frozen=True):
    """How a number is spelled."""

    number: int

    def find(self):
        return str(self.number)


@pytest.fixture
def fork_server(monkeypatch):
    """Where children come from who find what stands here."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    fork_server = ForkServer()
    yield fork_server
    fork_server.end()


def test_who_goes_away_takes_nothing_with_it_that_others_wait_for_too(fork_server):
    async def story():
        preparation = Preparation(fork_server, 1)
        try:
            gone = asyncio.ensure_future(preparation.find([Spelled(7)]))
            stays = asyncio.ensure_future(preparation.find([Spelled(7), Spelled(8)]))
            await asyncio.sleep(0)
            gone.cancel()
            with pytest.raises(asyncio.CancelledError):
                await gone
            assert await stays == ["7", "8"]
        finally:
            preparation.close()

    asyncio.run(story())


def test_children_are_started_outside_of_the_event_loop(fork_server, monkeypatch):
    at_work = []

    async def story():
        preparation = Preparation(fork_server, 1)
        child = fork_server.child

        def spied():
            at_work.append(threading.current_thread())
            return child()

        monkeypatch.setattr(fork_server, "child", spied)
        try:
            assert await preparation.find([Spelled(9)]) == ["9"]
        finally:
            preparation.close()

    asyncio.run(story())
    assert at_work
    assert threading.current_thread() not in at_work
