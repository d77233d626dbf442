"""The coordinator killed -9 under load, at named failpoints and at random moments: what was acknowledged is there, once."""

import asyncio
import json
from typing import get_args

import pytest

from coordinator.writer.failpoints import Failpoint
from tests.real.servers import Connection, tallystick

CONNECTIONS = 8
RANDOM_KILLS = 20
NUMBER = str((10**39 + 3) * (10**40 + 121))
WRITING = [name for name in get_args(Failpoint) if "swap" not in name]


class Load:
    """Results sent over several connections, each with an id of its own, and what was acknowledged of them."""

    def __init__(self):
        self.sent = 0
        self.acknowledged = {}
        self.after = {}  # how many acknowledged -> what then happens

    def body(self, identity):
        return {
            "work_assignment_id": self.work,
            "client_id": "loader",
            "id": f"result-{identity}",
            "curves_completed": 1,
            "b1": 2000,
            "parametrization": 1,
            "sigmas": [str(1000 + identity)],
        }

    async def begin(self, port):
        connection = Connection(port)
        await connection.ask("POST", "/api/v1/composites/bulk", [{"number": NUMBER, "target_t_level": 70}])
        _, work = await connection.ask("GET", "/api/v1/work/request?client_id=loader")
        self.work = work["work_id"]
        await connection.close()

    async def until_dead(self, port):
        """Send from all connections until nobody answers any more."""
        ended = await asyncio.gather(
            *(self.one_after_the_other(port) for _ in range(CONNECTIONS)), return_exceptions=True
        )
        assert all(isinstance(end, OSError | asyncio.IncompleteReadError) for end in ended), ended

    async def one_after_the_other(self, port):
        connection = Connection(port)
        try:
            while True:
                identity = self.sent = self.sent + 1
                status, answer = await connection.ask("POST", "/api/v1/results/ecm", self.body(identity))
                assert status == 200, answer
                self.acknowledged[identity] = answer
                self.after.pop(len(self.acknowledged), lambda: None)()
        finally:
            await connection.close()

    async def check(self, port):
        """Send again what was acknowledged: each gets the answer that it had, and none is credited anew."""
        connection = Connection(port)
        before = await self.credited(connection)
        assert len(self.acknowledged) <= before <= self.sent
        for identity, answer in self.acknowledged.items():
            assert await connection.ask("POST", "/api/v1/results/ecm", self.body(identity)) == (200, answer)
        assert await self.credited(connection) == before
        await connection.close()

    async def credited(self, connection):
        _, detail = await connection.ask("GET", "/api/v1/composites/1")
        return sum(row["curves"] for row in detail["effort"])


def verify(directory):
    done = tallystick("verify", "--data-dir", directory, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("failpoint", WRITING)
def test_every_acknowledged_result_survives_a_kill_at_a_failpoint(stopped_coordinator, failpoint):
    process, load = stopped_coordinator, Load()
    process.start()
    asyncio.run(load.begin(process.port))
    assert process.stop() == 0
    process.start(TALLYSTICK_FAILPOINT=f"{failpoint}:25")
    asyncio.run(load.until_dead(process.port))
    assert process.wait_until_dead() < 0
    process.start()
    asyncio.run(load.check(process.port))
    assert process.stop() == 0
    verify(process.directory)


@pytest.mark.drill
def test_every_acknowledged_result_survives_twenty_kills_at_random_moments(stopped_coordinator, chance):
    process, load = stopped_coordinator, Load()
    process.start()
    asyncio.run(load.begin(process.port))

    for _ in range(RANDOM_KILLS):
        load.after[len(load.acknowledged) + chance.randint(1, 60)] = process.kill
        asyncio.run(load.until_dead(process.port))
        process.start()
    asyncio.run(load.check(process.port))
    assert process.stop() == 0
    verify(process.directory)
