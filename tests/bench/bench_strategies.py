"""Factors found for a CPU-minute under each strategy, with real curves: one list, two workers, one strategy after the other.

`python tests/bench/bench_strategies.py 5 3` gives each of the two workers five minutes of CPU time in three rounds, an hour and a
half of it altogether; without arguments it is a minute each, once. By CPU time, not by the clock, so that a machine that does other
things besides takes longer and says the same.
"""

import os
import random
import resource
import statistics
import sys
import threading
import urllib.error
import urllib.parse
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import gmpy2
from stage import coordinator, figure, get, post

from tests.core.factoring.simulated import a_number
from workers.factoring.curves import BatchOrder, run_batch
from workers.factoring.gmp_ecm import find_binary
from workers.halting import Halt

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


def work(address: str, strategy: str, name: str, halt: Halt, program: str) -> None:
    """Ask for curves by a strategy, several numbers at once where they are short, run them and hand them in, until it is over."""
    asked = urllib.parse.urlencode({"client_id": name, "strategy": strategy, "cores": 1, "numbers": 16})
    given: deque[dict[str, Any]] = deque()
    while not halt.is_set():
        if not given:
            first = get(f"{address}/api/v1/work/request?{asked}")
            if first["work_id"] is None:
                return
            given.extend([first, *first.get("further", ())])
        run(address, given.popleft(), name, halt, program)


def run(address: str, given: dict[str, Any], name: str, halt: Halt, program: str) -> None:
    """Run the curves of one assignment and hand them in, as far as it is not over."""
    order = BatchOrder(given["composite"], given["b1"], given["b2"], given["parametrization"], given["curves"])
    with run_batch(program, order) as batch, halt.calling(batch.stop):
        result = batch.result()
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
        started = ended_seconds()
        with halted_after(WORKERS * minutes * 60, program) as halt:
            arguments = ((address, strategy, f"worker-{n}", halt, program) for n in range(WORKERS))
            threads = [threading.Thread(target=work, args=one) for one in arguments]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        spent = ended_seconds() - started
        found = get(f"{address}/api/v1/stats/overview")["total_factors"] - before
    print(f"    {strategy}: {found} factors in {spent / 60:.2f} CPU-minutes", flush=True)
    return found / (spent / 60), found


@contextmanager
def halted_after(seconds: float, program: str) -> Iterator[Halt]:
    """Yield what asks to stop once programs have taken so much CPU time together."""
    halt, over, until = Halt(), threading.Event(), ended_seconds() + seconds

    def watch() -> None:
        # Those that have ended first: one that ends in between is missed for once, and not counted twice.
        while not over.wait(0.1):
            if ended_seconds() + running_seconds(program) >= until:
                halt.set()
                return

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield halt
    finally:
        over.set()
        watching.join()


def ended_seconds() -> float:
    """Return the CPU time of all programs that were run and have ended: curves, and what it took to start them."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def running_seconds(program: str) -> float:
    """Return the CPU time of those of our children that are a program and run; Linux tells."""
    seconds = 0.0
    for children in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):  # a thread, or a child, that has ended meanwhile
            for child in children.read_text().split():
                name, _, told = Path(f"/proc/{child}/stat").read_text().partition("(")[2].rpartition(") ")
                if Path(program).name.startswith(name):
                    seconds += sum(map(int, told.split()[11:13])) / os.sysconf("SC_CLK_TCK")
    return seconds


def main(minutes: float, rounds: int) -> None:
    """Run the strategies one after the other, round after round."""
    items, program = listed(), str(find_binary().path)
    print(
        f"  workload: {NUMBERS} composites of 60 to 110 digits, {WORKERS} workers, {minutes:g} CPU-min each, {rounds} rounds",
        flush=True,
    )
    runs = [[finds_a_minute(strategy, items, minutes, program) for strategy in STRATEGIES] for _ in range(rounds)]
    for strategy, of in zip(STRATEGIES, zip(*runs, strict=True), strict=True):
        rates, founds = zip(*of, strict=True)
        beside = f"{', '.join(map(str, founds))} factors found"
        figure(f"{strategy}: factors a CPU-minute", statistics.median(rates), "", goal="", beside=beside)


if __name__ == "__main__":
    main(*(float(one) if i == 0 else int(one) for i, one in enumerate(sys.argv[1:] or ("1", "1"))))  # type: ignore[arg-type]
