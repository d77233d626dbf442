"""What an online rebuild of the largest projections costs those who write meanwhile, on a log of a million events.

A reference run of the same writers without a rebuild stands beside each run with one, in turns.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from stage import coordinator, figure, post

EVENTS = 1_000_000
TURNS = 3
SECONDS = 5.0
ITEMS = 500
_KEY = "bench"
_ADDRESS = "/api/v1/admin/projections/factoring/rebuild"


def batches() -> Iterator[bytes]:
    """Yield batches of simulations' points: what is decided and written in few steps, so that the writer is the limit."""
    for number in count():
        yield "".join(
            json.dumps(
                {
                    "type": "simulations.point_recorded",
                    "id": f"{time.time_ns()}-{number}-{i}",
                    "client_id": "bench",
                    "simulation_id": 1 + i % 8,
                    "loss_value": 0.5,
                }
            )
            + "\n"
            for i in range(ITEMS)
        ).encode()


def written(address: str, bodies: Iterator[bytes]) -> float:
    """Return how many points a second are recorded for a few seconds."""
    began, done = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        post(f"{address}/api/v1/events", next(bodies), "application/x-ndjson")
        done += ITEMS
    return done / (time.perf_counter() - began)


def rebuild(address: str, method: str) -> dict[str, Any]:
    """Begin the rebuild, ask how it stands, or cancel it."""
    request = urllib.request.Request(f"{address}{_ADDRESS}", headers={"X-Admin-Key": _KEY}, method=method)
    with urllib.request.urlopen(request, timeout=60) as response:
        standing: dict[str, Any] = json.load(response)
    return standing


def main() -> None:
    """Fill a log, unless a directory with one is named, and write with and without a rebuild."""
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch) / "data"
        if not directory.exists():
            month = Path(__file__).parent / "month.py"
            subprocess.run([sys.executable, str(month), str(directory), str(EVENTS)], check=True)
        with coordinator(directory, TALLYSTICK_ADMIN_KEY=_KEY) as address:
            bodies = batches()
            written(address, bodies)
            alone, beside = [], []
            for _ in range(TURNS):
                alone.append(written(address, bodies))
                rebuild(address, "POST")
                beside.append(written(address, bodies))
                while (standing := rebuild(address, "GET"))["state"] == "running":
                    time.sleep(0.25)
                assert standing["state"] == "completed", standing
            lost = 100 * (1 - statistics.median(beside) / statistics.median(alone))
            reference = f"alone {statistics.median(alone):,.0f}/s"
            figure("points written beside a rebuild", statistics.median(beside), "/s", goal="", beside=reference)
            figure("writers lose", lost, "%", goal="< 30")


if __name__ == "__main__":
    main()
