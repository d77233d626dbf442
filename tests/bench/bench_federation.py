"""Pushes of 1,000 agents with 50 facts each over HTTP, durable, while others pull all that they know together."""

import statistics
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from stage import coordinator, figure, get, reference, wrk

AGENTS = 1_000
SECONDS = 6
RUNS = 5
PULLS_A_SECOND = 10


def main() -> None:
    """Alternate between the two servers, so that a change of the machine's mood hits both."""
    print(
        f"  workload: {AGENTS} agents, 50 facts each of which 5 are new, 64 connections, {RUNS} x {SECONDS} s each;"
        f" {PULLS_A_SECOND} pulls a second beside them"
    )
    pulls: list[float] = []
    with coordinator() as ours, reference() as theirs:
        wrk(ours, "push.lua", "/push", seconds=1)
        loads = []
        for _ in range(RUNS):
            with pulling(ours, pulls):
                mine = wrk(ours, "push.lua", "/push", seconds=SECONDS)
            loads.append((mine, wrk(theirs, "push.lua", "/", seconds=SECONDS)))
        merged = get(f"{ours}/pull")
        unchanged = [timed(f"{ours}/pull", f'"{etag(ours)}"') for _ in range(200)]
    rate = statistics.median(mine.rate for mine, _ in loads)
    no_op = statistics.median(theirs.rate for _, theirs in loads)
    ratio = statistics.median(mine.rate / theirs.rate for mine, theirs in loads)
    figure("pushes/s", rate, "/s", goal=">= 3,000", beside=f"{no_op:,.0f}/s of a no-op, ratio {ratio:.2f}")
    figure("pulls meanwhile, 99th percentile", percentile(pulls), "ms", goal="< 50", beside=f"{len(pulls)} pulls")
    figure("pulls meanwhile, median", statistics.median(pulls), "ms", goal="")
    figure("a pull that has not changed, 99th percentile", percentile(unchanged), "ms", goal="a 304")
    figure("answers other than 2xx", sum(mine.failures for mine, _ in loads), "", goal="0")
    figure("facts in the merge", merged["metadata"]["total_facts"], "", goal="50,000")


@contextmanager
def pulling(address: str, seen: list[float]) -> Iterator[None]:
    """Pull at a steady pace, and note how long each took in milliseconds."""
    over = threading.Event()

    def pull() -> None:
        due = time.perf_counter()
        while not over.is_set():
            seen.append(timed(f"{address}/pull"))
            due += 1 / PULLS_A_SECOND
            over.wait(max(0.0, due - time.perf_counter()))

    thread = threading.Thread(target=pull)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def timed(address: str, tag: str = "") -> float:
    """Return how many milliseconds it takes until the whole answer is there."""
    request = urllib.request.Request(address, headers={"If-None-Match": tag})
    started = time.perf_counter()
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            response.read()
    except urllib.error.HTTPError as answer:
        if answer.code != 304:
            raise
    return (time.perf_counter() - started) * 1000


def etag(address: str) -> str:
    """Return the tag of the merge as it is."""
    with urllib.request.urlopen(f"{address}/pull", timeout=60) as response:
        return str(response.headers["ETag"]).strip('"')


def percentile(values: list[float], part: float = 0.99) -> float:
    """Return the value that so many of the values do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


if __name__ == "__main__":
    main()
