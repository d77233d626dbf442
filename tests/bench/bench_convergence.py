"""Points of simulations: how many are taken in bulk, and how soon each reaches those who watch."""

import json
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from stage import HERE, coordinator, figure, post

RUNS = 5
SENDERS = 2
ITEMS = 10_000
BODIES = 3
SUBSCRIBERS = 200
POINTS_A_SECOND = 50
SECONDS = 5


def bodies(simulation: int, tag: str) -> list[bytes]:
    """Return bodies for the bulk address."""
    return [
        json.dumps(
            [
                {
                    "type": "simulations.point_recorded",
                    "id": f"{tag}-{number}-{item}",
                    "client_id": f"solver-{simulation}",
                    "simulation_id": simulation,
                    "loss_value": random.random(),
                }
                for item in range(ITEMS)
            ]
        ).encode()
        for number in range(BODIES)
    ]


def bulk_rate(address: str, simulations: list[int], run: int) -> float:
    """Hand in points from several senders at the same time; return how many were taken a second."""

    def send(prepared: list[bytes]) -> None:
        for body in prepared:
            answer = post(f"{address}/api/v1/events", body)
            assert all(result["status"] == "accepted" for result in answer["results"])

    loads = [bodies(simulation, f"{run}-{simulation}") for simulation in simulations]
    threads = [threading.Thread(target=send, args=(load,)) for load in loads]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(simulations) * BODIES * ITEMS / (time.perf_counter() - begun)


def sqlite_rate() -> float:
    """Insert as many points into a plain table, durably, 500 at a time; return how many a second."""
    count = SENDERS * BODIES * ITEMS
    with tempfile.TemporaryDirectory() as directory:
        connection = sqlite3.connect(Path(directory) / "points.db", isolation_level=None)
        connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
        connection.execute("CREATE TABLE points (id TEXT PRIMARY KEY, simulation INTEGER, at INTEGER, loss REAL)")
        begun = time.perf_counter()
        for start in range(0, count, 500):
            connection.execute("BEGIN IMMEDIATE")
            rows = [(f"p-{n}", 1, n, random.random()) for n in range(start, start + 500)]
            connection.executemany("INSERT INTO points VALUES (?, ?, ?, ?)", rows)
            connection.execute("COMMIT")
        rate = count / (time.perf_counter() - begun)
        connection.close()
    return rate


def paced(count: int, rate: float) -> Iterator[int]:
    """Yield numbers at a steady rate."""
    begun = time.perf_counter()
    for number in range(count):
        time.sleep(max(0.0, begun + number / rate - time.perf_counter()))
        yield number


def latencies(address: str, subscribers: int) -> tuple[float, float]:
    """Return median and 99th percentile of the milliseconds that points take to their subscribers."""
    simulation = post(f"{address}/simulations", {"name": "watched"})["id"]
    socket = f"ws{address.removeprefix('http')}/ws/convergence/{simulation}"
    points = POINTS_A_SECOND * SECONDS
    command = [sys.executable, str(HERE / "subscribers.py"), socket, str(subscribers), str(points)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        for number in paced(points, POINTS_A_SECOND):
            post(f"{address}/convergence/data", {"simulation_id": simulation, "loss_value": number})
        median, p99 = process.stdout.read().split()
    return float(median), float(p99)


def main() -> None:
    """Alternate between the coordinator and its reference, so that a change of the machine's mood hits both."""
    print(f"  workload: {SENDERS} senders x {BODIES} bodies of {ITEMS:,} points; {RUNS} runs, everything durable")
    with coordinator() as ours:
        simulations = [post(f"{ours}/simulations", {"name": f"s{number}"})["id"] for number in range(SENDERS)]
        loads = [(bulk_rate(ours, simulations, run), sqlite_rate()) for run in range(RUNS)]
        rate, reference = (statistics.median(column) for column in zip(*loads, strict=True))
        ratio = statistics.median(mine / plain for mine, plain in loads)
        figure(
            "points/s in bulk over plain SQLite inserts", ratio, "x", goal=">= 0.2", beside=f"beside {reference:,.0f}/s"
        )
        figure("points/s in bulk", rate, "/s", goal=">= 25,000")
        print(f"  workload: {POINTS_A_SECOND} points/s for {SECONDS} s, each posted by itself")
        one, _ = latencies(ours, 1)
        many = [latencies(ours, SUBSCRIBERS) for _ in range(3)]
        median, p99 = (statistics.median(column) for column in zip(*many, strict=True))
        beside = f"beside {one:.1f} ms to a single one"
        figure(f"receipt to {SUBSCRIBERS} subscribers, median", median, "ms", goal="< 50", beside=beside)
        figure(f"receipt to {SUBSCRIBERS} subscribers, 99th percentile", p99, "ms", goal="")


if __name__ == "__main__":
    main()
