"""The client of the ECM Coordination Middleware at 10,000 numbers and 64 connections, beside a POST that does nothing."""

import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import gmpy2
from stage import HERE, Load, coordinator, figure, post, reference, wrk

CONNECTIONS = 64
NUMBERS = 10_000
ROUNDS = 3
SECONDS = 6
LOOKED_AT = ("/api/v1/dashboard/", "/api/v1/stats/overview")


def numbers() -> list[str]:
    """Return products of two primes, of 80 to 120 digits: nothing is found in them by small primes."""
    chance, side = random.Random(7), round(NUMBERS**0.5)
    primes = [gmpy2.next_prime(10 ** chance.randint(40, 59) + chance.randrange(10**40)) for _ in range(2 * side)]
    return [str(one * other) for one in primes[:side] for other in primes[side:]]


def submissions(ours: str, theirs: str, file: Path, curves: int, goal: str = "") -> None:
    """Measure results that show so many curves."""
    loads: list[tuple[Load, Load]] = []
    looks: list[list[tuple[float, int]]] = []
    for _ in range(ROUNDS):
        with looking(ours) as seen:
            mine = wrk(ours, "submission.lua", "/api/v1/submit_result", str(file), str(curves), connections=CONNECTIONS)
        looks.append(seen)
        loads.append((mine, wrk(theirs, "submission.lua", "/any", str(file), str(curves), connections=CONNECTIONS)))
    ratio = statistics.median(mine.rate / no_op.rate for mine, no_op in loads)
    rate, no_op = (statistics.median(load.rate for load in of) for of in zip(*loads, strict=True))
    failures = sum(mine.failures for mine, _ in loads)
    beside = f"{rate:,.0f}/s beside {no_op:,.0f}/s, {failures} failures"
    figure(f"submit_result/s with {curves} sigmas over those of a no-op", ratio, "x", goal=goal, beside=beside)
    p99 = statistics.median(mine.p99_ms for mine, _ in loads)
    figure("  latency at the 99th percentile", p99, "ms", goal="")
    pages(looks)


@contextmanager
def looking(ours: str) -> Iterator[list[tuple[float, int]]]:
    """Have somebody look at pages for as long as a load lasts; what they saw is there at the end."""
    seen: list[tuple[float, int]] = []
    command = [sys.executable, str(HERE / "page_reader.py"), ours, str(SECONDS), *LOOKED_AT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:
        yield seen
        printed, _ = reader.communicate(timeout=60)
    seen += [(float(p99), int(failures)) for p99, failures in map(str.split, printed.splitlines())]


def pages(looks: Sequence[Sequence[tuple[float, int]]]) -> None:
    """Print how long the pages took meanwhile."""
    for index, path in enumerate(LOOKED_AT):
        p99 = statistics.median(seen[index][0] for seen in looks)
        failures = sum(seen[index][1] for seen in looks)
        figure(f"  {path} meanwhile, at the 99th percentile", p99, "ms", goal="< 100", beside=f"{failures} failures")


def pairs(ours: str) -> None:
    """Measure requests for work, each completed."""
    command = [sys.executable, str(HERE / "work_pairs.py"), ours, str(CONNECTIONS), str(SECONDS)]
    runs, looks = [], []
    for _ in range(ROUNDS):
        with looking(ours) as seen:
            runs.append(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
        looks.append(seen)
    rate = statistics.median(float(rate) for rate, _ in runs)
    failures = sum(int(failures) for _, failures in runs)
    figure("ecm-work + complete", rate, "pairs/s", goal=">= 1,500", beside=f"{failures} failures")
    pages(looks)


def main() -> None:
    """Alternate between the two servers, so that a change of the machine's mood hits both."""
    print(
        f"  workload: {NUMBERS:,} numbers of 80 to 120 digits, {CONNECTIONS} connections, {ROUNDS} x {SECONDS} s each"
    )
    with tempfile.TemporaryDirectory() as directory, coordinator() as ours, reference() as theirs:
        file = Path(directory) / "numbers"
        known = numbers()
        file.write_text("\n".join(known))
        post(f"{ours}/api/v1/composites/bulk", [{"number": number} for number in known])
        pairs(ours)
        submissions(ours, theirs, file, 0)
        submissions(ours, theirs, file, 1, ">= 0.3")
        submissions(ours, theirs, file, 75, ">= 0.25")


if __name__ == "__main__":
    main()
