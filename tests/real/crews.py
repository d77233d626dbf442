"""Real workers: processes that tests hire, kill, and send home."""

import os
import signal

from tests.real.launcher import launch
from tests.waiting import PATIENCE_SECONDS
from workers.factoring.gmp_ecm import candidates


def with_one_ecm(**environment):
    """Return this environment with one GMP-ECM to be found: of two, each worker first tries which is the faster one."""
    there = [str(found.path.parent) for found in candidates()]
    return os.environ | {"PATH": os.pathsep.join([*there[-1:], os.environ["PATH"]])} | environment


class WorkerProcess:
    """`tallystick work` for a coordinator, with a spool of its own."""

    def __init__(self, coordinator, name, *flags):
        spool = coordinator.directory.parent / f"spool-{name}"
        self.output = coordinator.directory.parent / f"{name}.output"
        command = ["work", "--coordinator", coordinator.address, "--client-id", name, "--processes", 1]
        with self.output.open("a") as output:
            self.process = launch(
                "coordinator.cli", *command, "--spool-dir", spool, *flags, stdout=output, stderr=output
            )

    def kill(self):
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Ask it to end, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)

    def close(self):
        """Leave nothing running."""
        if self.process.poll() is None:
            self.kill()
