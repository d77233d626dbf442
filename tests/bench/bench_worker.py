"""A worker's throughput, from one assignment to the next, against plain `ecm` running as many of the same curves."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from stage import ROOT, coordinator, figure, post

from workers.factoring.gmp_ecm import find_binary

NUMBER = str((10**49 + 9) * (10**50 + 151))
WORK_SECONDS = 30
LEAST_SECONDS = 25
RUNS = 5


class Batch(NamedTuple):
    """What a worker did, and how long it was until it began with the next."""

    b1: int
    curves: int
    seconds: float


@contextmanager
def worker(address: str, spool: Path) -> Iterator[Iterator[dict[str, Any]]]:
    """Run a worker; yield what it logs as it comes."""
    command = [sys.executable, "-m", "coordinator.cli", "work", "--coordinator", address, "--processes", "1"]
    command += ["--client-id", "bench", "--spool-dir", str(spool)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stderr is not None
        try:
            yield map(json.loads, process.stderr)
        finally:
            process.terminate()


def batches(address: str, spool: Path) -> Iterator[Batch]:
    """Have batch after batch run, each by a worker that has just been started; leave out those that are too short."""
    while True:
        with worker(address, spool) as log:
            starts = (entry for entry in log if entry["event"] == "work_started")
            first = next(start for start in starts if "curves" in start)  # before them may be a run of P-1 or P+1
            second = next(starts)
        began, ended = (datetime.fromisoformat(start["timestamp"]) for start in (first, second))
        batch = Batch(first["b1"], first["curves"], (ended - began).total_seconds())
        if batch.seconds >= LEAST_SECONDS:
            yield batch


def plain_seconds(program: Path, batch: Batch) -> float:
    """Return how long plain `ecm` takes for as many such curves."""
    command = [str(program), "-one", "-param", "1", "-c", str(batch.curves), str(batch.b1)]
    began = time.monotonic()
    subprocess.run(command, input=NUMBER, stdout=subprocess.DEVNULL, text=True, check=True)
    return time.monotonic() - began


def main() -> None:
    """Alternate between the two, so that a change of the machine's mood hits both."""
    print(f"  workload: batches of some {WORK_SECONDS} s on {len(NUMBER)} digits, one process, {RUNS} times")
    program = find_binary().path
    ratios = []
    with tempfile.TemporaryDirectory() as spool, coordinator(TALLYSTICK_WORK_SECONDS=str(WORK_SECONDS)) as address:
        post(f"{address}/api/v1/composites/bulk", [{"number": NUMBER, "target_t_level": 40}])
        for batch, _ in zip(batches(address, Path(spool)), range(RUNS), strict=False):
            plain = plain_seconds(program, batch)
            ratios.append(plain / batch.seconds)
            print(f"  {batch.curves} curves, B1={batch.b1}: {batch.seconds:.2f} s beside {plain:.2f} s", flush=True)
    figure("curves/s over those of plain ecm", statistics.median(ratios), "x", goal=">= 0.99")


if __name__ == "__main__":
    main()
