"""Factors found for a CPU-minute under each strategy, with real curves: one list, two workers, one strategy after the other.

`python tests/bench/bench_strategies.py 5 3` runs each for five minutes in three rounds, three quarters of an hour on a machine that
does nothing else; without arguments it is a minute each, once.
"""

import random
import resource
import statistics
import sys
import threading
import time
import urllib.error
import urllib.parse
from collections import deque
from typing import Any

import gmpy2
from stage import coordinator, figure, get, post

from tests.core.factoring.simulated import a_number
from workers.curves import BatchOrder, run_batch
from workers.gmp_ecm import find_binary

NUMBERS, WORKERS = 300, 2
STRATEGIES = ("yield", "progressive", "ladder")


def listed() -> list[dict[str, object]]:
    """Draw composites of 60 to 110 digits, on half of which work was done elsewhere that found nothing."""
    chance, items = random.Random(17), []
    for identity in range(1, NUMBERS + 1):
        level = chance.choice((0, chance.randint(15, 25)))
        drawn = a_number(identity, chance.randint(60, 110), chance, level * 1_000)
        value = gmpy2.mpz(1)
        for prime in drawn.primes:
            digits = int(prime.log)
            value *= gmpy2.next_prime(int(10 ** (prime.log - digits) * 10**15) * gmpy2.mpz(10) ** max(digits - 15, 0))
        items.append({"number": str(value)} | ({"prior_t_level": level} if level else {}))
    return items


def work(address: str, strategy: str, name: str, until: float, program: str) -> None:
    """Ask for curves by a strategy, several numbers at once where they are short, run them and hand them in, until it is over."""
    asked = urllib.parse.urlencode({"client_id": name, "strategy": strategy, "cores": 1, "numbers": 16})
    given: deque[dict[str, Any]] = deque()
    while time.monotonic() < until:
        if not given:
            first = get(f"{address}/api/v1/work/request?{asked}")
            if first["work_id"] is None:
                return
            given.extend([first, *first.get("further", ())])
        run(address, given.popleft(), name, until, program)


def run(address: str, given: dict[str, Any], name: str, until: float, program: str) -> None:
    """Run the curves of one assignment and hand them in, as far as it is not over."""
    order = BatchOrder(given["composite"], given["b1"], given["b2"], given["parametrization"], given["curves"])
    with run_batch(program, order) as batch:
        clock = threading.Timer(max(until - time.monotonic(), 0), batch.stop)
        clock.start()
        try:
            result = batch.result()
        finally:
            clock.cancel()
    if not result.curves:
        return
    report = {
        "work_assignment_id": given["work_id"],
        "client_id": name,
        "curves_completed": result.curves,
        "b1": given["b1"],
        "b2": given["b2"],
        "parametrization": given["parametrization"],
        "sigmas": result.sigmas,
        "factors_found": [{"factor": found.factor, "sigma": found.sigma} for found in result.factors],
        "execution_time": result.cpu_seconds,
    }
    try:
        post(f"{address}/api/v1/results/ecm", report)
    except urllib.error.HTTPError as refusal:
        raise SystemExit(f"A report was refused: {refusal.read().decode()}") from refusal


def finds_a_minute(strategy: str, items: list[dict[str, object]], minutes: float, program: str) -> tuple[float, int]:
    """Return the factors found for a CPU-minute, and how many there were."""
    with coordinator() as address:
        post(f"{address}/api/v1/composites/bulk", items)
        before = get(f"{address}/api/v1/stats/overview")["total_factors"]
        started = children_seconds()
        until = time.monotonic() + minutes * 60
        arguments = ((address, strategy, f"worker-{n}", until, program) for n in range(WORKERS))
        threads = [threading.Thread(target=work, args=one) for one in arguments]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        spent = children_seconds() - started
        found = get(f"{address}/api/v1/stats/overview")["total_factors"] - before
    return found / (spent / 60), found


def children_seconds() -> float:
    """Return the CPU time of all programs that were run and have ended: curves, and what it took to start them."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main(minutes: float, rounds: int) -> None:
    """Run the strategies one after the other, round after round."""
    items, program = listed(), str(find_binary().path)
    print(
        f"  workload: {NUMBERS} composites of 60 to 110 digits, {WORKERS} workers, {minutes:g} min each, {rounds} rounds"
    )
    runs = [[finds_a_minute(strategy, items, minutes, program) for strategy in STRATEGIES] for _ in range(rounds)]
    for strategy, of in zip(STRATEGIES, zip(*runs, strict=True), strict=True):
        rates, founds = zip(*of, strict=True)
        beside = f"{', '.join(map(str, founds))} factors found"
        figure(f"{strategy}: factors a CPU-minute", statistics.median(rates), "", goal="", beside=beside)


if __name__ == "__main__":
    main(*(float(one) if i == 0 else int(one) for i, one in enumerate(sys.argv[1:] or ("1", "1"))))  # type: ignore[arg-type]
