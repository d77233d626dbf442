"""Real workers: processes that tests hire, kill, and send home."""

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


class WorkerProcess:
    """`tallystick work` for a coordinator, with a spool of its own."""

    def __init__(self, coordinator, name, *flags):
        spool = coordinator.directory.parent / f"spool-{name}"
        self.output = coordinator.directory.parent / f"{name}.output"
        command = [sys.executable, "-m", "coordinator.cli", "work", "--coordinator", coordinator.address]
        options = ["--client-id", name, "--processes", "1", "--spool-dir", str(spool)]
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [*command, *options, *map(str, flags)], stdout=output, stderr=output, cwd=ROOT, env=os.environ
            )

    def kill(self):
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Ask it to end, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def close(self):
        """Leave nothing running."""
        if self.process.poll() is None:
            self.kill()
