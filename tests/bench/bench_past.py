"""Moments of the past on a log of a million events (`month.py`): how long the first look at one takes, and further ones.

Beside them stands the same address of today, and the same looks where snapshots are not packed. The first look unpacks the
nearest snapshot and folds the rest; before anything is measured, the coordinator is given the time to make its snapshots.
"""

import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
from stage import coordinator, figure, get

from coordinator.past.materialising import materialise
from coordinator.past.packing import copy_whole
from coordinator.past.snapshots import KEPT, interval, snapshot_at, snapshots

EVENTS = 1_000_000
MOMENTS = 12
_KEY = "bench"
ADDRESSES = ("/api/v1/composites?size=20", "/api/v1/stats/overview?days=30", "/simulations/", "/api/jobs?size=20")


def snapshots_of(address: str) -> dict[str, Any]:
    """Return the snapshots that there are."""
    request = urllib.request.Request(f"{address}/api/v1/admin/checkpoints", headers={"X-Admin-Key": _KEY})
    with urllib.request.urlopen(request, timeout=60) as response:
        shown: dict[str, Any] = msgspec.json.decode(response.read())
    return shown


def wait_for_snapshots(address: str) -> int:
    """Wait until there is every snapshot that a log of this length has; return where the log ends."""
    end: int = get(f"{address}/api/v1/events?limit=1")["head"]
    while len(snapshots_of(address)["checkpoints"]) < end // interval(end):
        time.sleep(0.5)
    return end


def bytes_of_tables(directory: Path) -> int:
    """Return how much room today's tables take, without the answers, which are not kept of the past."""
    size = 0
    for name in KEPT:
        with closing(sqlite3.connect(directory / "projections" / f"{name}.db")) as file:
            (answers,) = file.execute("SELECT total(pgsize) FROM dbstat WHERE name LIKE '%answers%'").fetchone()
            (pages,), (size_of_one,) = (file.execute(f"PRAGMA {p}").fetchone() for p in ("page_count", "page_size"))
            size += pages * size_of_one - answers
    return int(size)


def unpacked(directory: Path, beside: Path) -> int:
    """Put up a data directory with the same snapshots, unpacked as in earlier versions; return how much room they take."""
    for name in ("log.db", "client-keys.db"):
        (beside / name).symlink_to(directory.resolve() / name)
    for kept in snapshots(directory):
        to = snapshot_at(beside, kept.position)
        to.path.mkdir(parents=True)
        for name in KEPT:
            copy_whole(kept.of(name), to.path / f"{name}.db")
    return sum(kept.bytes for kept in snapshots(beside))


def folding(directory: Path, moment: int) -> float:
    """Return how much CPU the tables of factoring at a moment take, in milliseconds."""
    with tempfile.TemporaryDirectory() as scratch:
        began = time.process_time()
        materialise(directory, moment, {"factoring": Path(scratch) / "factoring.db"})
        return (time.process_time() - began) * 1000


def milliseconds(address: str) -> float:
    """Return how long an answer takes."""
    began = time.perf_counter()
    get(address)
    return (time.perf_counter() - began) * 1000


def measure(address: str, end: int) -> None:
    """Look at moments at random, each for the first time and again."""
    cold, warm, live = [], [], []
    milliseconds(f"{address}{ADDRESSES[0]}&as_of=1")
    for number, moment in enumerate(moments(end)):
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


def moments(end: int) -> list[int]:
    """Return moments at random."""
    picked = random.Random(7)
    return [picked.randint(1, end) for _ in range(MOMENTS)]


def compare(directory: Path, end: int) -> None:
    """Measure how much room the snapshots take, and what unpacking them costs whoever looks at a moment."""
    with tempfile.TemporaryDirectory() as beside:
        room = sum(kept.bytes for kept in snapshots(directory))
        tables = bytes_of_tables(directory)
        unpacked_room = unpacked(directory, Path(beside)) / tables
        told = f"of the tables {tables / 1e6:.0f} MB, unpacked {unpacked_room:.2f}"
        figure(f"room of {end // interval(end)} snapshots", room / tables, "", goal="<= 1.3 for ten", beside=told)
        ratios = [folding(directory, at) / folding(Path(beside), at) for at in moments(end) for _ in range(3)]
        figure("CPU of a first look, packed / unpacked", statistics.median(ratios), "", goal="about 1")


def main() -> None:
    """Fill a log, unless a directory with one is named, and look at its past."""
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch) / "data"
        if not directory.exists():
            month = Path(__file__).parent / "month.py"
            subprocess.run([sys.executable, str(month), str(directory), str(EVENTS)], check=True)
        with coordinator(directory, TALLYSTICK_ADMIN_KEY=_KEY) as address:
            end = wait_for_snapshots(address)
            measure(address, end)
        compare(directory, end)


if __name__ == "__main__":
    main()
