"""Checks and expectations on simulated machines and lists: what the honest pay, when cheats are found out, what is expected.

The rules are the product's own; see tests/core/trust/populations.py. Seeds are fixed. A last part asks 10,000 curves that real
GMP-ECM ran without a find whether they should have found something, those that it found it with, and 2,000 that were never run.
"""

import random
import statistics

from stage import figure

from coordinator.reactors.missed import AskCurves, Asked
from core.factoring.mathematics.curves.bounds import Bounds, bounds_of
from core.factoring.mathematics.curves.group_order import curve_of
from tests.core.factoring.promised import finds_by_its_bounds
from tests.core.factoring.simulated import by_yield, listed, worked_on
from tests.core.trust.populations import (
    HOUR,
    SECOND,
    alarms,
    blamed_in_checks,
    calibration,
    checked_share,
    curves_until_found_out,
    due_until_out,
    usual_lives,
    watched,
)
from workers.factoring.curves import BatchOrder, run_batch
from workers.factoring.gmp_ecm import find_binary

CHECKS, CURVES = 1_000_000, 10_000
PRIME, COFACTOR = 1_000_000_000_039, 10**40 + 121
B1, PARAM = 500, 1


def checks() -> None:
    """Measure what checks cost, and how soon they tell."""
    kinds = {
        "usual": (2 * HOUR, 2.3, "<= 1.0 %"),
        "steep": (HOUR // 2, 3.0, "<= 1.0 %"),
        "flatter": (2 * HOUR, 1.5, "<= 1.0 %"),
        "only small ones": (HOUR * 3 // 10, 1.0, "<= 1.0 %"),
    }
    for name, (median, spread, goal) in kinds.items():
        shares, free = (
            [checked_share(usual_lives(20_000, seed, median, spread), seed, held=held) for seed in (1, 2, 3)]
            for held in (True, False)
        )
        figure(
            f"CPU time of checks, {name} population",
            100 * statistics.median(shares),
            "%",
            goal=goal,
            beside=f"{100 * statistics.median(free):.3f} % without a budget",
        )
    for share, goal in ((1, "<= 250"), (0.1, "<= 2500"), (0.02, ""), (0.01, "<= 25000")):
        for credit in (HOUR, 100 * HOUR):
            curves = curves_until_found_out(share, credit, 10 * SECOND)
            figure(f"curves until {share:.0%} invented shows, {credit // HOUR} h credited", curves, "(95 %)", goal=goal)
    blamed = blamed_in_checks(CHECKS, 7)
    honest = sum(times for client, times in blamed.items() if client != 1)
    figure(
        f"honest machines blamed in {CHECKS:,} checks with a liar",
        honest,
        "",
        goal="0",
        beside=f"{blamed[1]:,} times the liar",
    )


def expectations() -> None:
    """Compare what is expected with what is found, and let honest contributors be looked at after each report."""
    for kind in ("fresh", "mixed", "worked"):
        secrets, told = watched(listed(kind, 3_000, 11))
        worked_on(secrets, by_yield(), 36 * 3_000)
        whole, rows = calibration(told)
        figure(f"{kind}: found over expected", whole, "x", goal="0.9 to 1.1")
        if rows:
            figure(
                "  the same, least and most of any row",
                min(rows.values()),
                "x",
                goal="0.8 to 1.2",
                beside=f"{max(rows.values()):.2f}",
            )
        figure("  honest contributors of 1,000 that stand out", alarms(told, 1_000, 3), "", goal="<= 1")
    figure("finds due until who makes none stands out", due_until_out(0), "(95 %)", goal="<= 8.5")
    half = f"{due_until_out(0.5, 0.5):.1f} for every second one"
    figure("finds due until who makes half stands out", due_until_out(0.5), "(95 %)", goal="<= 90", beside=half)


def missed_finds() -> None:
    """Ask curves that real GMP-ECM ran, and curves that nobody ran."""
    program = str(find_binary().path)
    number, bounds = str(PRIME * COFACTOR), bounds_of(B1, None, PARAM)
    honest: list[str] = []
    finds: list[str] = []
    while len(honest) < CURVES:
        with run_batch(program, BatchOrder(number, B1, None, PARAM, 500)) as batch:
            result = batch.result()
        found = {factor.sigma for factor in result.factors}
        honest += [sigma for sigma in result.sigmas if sigma not in found]
        finds += [sigma for sigma in found if sigma is not None]
    blamed = sum(map(bool, asked(number, bounds, honest[:CURVES])))
    figure(f"of {CURVES:,} honest curves blamed", blamed, "", goal="0")
    draw = random.Random(5)
    invented = [str(draw.getrandbits(32)) for _ in range(2_000)]
    should = [sigma for sigma, order in zip(invented, asked(number, bounds, invented), strict=True) if order]
    seen = sum(runs_into_a_find(program, number, sigma) for sigma in should)
    figure(
        f"of 2,000 invented curves {len(should)} blamed, which GMP-ECM finds the factor with",
        seen / len(should),
        "x",
        goal="1",
    )
    for what, sigmas, others in (
        ("were invented", invented, "need not have found it"),
        ("found it", finds, "met it in stage 2 by the way"),
    ):
        promised = [sigma for sigma in sigmas if finds_by_its_bounds(curve_of(PARAM, int(sigma), PRIME), bounds)]
        known = sum(map(bool, asked(number, bounds, promised)))
        figure(
            f"of {len(promised)} curves that {what}, and had to find it, known",
            known / len(promised),
            "x",
            goal="1",
            beside=f"{len(sigmas) - len(promised):,} others {others}",
        )


def asked(number: str, bounds: Bounds, sigmas: list[str]) -> tuple[str, ...]:
    """Ask whether curves should have found the prime."""
    curves = tuple(Asked(bounds, sigma) for sigma in sigmas)
    return AskCurves(str(PRIME), (), len(number), curves).find()


def runs_into_a_find(program: str, number: str, sigma: str) -> bool:
    """Tell whether GMP-ECM finds a factor with one curve."""
    with run_batch(program, BatchOrder(number, B1, None, PARAM, 1, sigma)) as batch:
        return bool(batch.result().factors)


if __name__ == "__main__":
    checks()
    expectations()
    missed_finds()
