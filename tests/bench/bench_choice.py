"""Finds on simulated lists, by what is given first: what promises the most, beside the orders of commit 917be75.

The truth is drawn by Buchstab's function and by the formulas of probability at real sizes; see tests/core/factoring/simulated.py.
"""

import math
import statistics
from collections.abc import Callable

from stage import figure

from core.factoring.assignment.planning import LEAST_SECONDS
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.levels.ladder import STANDARD
from core.factoring.mathematics.prospects import choice
from tests.core.factoring.simulated import Order, by_ladder, by_progress, by_yield, listed, short_list, worked_on

NUMBERS, SEEDS = 2_000, (1, 2, 3)
SECONDS = 36
"""Of CPU time for each number: 10 hours for 1,000."""
Believed = Callable[[Bounds, int], float]


def finds(kind: str, order: Order, believed: Believed = lambda _, __: 1.0) -> float:
    """Return the finds for a number in 10 CPU-hours for 1,000 numbers, the mean over the seeds."""
    runs = (worked_on(listed(kind, NUMBERS, seed), order, SECONDS * NUMBERS, believed) for seed in SEEDS)
    return statistics.mean(run.finds for run in runs) / NUMBERS


def by_size(_: Bounds, digits: int) -> float:
    """Curves take half of what is believed on 60 digits, twice on 220."""
    return 2 ** ((digits - 140) / 80)


def by_bounds(bounds: Bounds, _: int) -> float:
    """Curves take twice as long as believed for each five rows of B1 more."""
    return 2 ** ((next(i for i, row in enumerate(STANDARD) if row.b1 == bounds.b1) - 4) / 5)


def lists() -> None:
    """Compare the orders on the three lists, and what is lost when the cost of a curve is not what is believed."""
    for kind, goals in (
        ("fresh", {"ladder": ">= 2.5", "progressive": ">= 1.01"}),
        ("mixed", {"ladder": ">= 100", "progressive": ">= 1.08"}),
        ("worked", {"ladder": "", "progressive of 5 s": ">= 1.05, untouched 1.10"}),
    ):
        mine, greedy = finds(kind, by_yield()), finds(kind, by_yield(fair=False))
        figure(
            f"{kind}: finds for a number",
            mine,
            "",
            goal=">= 1" if kind == "mixed" else "",
            beside=f"{greedy:.3f} without the fair tenth",
        )
        with_both = finds(kind, by_yield(beside=True))
        figure("  with P-1 and P+1, as our own worker runs them", with_both, "", goal="")
        others = {"ladder": by_ladder(), "progressive": by_progress(), "progressive of 5 s": by_progress(5)}
        for name, order in others.items():
            theirs = finds(kind, order)
            ratio, without = (one / theirs if theirs else math.inf for one in (mine, greedy))
            both = with_both / theirs if theirs else math.inf
            beside = f"{theirs:.3f}; {without:.3f} x without the fair tenth, {both:.3f} x with P-1 and P+1"
            figure(f"  over {name}", ratio, "x", goal=goals.get(name, ""), beside=beside)
        if kind != "fresh":
            wrong: dict[str, Believed] = {
                "size": by_size,
                "size, the other way round": lambda bounds, digits: 1 / by_size(bounds, digits),
                "B1": by_bounds,
                "B1, the other way round": lambda bounds, digits: 1 / by_bounds(bounds, digits),
            }
            for name, believed in wrong.items():
                informed = with_true_cost(kind, believed)
                kept = finds(kind, by_yield(), believed) / informed
                figure(f"  finds kept, cost wrong by 2 with {name}", kept, "x", goal=">= 0.97")


def with_true_cost(kind: str, believed: Believed) -> float:
    """Return the finds of who knows what curves take in a world where that is not what is nominal."""
    nominal = choice.nominal_microseconds
    choice.nominal_microseconds = lambda bounds, digits: max(int(nominal(bounds, digits) * believed(bounds, digits)), 1)
    choice.costs.cache_clear()
    choice.best.cache_clear()
    try:
        return finds(kind, by_yield(), believed)
    finally:
        choice.nominal_microseconds = nominal
        choice.costs.cache_clear()
        choice.best.cache_clear()


def targets() -> None:
    """Compare the time until every target is met, and until a number has its first factor."""
    runs = {
        name: [worked_on(short_list(400, seed), order(), math.inf) for seed in SEEDS]
        for name, order in (
            ("ladder", by_ladder),
            ("progressive", by_progress),
            ("yield", by_yield),
            ("yield, one number at a time", lambda: by_yield(LEAST_SECONDS)),
        )
    }
    spent = {name: sum(run.spent for run in of) for name, of in runs.items()}
    first = {name: statistics.median(one for run in of for one in run.firsts) for name, of in runs.items()}
    figure("CPU time to meet every target, over the ladder's", spent["yield"] / spent["ladder"], "x", goal="<= 1.03")
    for name in runs:
        ratio = first[name] / first["ladder"]
        figure(
            f"median time to a first factor, {name}, over the ladder's",
            ratio,
            "x",
            goal="<= 0.02" if name == "yield" else "",
            beside=f"{first[name]:.1f} s",
        )


def main() -> None:
    """Print all figures."""
    print(
        f"  workload: {len(SEEDS)} lists of {NUMBERS:,} numbers of each kind, {SECONDS} CPU-seconds a number; simulated"
    )
    lists()
    targets()


if __name__ == "__main__":
    main()
