"""Misfortune after misfortune under the load of every context: nothing acknowledged is lost, nothing is counted twice.

A round is one misfortune, and is over when the clients of every context have been answered again. `make drills` goes
through a few, `make soak` through many more with each of its random seeds, and records how many there were and how much
memory was held after the first and the last of them.
"""

import contextlib
import json
import resource
import sqlite3
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest
from hypothesis import settings

from tests.crews import WorkerProcess
from tests.servers import CoordinatorProcess, tallystick
from tests.soak.load import NUMBER, Load, clients
from tests.soak.misfortunes import MISFORTUNES, MOMENT
from tests.valkeys import ValkeyProcess
from tests.waiting import until

ROUNDS, ROUNDS_OF_A_SEED = 2 * len(MISFORTUNES), 100
FLAT = 1.2
BEGUN = {"factoring.composite_submitted.v1"}
"""Of these there is one before the load."""
_KIB = 1024


class Stepped(CoordinatorProcess):
    """A coordinator whose clock a test sets."""

    module = "tests.soak.stepped"


class Scene:
    """A coordinator, a worker and a Valkey server, each of which may meet with something."""

    def __init__(self, directory):
        self._clock = directory / "clock"
        self._clock.write_text("0")
        self.valkey = ValkeyProcess().start()
        flags = ("--valkey", self.valkey.url)
        self.coordinator = Stepped(directory / "data", *flags, STEPPED_CLOCK=str(self._clock)).start()
        self._hire()

    def _hire(self):
        flags = ("--kinds", "counting,tasks", "--valkey", self.valkey.url)
        self.worker = WorkerProcess(self.coordinator, "worker", *flags)

    def set_clock(self, seconds):
        """Set the coordinator's clock by so many seconds."""
        self._clock.write_text(str(seconds))

    def restart(self, **environment):
        """Stop the coordinator and start it again in another environment."""
        self.coordinator.stop()
        self.coordinator.start(**environment)

    def pause(self, chance):
        """Let a moment pass; there is nothing to wait for."""
        time.sleep(chance.uniform(*MOMENT))

    def limited(self, limit, most, chance):
        """Give the coordinator no more than so much of something for a moment; it may not survive that."""
        pid = self.coordinator.process.pid
        with contextlib.suppress(ProcessLookupError):
            before = resource.prlimit(pid, limit)
            resource.prlimit(pid, limit, (most, before[1]))
            self.pause(chance)
            resource.prlimit(pid, limit, before)

    def recover(self):
        """Have everybody back who has died."""
        if self.coordinator.process.poll() is not None:
            self.coordinator.start()
        if self.valkey.process.poll() is not None:
            self.valkey.start()
        if self.worker.process.poll() is not None:
            self._hire()

    @property
    def rss_kib(self):
        """How much memory the coordinator holds."""
        status = Path(f"/proc/{self.coordinator.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0])

    def close(self):
        """Leave nothing running."""
        for one in (self.worker, self.coordinator, self.valkey):
            one.close()


@pytest.fixture
def scene(tmp_path):
    scene = Scene(tmp_path)
    yield scene
    scene.close()


def begun(scene):
    """Have a number, an assignment and a simulation; return the clients that go on with them."""
    with httpx.Client(base_url=scene.coordinator.address, timeout=30) as http:
        http.post("/api/v1/composites/bulk", json=[{"number": NUMBER, "target_t_level": 70}]).raise_for_status()
        work = http.get("/api/v1/work/request", params={"client_id": "loader"}).json()["work_id"]
        http.post("/machines/", json={"name": "m", "cpu": "x86", "memory": 1, "status": "available"}).raise_for_status()
        simulation = http.post("/simulations/", json={"name": "s", "machine_id": 1}).json()["id"]
        return clients(work, simulation)


def recorded(scene):
    """Count the events of each type."""
    with contextlib.closing(sqlite3.connect(f"file:{scene.coordinator.directory}/log.db?mode=ro", uri=True)) as log:
        return Counter(dict(log.execute("SELECT type, count(*) FROM readable GROUP BY type")))


def all_worked_off(scene):
    """Tell whether every task and every job has come to its end."""
    there = recorded(scene)
    return all(
        there[f"{kind}.{begun}.v1"] == there[f"{kind}.{ended}.v1"]
        for kind, begun, ended in (("tasks", "submitted", "finished"), ("counting", "job_submitted", "job_finished"))
    )


@pytest.mark.drill
@pytest.mark.timeout(3_000)
def test_whatever_happens_nothing_is_lost_and_nothing_counts_twice(scene, chance, record_property):
    rounds = ROUNDS if settings.default.derandomize else ROUNDS_OF_A_SEED
    # Each at least once in as many rounds as there are, in an order that nobody chose.
    coming = [
        one for _ in range(rounds // len(MISFORTUNES) + 1) for one in chance.sample(MISFORTUNES, len(MISFORTUNES))
    ]
    held = []
    slowest_recovery = 0.0
    with Load([scene.coordinator.address], begun(scene)) as load:
        for misfortune in coming[:rounds]:
            before = load.acknowledged()
            until(lambda before=before: all(now > then for now, then in zip(load.acknowledged(), before, strict=True)))
            misfortune(scene, chance)
            scene.recover()
            over, before = time.monotonic(), load.acknowledged()
            until(
                lambda before=before: all(
                    now > then + 1 for now, then in zip(load.acknowledged(), before, strict=True)
                ),
                said=scene.coordinator.output.read_text,
            )
            slowest_recovery = max(slowest_recovery, time.monotonic() - over)
            held.append(scene.rss_kib)
    until(lambda: all_worked_off(scene), said=lambda: recorded(scene))
    assert load.faults == {}
    there = recorded(scene)
    assert {client.event: there[client.event] for client in load.clients} == {
        client.event: len(client.answers) + (client.event in BEGUN) for client in load.clients
    }
    assert scene.coordinator.stop() == 0
    verified = tallystick("verify", "--data-dir", scene.coordinator.directory, "--json")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert json.loads(verified.stdout)
    tenth = max(1, rounds // 10)
    for name, value in (
        ("rounds", rounds),
        ("acknowledged", sum(load.acknowledged())),
        ("slowest_recovery_s", slowest_recovery),
        ("slowest_answer_s", load.slowest),
        ("rss_kib_early", sorted(held[:tenth])[tenth // 2]),
        ("rss_kib_late", sorted(held[-tenth:])[tenth // 2]),
    ):
        record_property(name, value)
    assert sorted(held[-tenth:])[tenth // 2] < FLAT * sorted(held[: 2 * tenth])[tenth]
