"""Moments of the past on a log of a million events (`month.py`): how long the first look at one takes, and further ones.

Beside them stands the same address of today. The first look copies the nearest checkpoint and folds the rest; before
anything is measured, the coordinator is given the time to make its checkpoints.
"""

import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import msgspec
from stage import coordinator, figure, get

from coordinator.past.snapshots import interval

EVENTS = 1_000_000
MOMENTS = 12
_KEY = "bench"
ADDRESSES = ("/api/v1/composites?size=20", "/api/v1/stats/overview?days=30", "/simulations/", "/api/jobs?size=20")


def checkpoints(address: str) -> dict[str, Any]:
    """Return the checkpoints that there are."""
    request = urllib.request.Request(f"{address}/api/v1/admin/checkpoints", headers={"X-Admin-Key": _KEY})
    with urllib.request.urlopen(request, timeout=60) as response:
        shown: dict[str, Any] = msgspec.json.decode(response.read())
    return shown


def wait_for_checkpoints(address: str) -> int:
    """Wait until there is every checkpoint that a log of this length has; return where the log ends."""
    end: int = get(f"{address}/api/v1/events?limit=1")["head"]
    while len(checkpoints(address)["checkpoints"]) < end // interval(end):
        time.sleep(0.5)
    return end


def milliseconds(address: str) -> float:
    """Return how long an answer takes."""
    began = time.perf_counter()
    get(address)
    return (time.perf_counter() - began) * 1000


def measure(address: str, end: int) -> None:
    """Look at moments at random, each for the first time and again."""
    picked = random.Random(7)
    moments = [picked.randint(1, end) for _ in range(MOMENTS)]
    milliseconds(f"{address}{ADDRESSES[0]}&as_of=1")
    cold, warm, live = [], [], []
    for number, moment in enumerate(moments):
        asked = f"{address}{ADDRESSES[number % len(ADDRESSES)]}"
        then = f"{asked}{'&' if '?' in asked else '?'}as_of={moment}"
        cold.append(milliseconds(then))
        warm += [milliseconds(then) for _ in range(5)]
        live += [milliseconds(asked) for _ in range(5)]
    beside = f"of today {statistics.median(live):.1f} ms"
    figure("first look at a moment, median", statistics.median(cold), "ms", goal="")
    figure("first look at a moment, slowest", max(cold), "ms", goal="< 2,000")
    figure("further looks, median", statistics.median(warm), "ms", goal="< 50", beside=beside)
    figure("further looks, slowest", max(warm), "ms", goal="", beside=f"of today {max(live):.1f} ms")


def main() -> None:
    """Fill a log, unless a directory with one is named, and look at its past."""
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch) / "data"
        if not directory.exists():
            month = Path(__file__).parent / "month.py"
            subprocess.run([sys.executable, str(month), str(directory), str(EVENTS)], check=True)
        with coordinator(directory, TALLYSTICK_ADMIN_KEY=_KEY) as address:
            end = wait_for_checkpoints(address)
            kept = checkpoints(address)
            tables = sum(path.stat().st_size for path in (directory / "projections").glob("*.db"))
            figure("checkpoints", len(kept["checkpoints"]), "", goal="")
            figure(
                "room that they take", kept["bytes"] / 1e6, "MB", goal="", beside=f"live tables {tables / 1e6:.0f} MB"
            )
            measure(address, end)


if __name__ == "__main__":
    main()
