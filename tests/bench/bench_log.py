"""Bulk ingest, rebuild, verify, start, assignment and memory, on one coordinator with many numbers and events."""

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from stage import ROOT, coordinator, figure, post

NUMBERS = 20_000
BATCHES = 60_000
ITEMS = 5_000


def digits(index: int) -> str:
    """A composite of 90 digits without small factors, a different one for each index."""
    return str((10**44 + 2 * index + 1) * (10**45 + 9))


def submit(address: str) -> float:
    """Submit all numbers; return how many a second were taken."""
    began = time.perf_counter()
    for start in range(0, NUMBERS, ITEMS):
        body = [{"number": digits(i), "target_t_level": 50} for i in range(start, start + ITEMS)]
        post(f"{address}/api/v1/composites/bulk", body)
    return NUMBERS / (time.perf_counter() - began)


def ingest(address: str) -> float:
    """Hand in curve batches of one sigma each; return how many a second were taken."""
    # One number without small factors, so that it is the one the curves are run on.
    number = "2^365-3"
    value = str(2**365 - 3)
    post(f"{address}/api/v1/composites/bulk", [{"number": number, "target_t_level": 80}])
    rates = []
    for start in range(0, BATCHES, ITEMS):
        lines = "".join(
            json.dumps(
                {
                    "type": "factoring.curves_run",
                    "id": f"b{i}",
                    "client_id": "bench",
                    "composite": value,
                    "b1": 11_000,
                    "param": 1,
                    "curves": 1,
                    "sigmas": [str(1_000 + i)],
                }
            )
            + "\n"
            for i in range(start, start + ITEMS)
        )
        began = time.perf_counter()
        answer = post(f"{address}/api/v1/events", lines.encode(), "application/x-ndjson")
        rates.append(ITEMS / (time.perf_counter() - began))
        assert all(result["status"] == "accepted" for result in answer["results"]), answer["results"][0]
    return statistics.median(rates)


def assign(address: str) -> float:
    """Ask for work a thousand times on one connection; return the 99th percentile in milliseconds."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc)
    times = []
    for i in range(1_000):
        began = time.perf_counter()
        connection.request("GET", f"/api/v1/work/request?client_id=c{i % 16}")
        connection.getresponse().read()
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)[989]


def memory_mb(directory: Path) -> float:
    """Return the resident memory of the coordinator that holds a directory, without its children."""
    process = int((directory / "lock").read_text())
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def timed(*arguments: str) -> float:
    """Run a command of the command line; return the seconds it took."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "coordinator.cli", *arguments], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    """Fill one log, and measure what is done with it."""
    print(f"  workload: {NUMBERS:,} numbers of 90 digits, {BATCHES:,} curve batches of one sigma, one connection")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name) / "data"
        with coordinator(directory) as address:
            figure("numbers submitted in bulk", submit(address), "/s", goal="")
            figure("curve batches by POST /api/v1/events", ingest(address), "/s", goal=">= 12,000/s")
            figure("assignment, 99th percentile", assign(address), "ms", goal=f"< 5 ({NUMBERS:,} open)")
            figure("memory of the coordinator", memory_mb(directory), "MB", goal="< 300 (1,000,000 events)")
        events = NUMBERS + BATCHES
        chain = timed("verify", "--log-only", "--data-dir", str(directory))
        figure("verify, chain only (process start included)", events / chain, "events/s", goal=">= 200,000/s")
        whole = timed("verify", "--data-dir", str(directory))
        figure("verify with refold (process start included)", events / whole, "events/s", goal=">= 50,000/s")


if __name__ == "__main__":
    main()
