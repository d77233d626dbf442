"""Reactors look at the start and when something happened that concerns them, and go on whatever goes wrong."""

import asyncio
import uuid
from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from coordinator.opening import opened
from coordinator.reactors import delivering, drawing, powers, proving
from coordinator.setup.settings import Settings
from coordinator.time.wallclock import now
from coordinator.unavailable import Unavailable
from core.deciding import Order
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import ReportCurves
from core.factoring.mathematics.curves.bounds import bounds_of
from core.notifications.commands import Subscribe
from core.tasks.commands import SubmitTask

NUMBER = (10**19 + 51) * (10**20 + 39)
IDLE = SubmitTask(task="t", operation="add", args=("1", "2"), node="n", most_waiting=9)
NUMBER_COMES = SubmitComposite(text=str(NUMBER), ceiling_digits=100)
CURVE_THAT_CAN_BE_CHECKED = ReportCurves(
    "", str(NUMBER), bounds_of(2_000, None, 1), curves=1, sigmas=("7",), checksums=(1,)
)


class Looks:
    """Notes when a reactor looks, and how far the log is then; some looks at first fail."""

    def __init__(self, *failures):
        self.times, self.positions, self._failures = [], [], [*failures]
        self.seen_at = int
        self._looked = asyncio.Event()

    async def look(self, *_):
        self.times.append(asyncio.get_running_loop().time())
        self.positions.append(self.seen_at())
        self._looked.set()
        if self._failures:
            raise self._failures.pop()

    async def come_to(self, many):
        async with asyncio.timeout(30):
            while len(self.times) < many:
                self._looked.clear()
                await self._looked.wait()


async def perform(node, command):
    await node.perform(Order(command=command, now=now(), correlation=str(uuid.uuid4()), actor="test"))


REACTORS = {
    "proving": (proving, "EVERY_SECONDS", proving, NUMBER_COMES),
    "drawing": (drawing, "EVERY_SECONDS", drawing, CURVE_THAT_CAN_BE_CHECKED),
    "delivering": (delivering, "_EVERY_SECONDS", delivering.Deliveries, Subscribe(seal="s", sealed="x")),
}


@pytest.mark.parametrize(("reactor", "pause", "where", "concerns"), REACTORS.values(), ids=REACTORS.keys())
def test_what_concerns_a_reactor_wakes_it_and_nothing_else_does(tmp_path, monkeypatch, reactor, pause, where, concerns):
    monkeypatch.setattr(reactor, pause, 3_600)

    async def story():
        looks = Looks()
        monkeypatch.setattr(where, "reconcile", looks.look)
        async with opened(tmp_path) as node:
            if concerns is not NUMBER_COMES:
                await perform(node, NUMBER_COMES)
            looks.seen_at = lambda: node.position
            settings = (Settings(data_dir=tmp_path),) if reactor is delivering else ()
            running = asyncio.create_task(reactor.run(node, *settings))
            await looks.come_to(1)
            await perform(node, IDLE)
            before = node.position
            await perform(node, concerns)
            await looks.come_to(2)
            running.cancel()
            await asyncio.wait([running])
        assert looks.positions[1] > before

    asyncio.run(story())


@pytest.mark.parametrize(("reactor", "pause", "where", "_"), REACTORS.values(), ids=REACTORS.keys())
def test_while_nothing_can_be_written_it_is_said_once(tmp_path, monkeypatch, reactor, pause, where, _):
    monkeypatch.setattr(reactor, pause, 0.01)

    async def story():
        looks = Looks(*(Unavailable("The disk is full.") for _ in range(3)))
        monkeypatch.setattr(where, "reconcile", looks.look)
        async with opened(tmp_path) as node:
            settings = (Settings(data_dir=tmp_path),) if reactor is delivering else ()
            with capture_logs() as said:
                running = asyncio.create_task(reactor.run(node, *settings))
                await looks.come_to(4)
                running.cancel()
                await asyncio.wait([running])
        assert [one["log_level"] for one in said if one.get("reason") == "The disk is full."] == ["warning"]

    asyncio.run(story())


def test_powers_are_looked_for_until_that_succeeds_once(monkeypatch):
    monkeypatch.setattr(powers, "_PAUSE_SECONDS", 0.1)

    async def story():
        looks = Looks(OSError("a fault"), Unavailable("full", 1))
        monkeypatch.setattr(powers, "reconcile", looks.look)
        async with asyncio.timeout(30):
            await powers.run(None)
        assert len(looks.times) == 3
        assert all(later - earlier >= 0.09 for earlier, later in pairwise(looks.times))

    asyncio.run(story())
