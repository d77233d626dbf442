"""Tasks from submission over HTTP to the durable result, computed by two workers, through Valkey and without."""

import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from stage import coordinator, figure, reference, wrk
from workforce import workers

from tests.real.valkeys import ValkeyProcess

CONNECTIONS = 32
SECONDS = 6
RUNS = 3


def main() -> None:
    """Measure through Valkey and over HTTP, a no-op beside both."""
    print(f"  workload: multiplications, one a request, {CONNECTIONS} connections, {RUNS} x {SECONDS} s; two workers")
    valkey = ValkeyProcess().start()
    try:
        measure("through Valkey", ">= 1,000", valkey.url)
    finally:
        valkey.close()
    measure("by long-poll over HTTP", "", "")


def measure(how: str, goal: str, valkey: str) -> None:
    """Print how many tasks a second went all the way."""
    flags = ["--kinds", "tasks", *(["--valkey", valkey] if valkey else [])]
    with (
        tempfile.TemporaryDirectory() as directory,
        coordinator(Path(directory), TALLYSTICK_VALKEY=valkey, TALLYSTICK_MAX_WAITING_TASKS="1000000") as ours,
        reference() as theirs,
        workers(ours, 2, *flags),
    ):
        runs = []
        for _ in range(RUNS):
            rate = all_the_way(ours, Path(directory) / "log.db")
            runs.append((rate, wrk(theirs, "result.lua", "x", "/", connections=CONNECTIONS, seconds=SECONDS).rate))
        submitted, finished, twice = tally(Path(directory) / "log.db")
    rate = statistics.median(rate for rate, _ in runs)
    no_op = statistics.median(no_op for _, no_op in runs)
    ratio = statistics.median(rate / no_op for rate, no_op in runs)
    figure(f"tasks/s {how}", rate, "/s", goal=goal, beside=f"{no_op:,.0f}/s of a no-op, ratio {ratio:.2f}")
    figure("tasks lost, or counted twice", submitted - finished + twice, "", goal="0", beside=f"of {submitted:,}")


def all_the_way(address: str, log: Path) -> float:
    """Submit for a while; return tasks per second from the first submission until the last result is in the log."""
    before, _, _ = tally(log)
    started = time.perf_counter()
    wrk(address, "task.lua", "/task", connections=CONNECTIONS, seconds=SECONDS)
    while True:
        submitted, finished, _ = tally(log)
        if finished == submitted:
            return (finished - before) / (time.perf_counter() - started)
        time.sleep(0.05)


def tally(log: Path) -> tuple[int, int, int]:
    """Return how many tasks were submitted, how many finished, and how many of those more than once."""
    connection = sqlite3.connect(f"file:{log}?mode=ro", uri=True)
    try:
        (submitted,) = connection.execute("SELECT count(*) FROM events WHERE type = 'tasks.submitted.v1'").fetchone()
        finished, once = connection.execute(
            "SELECT count(*), count(DISTINCT stream) FROM events WHERE type = 'tasks.finished.v1'"
        ).fetchone()
    finally:
        connection.close()
    return submitted, once, finished - once


if __name__ == "__main__":
    main()
