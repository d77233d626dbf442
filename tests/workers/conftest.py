import json
import os
import signal
import threading
from pathlib import Path
from subprocess import PIPE

import pytest

from tests.real.crews import with_one_ecm
from tests.real.launcher import launch
from tests.real.servers import HTTP, CoordinatorProcess
from workers.factoring.gmp_ecm import candidates

LONG_ENOUGH = 240


class Hired:
    """`tallystick work` in a process of its own, followed by what it logs."""

    def __init__(self, coordinator, spool, *flags, first=()):
        addresses = ",".join([*first, coordinator.address])
        command = ["work", "--coordinator", addresses, "--client-id", "hired", "--processes", 1]
        self.log = []
        with Path(os.devnull).open("w") as nowhere:
            self.process = launch(
                "coordinator.cli",
                *command,
                "--spool-dir",
                spool,
                *flags,
                stdout=nowhere,
                stderr=PIPE,
                environment=with_one_ecm(TMPDIR=str(spool.parent)),
            )
        self._watchdog = threading.Timer(LONG_ENOUGH, self.process.kill)
        self._watchdog.start()

    def wait_for(self, event):
        """Wait until it logs an event; return that."""
        for line in self.process.stderr:
            self.log.append(json.loads(line))
            if self.log[-1]["event"] == event:
                return self.log[-1]
        raise AssertionError(f"it ended without {event}: {self.log}")

    def logged(self, event):
        """Return what it has logged of an event."""
        return [entry for entry in self.log if entry["event"] == event]

    def tell(self, number=signal.SIGTERM):
        """Send it a signal."""
        self.process.send_signal(number)

    def wait(self):
        """Wait until it ends; return its exit code."""
        self.log += [json.loads(line) for line in self.process.stderr if line.startswith("{")]
        code = self.process.wait()
        self._watchdog.cancel()
        return code

    def kill(self):
        """End it as a power cut would."""
        self.tell(signal.SIGKILL)
        self.wait()

    def close(self):
        """Leave nothing running."""
        if self.process.poll() is None:
            self.process.kill()
        self.wait()
        self.process.stderr.close()


class Coordination(CoordinatorProcess):
    """A coordinator, and the questions that tests of workers ask it."""

    def get(self, path, **query):
        """Return what it answers."""
        return HTTP.get(f"{self.address}{path}", params=query).raise_for_status().json()

    def submit(self, number, target):
        """Hand in a number; return its id."""
        body = [{"number": number, "target_t_level": target}]
        answer = HTTP.post(f"{self.address}/api/v1/composites/bulk", json=body).raise_for_status().json()
        return answer["composites"][0]["id"]

    def status(self, number):
        """Return the status of a number."""
        return self.get(f"/api/v1/composites/{number}")["composite"]["status"]

    def facts(self, kind):
        """Return the data of all events of a type, oldest first."""
        return [event["data"] for event in self.get("/api/v1/events", type=kind)["events"]]


@pytest.fixture(scope="session")
def ecm():
    """Path of a GMP-ECM on this machine."""
    return str(candidates()[0].path)


@pytest.fixture
def coordinator(tmp_path):
    """A running coordinator that soon gives up on a silent worker."""
    process = Coordination(tmp_path / "data", TALLYSTICK_LEASE_SECONDS="2")
    yield process.start()
    process.close()


@pytest.fixture
def hire(tmp_path, coordinator):
    """Start workers of the coordinator, all with the same spool unless another is named; `first` are other addresses."""
    hired = []

    def hire(*flags, spool="spool", first=()):
        hired.append(Hired(coordinator, tmp_path / spool, *flags, first=first))
        return hired[-1]

    yield hire
    for worker in hired:
        worker.close()
