"""Processor time for the same chance of a factor: parametrisation 0 against 1, on 2^n±1 of several lengths."""

import statistics

from stage import figure

from core.factoring.mathematics.curves.parametrisation import fastest_param
from core.factoring.mathematics.probability.success import expected_curves
from workers.factoring.curves import BatchOrder, run_batch
from workers.factoring.gmp_ecm import candidates

B1, CURVES, DIGITS, RUNS = 50_000, 8, 30, 3
EXPONENTS = (277, 523, 1061, 2039)


def seconds_for_the_chance(program: str, number: int, param: int) -> float:
    """Return what it takes to find a factor of 30 digits with probability 1 - 1/e."""
    with run_batch(program, BatchOrder(str(number), B1, None, param, CURVES)) as batch:
        result = batch.result()
    return result.cpu_seconds / result.curves * expected_curves(DIGITS, B1, None, param)


def main() -> None:
    """Alternate between the two, for each build that is installed."""
    print(
        f"  workload: {CURVES} curves, B1={B1}, {RUNS} times; time for the same chance, over that of parametrisation 1"
    )
    for found in candidates():
        for n in EXPONENTS:
            number = 2**n - 1
            ratios = [
                seconds_for_the_chance(str(found.path), number, 0) / seconds_for_the_chance(str(found.path), number, 1)
                for _ in range(RUNS)
            ]
            goal = "below 1" if fastest_param(str(number)) == 0 else "not handed out"
            figure(f"2^{n}-1, {found.source}", statistics.median(ratios), "x", goal=goal)


if __name__ == "__main__":
    main()
