"""Workers of a kind, for as long as a bench needs them."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from stage import ROOT, get


@contextmanager
def workers(address: str, count: int, *flags: str) -> Iterator[None]:
    """Run workers of one computation each, and wait until the coordinator has heard of all of them, or for a while."""
    with tempfile.TemporaryDirectory() as spools:
        crew = [
            subprocess.Popen(
                [
                    *(sys.executable, "-m", "coordinator.cli", "work", "--coordinator", address, "--processes", "1"),
                    *("--client-id", f"bench-{number}", "--spool-dir", f"{spools}/{number}", *flags),
                ],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env=os.environ,
            )
            for number in range(count)
        ]
        try:
            deadline = time.monotonic() + 10
            while get(f"{address}/health")["workers"] < count and time.monotonic() < deadline:
                time.sleep(0.1)
            time.sleep(2)  # what they start for themselves
            yield
        finally:
            for worker in crew:
                worker.terminate()
            for worker in crew:
                worker.wait(20)
