"""What a result costs a coordinator when its number has 100,000 batches already, against the first results for one.

CPU time, as the coordinator counts its own: the other processes of the machine do not change it much.
"""

import json
import re
import statistics
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from bench_drop_in import numbers
from stage import coordinator, figure, post, wrk

BATCHES = 100_000
A_POST = 10_000
ROUNDS = 5
SECONDS = 4


def batches(number: str) -> Iterator[bytes]:
    """Yield bodies with all batches, of two curves each, one with a sigma."""
    for start in range(0, BATCHES, A_POST):
        yield "\n".join(
            json.dumps(
                {
                    "type": "factoring.curves_run",
                    "id": f"batch-{serial}",
                    "client_id": "bench",
                    "composite": number,
                    "b1": 11000,
                    "param": 1,
                    "curves": 2,
                    "sigmas": [str(10**12 + serial)],
                }
            )
            for serial in range(start, start + A_POST)
        ).encode()


def cpu_seconds(address: str) -> float:
    """Return how much CPU time the coordinator has taken."""
    with urllib.request.urlopen(f"{address}/metrics", timeout=60) as response:
        return float(re.search(r"^process_cpu_seconds_total (\S+)", response.read().decode(), re.MULTILINE)[1])  # type: ignore[index]


def cost(address: str, file: Path, number: str, curves: int) -> float:
    """Return the CPU milliseconds of one result for a number."""
    file.write_text(number)
    before = cpu_seconds(address)
    load = wrk(address, "submission.lua", "/api/v1/submit_result", str(file), str(curves), seconds=SECONDS)
    assert not load.failures, f"{load.failures} results were refused"
    return (cpu_seconds(address) - before) * 1000 / (load.rate * SECONDS)


def main() -> None:
    """Alternate between the old number and fresh ones."""
    print(f"  workload: submit_result on one number, 64 connections, {ROUNDS} x {SECONDS} s each")
    with tempfile.TemporaryDirectory() as directory, coordinator() as address:
        file = Path(directory) / "number"
        old, *fresh = numbers()[: 2 * ROUNDS + 1]
        post(f"{address}/api/v1/composites/bulk", [{"number": number} for number in (old, *fresh)])
        for body in batches(old):
            post(f"{address}/api/v1/events", body, "application/x-ndjson")
        for curves in (1, 75):
            costs = [
                (cost(address, file, old, curves), cost(address, file, fresh.pop(), curves)) for _ in range(ROUNDS)
            ]
            ratio = statistics.median(late / first for late, first in costs)
            late, first = (statistics.median(column) for column in zip(*costs, strict=True))
            beside = f"{late:.3f} ms beside {first:.3f} ms of CPU"
            what = f"a result with {curves} sigmas after {BATCHES:,} batches, over the first"
            figure(what, ratio, "x", goal="< 1.5", beside=beside)


if __name__ == "__main__":
    main()
