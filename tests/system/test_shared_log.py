"""A coordinator whose log is shared, under load: what was acknowledged is there once, whatever happens to it or to PostgreSQL."""

import asyncio
import json
import signal
from contextlib import closing, suppress

import pytest

from coordinator.log.shared import SharedLog
from coordinator.log.sqlite import SqliteEventLog
from coordinator.pen.joining import wait_for_pen
from coordinator.pen.pen import Database
from coordinator.pen.postgres import PostgresPen
from tests.ledgers import following, key_created
from tests.real.servers import HTTP, Connection, CoordinatorProcess, tallystick
from tests.waiting import until

CONNECTIONS = 6
NUMBER = str((10**39 + 3) * (10**40 + 121))
TROUBLES = (OSError, asyncio.IncompleteReadError)


class Load:
    """Results with an id of their own, each sent again until it was acknowledged; and how often each was turned away."""

    def __init__(self, port):
        self.port = port
        self.sent = self.acknowledged = 0
        self.turned_away = set()
        self.ending = False

    async def begin(self):
        connection = Connection(self.port)
        await self._answered(connection, "POST", "/api/v1/composites/bulk", [{"number": NUMBER, "target_t_level": 70}])
        self.work = (await self._answered(connection, "GET", "/api/v1/work/request?client_id=loader"))["work_id"]
        await connection.close()

    async def _answered(self, connection, *request):
        """Ask until it is not 503: a machine that stands still for two seconds costs the pen."""
        while True:
            status, answer = await connection.ask(*request)
            if status != 503:
                return answer
            await asyncio.sleep(0.02)

    async def run(self, happening):
        """Send from all connections until what happens has happened."""
        senders = [asyncio.create_task(self._send()) for _ in range(CONNECTIONS)]
        try:
            await asyncio.to_thread(happening)
        finally:
            self.ending = True
            await asyncio.gather(*senders)

    async def _send(self):
        connection = Connection(self.port)
        while not self.ending:
            self.sent += 1
            connection = await self._acknowledged(connection, self.sent)
            self.acknowledged += 1
        await connection.close()

    async def _acknowledged(self, connection, identity):
        body = {"work_assignment_id": self.work, "client_id": "loader", "id": f"result-{identity}", "b1": 2000}
        body |= {"curves_completed": 1, "parametrization": 1, "sigmas": [str(1000 + identity)]}
        while True:
            try:
                status, answer = await connection.ask("POST", "/api/v1/results/ecm", body)
            except TROUBLES:
                with suppress(OSError):
                    await connection.close()
                connection = Connection(self.port)
                await asyncio.sleep(0.02)
                continue
            if status == 200:
                return connection
            self.turned_away.add(status)
            assert status == 503, answer
            await asyncio.sleep(0.02)

    def acknowledge(self, more):
        """Wait until so many more were acknowledged."""
        enough = self.acknowledged + more
        until(lambda: self.acknowledged >= enough)


@pytest.fixture
def shared(postgres, tmp_path):
    """A coordinator on a database of its own."""
    name = postgres.database()
    process = CoordinatorProcess(tmp_path / "data", "--postgres", postgres.address(name), "--node-name", "north")
    process.database = name
    yield process.start()
    process.close()


def check(postgres, coordinator, load):
    """See that what was acknowledged was recorded once, here and in the database."""
    detail = HTTP.get(f"{coordinator.address}/api/v1/composites/1").json()
    assert sum(row["curves"] for row in detail["effort"]) == load.acknowledged == load.sent
    assert coordinator.stop() == 0
    for more in ((), ("--shared", postgres.address(coordinator.database))):
        done = tallystick("verify", "--data-dir", coordinator.directory, "--json", *more)
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads(done.stdout)["holds"]


@pytest.mark.drill
def test_what_the_database_has_and_the_copy_lacks_is_there_after_a_kill_between_the_two(shared, postgres):
    load = Load(shared.port)
    asyncio.run(load.begin())
    assert shared.stop() == 0

    def die():
        shared.start(TALLYSTICK_FAILPOINT="between-log-commits:9")
        assert shared.wait_until_dead() < 0
        with closing(SqliteEventLog(shared.directory / "log.db", read_only=True)) as copy:
            end = postgres.value("SELECT position FROM tallystick.pen", shared.database)
            assert copy.head().position < end
        shared.start()
        load.acknowledge(20)

    asyncio.run(load.run(die))
    check(postgres, shared, load)


@pytest.mark.drill
def test_what_was_acknowledged_is_there_once_whatever_happens(shared, postgres, chance):
    def restart(mode):
        postgres.stop(mode)
        postgres.start()

    def kill():
        shared.kill()
        shared.start()

    def freeze():
        shared.process.send_signal(signal.SIGSTOP)
        postgres.value("SELECT pg_sleep(2.5)")
        shared.process.send_signal(signal.SIGCONT)

    def cut():
        postgres.value("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tallystick'")

    def happen():
        for _ in range(2):
            for misfortune in (kill, freeze, cut, cut, lambda: restart("fast"), lambda: restart("immediate")):
                load.acknowledge(chance.randint(1, 60))
                misfortune()
        load.acknowledge(20)

    load = Load(shared.port)
    asyncio.run(load.begin())
    asyncio.run(load.run(happen))
    assert load.turned_away <= {503}
    check(postgres, shared, load)


@pytest.mark.drill
def test_a_holder_that_was_stopped_and_wakes_appends_nothing(shared, postgres, tmp_path):
    load = Load(shared.port)
    asyncio.run(load.begin())
    with closing(SqliteEventLog(tmp_path / "south.db")) as copy:
        pen = PostgresPen(Database(postgres.address(shared.database), None, "south"), copy)
        log = SharedLog(copy, pen)

        def take_over():
            load.acknowledge(20)
            shared.process.send_signal(signal.SIGSTOP)
            assert wait_for_pen(pen), pen.reason
            taken = pen.term
            log.append(following(log, key_created(1)), log.head())
            shared.process.send_signal(signal.SIGCONT)
            until(lambda: load.turned_away)
            for number in range(2, 40):
                log.append(following(log, key_created(number)), log.head())
            assert copy.head().position == taken + 39, "the woken holder has appended"
            pen.close()
            load.acknowledge(20)

        asyncio.run(load.run(take_over))
    check(postgres, shared, load)
