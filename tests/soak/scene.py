"""A scene: a coordinator, a worker and a Valkey server on a machine of which a test says what time it is and how much room."""

import contextlib
import resource
import time
from pathlib import Path

from tests.real.crews import WorkerProcess
from tests.real.servers import HTTP, CoordinatorProcess, tallystick
from tests.real.valkeys import ValkeyProcess
from tests.soak.disk import Disk
from tests.waiting import until

MOMENT = (0.05, 0.6)
"""How long, in seconds, what does not kill goes on."""
ADMIN = {"X-Admin-Key": "open-sesame"}


class Stepped(CoordinatorProcess):
    """A coordinator whose clock a test sets."""

    module = "tests.soak.stepped"


class Scene:
    """A coordinator, a worker and a Valkey server, each of which may meet with something.

    Args:
        folder: where all files are; a scene goes on with those of an earlier one that was closed.
    """

    def __init__(self, folder):
        self.disk = Disk(folder)
        self._clock = folder / "clock"
        self._clock.write_text("0")
        self.valkey = ValkeyProcess().start()
        flags = ("--valkey", self.valkey.url)
        environment = {"STEPPED_CLOCK": str(self._clock), "TALLYSTICK_ADMIN_KEY": ADMIN["X-Admin-Key"]}
        self.coordinator = Stepped(self.disk.place / "data", *flags, **environment)
        self.coordinator.output = folder / "coordinator.output"
        self.coordinator.start()
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

    def limited(self, process, limit, most, chance):
        """Give a process no more than so much of something for a moment; it may not survive that."""
        with contextlib.suppress(ProcessLookupError):
            before = resource.prlimit(process.pid, limit)
            resource.prlimit(process.pid, limit, (most, before[1]))
            self.pause(chance)
            resource.prlimit(process.pid, limit, before)

    def rebuild(self, name):
        """Have the tables of a context built anew; return what is said to that."""
        return HTTP.post(f"{self.coordinator.address}/api/v1/admin/projections/{name}/rebuild", headers=ADMIN)

    def rebuilt(self, name):
        """Have the same, and wait until it is over; tell whether it came to its end."""
        address = f"{self.coordinator.address}/api/v1/admin/projections/{name}/rebuild"
        if not self.rebuild(name).is_success:
            return False
        return (
            until(lambda: HTTP.get(address, headers=ADMIN).json().get("ended_at"))
            and not (HTTP.get(address, headers=ADMIN).json()["error"])
        )

    def tables(self):
        """Return the files of what is rebuilt from the log."""
        found = (self.coordinator.directory / "projections").glob("*.db")
        return sorted(file for file in found if file.name.count(".") == 1)  # others are being built, or were damaged

    def verify(self):
        """See that the log and the tables of the coordinator, which has stopped, are sound."""
        verified = tallystick("verify", "--data-dir", self.coordinator.directory, "--json", seconds=600)
        assert verified.returncode == 0, verified.stdout + verified.stderr

    def recover(self):
        """Have everybody back who has died; tell whether the coordinator was among them."""
        died = self.coordinator.process.poll() is not None
        if died:
            self.coordinator.start()
        if self.valkey.process.poll() is not None:
            self.valkey.start()
        if self.worker.process.poll() is not None:
            self._hire()
        return died

    def held(self):
        """Return what the coordinator holds: memory, descriptors, threads."""
        of = Path(f"/proc/{self.coordinator.process.pid}")
        status = dict(line.split(":", 1) for line in (of / "status").read_text().splitlines())
        return {
            "rss_kib": int(status["VmRSS"].split()[0]),
            "descriptors": len(list((of / "fd").iterdir())),
            "threads": int(status["Threads"]),
        }

    def said(self):
        """Return what the coordinator wrote last."""
        return self.coordinator.output.read_text()[-4_000:]

    def close(self):
        """Leave nothing running."""
        for one in (self.worker, self.coordinator, self.valkey):
            one.close()
        self.disk.close()
