"""Counting jobs from submission to result with two workers waiting, against the library alone on the same machine."""

import statistics
import time

from primecountpy.primecount import prime_pi
from stage import coordinator, figure, get, post
from workforce import workers

JOBS = ((10**6, 16, 5, "< 0.3"), (10**12, 32, 5, "< 2"), (10**15, 32, 1, "< 40"))


def main() -> None:
    """Run each job several times, the library's own count beside it each time."""
    print("  workload: two workers of one process each, asked by long-poll; every boundary is computed twice")
    with coordinator() as address, workers(address, 2, "--kinds", "counting"):
        for n, chunks, runs, goal in JOBS:
            seen = [(counted(address, n, chunks), alone(n, chunks)) for _ in range(runs)]
            seconds = statistics.median(job for job, _ in seen)
            library = statistics.median(library for _, library in seen)
            beside = f"{library:.3f} s of the library alone for the same ends one after the other"
            figure(f"pi({n:.0e}) in {chunks} chunks", seconds, "s", goal=goal, beside=beside)


def counted(address: str, n: int, chunks: int) -> float:
    """Return how long a job took from before its submission until its result was seen."""
    started = time.perf_counter()
    job = post(f"{address}/api/count-primes", {"n": n, "chunks": chunks})["job_id"]
    while True:
        status = get(f"{address}/api/jobs/{job}")
        if status["result"]:
            return time.perf_counter() - started
        if status["error"]:
            raise RuntimeError(status["error"])
        time.sleep(0.01)


def alone(n: int, chunks: int) -> float:
    """Return how long the library takes for all ends of all chunks, with threads of its own."""
    started = time.perf_counter()
    for chunk in range(1, chunks + 1):
        prime_pi((chunk - 1) * (n // chunks))
        prime_pi(n if chunk == chunks else chunk * (n // chunks))
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
