"""What 500 people who look at live pages cost those who write: durable results with them, against without.

On a machine that others use as well, what the coordinator's own CPU time says is steadier than what came through: from
the time that a result takes without viewers follows what part of a core they take.
"""

import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from stage import HERE, Load, coordinator, figure, get, post, wrk

VIEWERS = 500
RUNS = 5
SECONDS = 6
FRAMES = 10
PAGES = ("/", "/composites", "/composites/1", "/factors", "/workers", "/contributors", "/events")


class Run(NamedTuple):
    """What wrk saw, and the CPU seconds that the coordinator spent meanwhile."""

    load: Load
    cpu_seconds: float


def cpu_seconds(directory: Path) -> float:
    """Return the CPU time that the coordinator of a directory has spent, its children left out."""
    fields = Path(f"/proc/{int((directory / 'lock').read_text())}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(address: str, directory: Path, work: str) -> Run:
    """Hand in results for a while."""
    before = cpu_seconds(directory)
    load = wrk(address, "result.lua", work, "/api/v1/results/ecm", connections=16, seconds=SECONDS)
    return Run(load, cpu_seconds(directory) - before)


def share(alone: Run, together: Run) -> float:
    """Return what part of a core the viewers take; frames come as often however many results do."""
    each = alone.cpu_seconds / (alone.load.rate * SECONDS)
    return (together.cpu_seconds - each * together.load.rate * SECONDS) / SECONDS


@contextmanager
def watched(address: str, count: int = VIEWERS, *pages: str) -> Iterator[list[float]]:
    """Have the pages looked at; at the end, fewest and median frames of a stream, and the bytes of all streams."""
    seen: list[float] = []
    command = [sys.executable, str(HERE / "viewers.py"), address, str(count), *(pages or PAGES)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield seen
        seen += map(float, process.communicate()[0].split())


def per_frame(address: str, directory: Path) -> float:
    """Return the microseconds of CPU that a frame takes for each viewer more, of those that many look at."""
    spent: dict[int, float] = {}
    frames = 0.0
    for count in (1, VIEWERS):
        with watched(address, count, "/") as seen:
            before = cpu_seconds(directory)
            for _ in range(FRAMES):
                post(f"{address}/api/v1/composites/bulk", [{"number": f"{secrets.randbits(160) | 1}"}])
                time.sleep(1)
            spent[count] = cpu_seconds(directory) - before
        frames = seen[1] * VIEWERS
    return (spent[VIEWERS] - spent[1]) / frames * 1e6


def main() -> None:
    """Alternate between the two, so that a change of the machine's mood hits both."""
    print(f"  workload: one curve a result on 16 connections, {RUNS} x 6 s; {VIEWERS} streams of {len(PAGES)} pages")
    alone: list[Run] = []
    together: list[Run] = []
    frames: list[float] = []
    with tempfile.TemporaryDirectory() as fresh, coordinator(Path(fresh)) as address:
        post(f"{address}/api/v1/composites/bulk", [{"number": "2^365-3", "target_t_level": 60}])
        work = get(f"{address}/api/v1/work/request?client_id=bench")["work_id"]
        for _ in range(RUNS):
            frames.append(per_frame(address, Path(fresh)))
            alone.append(run(address, Path(fresh), work))
            with watched(address) as seen:
                together.append(run(address, Path(fresh), work))
    pairs = list(zip(alone, together, strict=True))
    rate, undisturbed = (statistics.median(one.load.rate for one in runs) for runs in (together, alone))
    ratio = statistics.median(with_.load.rate / without.load.rate for without, with_ in pairs)
    beside = f"{rate:,.0f}/s beside {undisturbed:,.0f}/s"
    figure(f"results/s with {VIEWERS} viewers over without", ratio, "x", goal="> 0.92", beside=beside)
    taken = statistics.median(share(*pair) for pair in pairs)
    figure("of a core's time the viewers take", taken, "", goal="< 0.08")
    figure("CPU of a frame and viewer", statistics.median(frames), "us", goal="<= 12")
    figure("answers other than 2xx", sum(one.load.failures for one in alone + together), "", goal="0")
    figure(f"frames to one viewer in {SECONDS} s, the fewest", seen[0], "", goal=">= 6", beside=f"median {seen[1]:.0f}")
    figure("bytes to all viewers, last run", seen[2] / 1e6, "MB", goal="")


if __name__ == "__main__":
    main()
