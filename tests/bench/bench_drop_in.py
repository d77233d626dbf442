"""The client of the ECM Coordination Middleware at 10,000 numbers and 64 connections, beside a POST that does nothing."""

import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import gmpy2
from stage import HERE, Load, coordinator, figure, post, reference, wrk

CONNECTIONS = 64
NUMBERS = 10_000
ROUNDS = 3


def numbers() -> list[str]:
    """Return products of two primes, of 80 to 120 digits: nothing is found in them by small primes."""
    chance, side = random.Random(7), round(NUMBERS**0.5)
    primes = [gmpy2.next_prime(10 ** chance.randint(40, 59) + chance.randrange(10**40)) for _ in range(2 * side)]
    return [str(one * other) for one in primes[:side] for other in primes[side:]]


def submissions(ours: str, theirs: str, file: Path, curves: int, goal: int) -> None:
    """Measure results that show so many curves."""
    loads: list[tuple[Load, Load]] = [
        (
            wrk(ours, "submission.lua", "/api/v1/submit_result", str(file), str(curves), connections=CONNECTIONS),
            wrk(theirs, "submission.lua", "/any", str(file), str(curves), connections=CONNECTIONS),
        )
        for _ in range(ROUNDS)
    ]
    rate = statistics.median(mine.rate for mine, _ in loads)
    no_op = statistics.median(no_op.rate for _, no_op in loads)
    failures = sum(mine.failures for mine, _ in loads)
    beside = f"{rate / no_op:.2f} of a no-op ({no_op:,.0f}/s), {failures} failures"
    figure(f"submit_result with {curves} sigmas", rate, "/s", goal=f">= {goal:,}", beside=beside)
    p99 = statistics.median(mine.p99_ms for mine, _ in loads)
    figure("  latency at the 99th percentile", p99, "ms", goal="")


def pairs(ours: str) -> None:
    """Measure requests for work, each completed."""
    command = [sys.executable, str(HERE / "work_pairs.py"), ours, str(CONNECTIONS), "6"]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() for _ in range(ROUNDS)]
    rate = statistics.median(float(rate) for rate, _ in runs)
    failures = sum(int(failures) for _, failures in runs)
    figure("ecm-work + complete", rate, "pairs/s", goal=">= 1,500", beside=f"{failures} failures")


def main() -> None:
    """Alternate between the two servers, so that a change of the machine's mood hits both."""
    print(f"  workload: {NUMBERS:,} numbers of 80 to 120 digits, {CONNECTIONS} connections, {ROUNDS} x 6 s each")
    with tempfile.TemporaryDirectory() as directory, coordinator() as ours, reference() as theirs:
        file = Path(directory) / "numbers"
        known = numbers()
        file.write_text("\n".join(known))
        post(f"{ours}/api/v1/composites/bulk", [{"number": number} for number in known])
        pairs(ours)
        submissions(ours, theirs, file, 0, 4_000)
        submissions(ours, theirs, file, 1, 4_000)
        submissions(ours, theirs, file, 75, 1_000)


if __name__ == "__main__":
    main()
