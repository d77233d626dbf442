"""GMP-ECM itself is the judge, on bounds that nobody chose."""

from math import exp, inf, log
from random import Random

import pytest

from core.factoring.mathematics.curves.stage2 import stage2_of
from core.factoring.mathematics.probability.success import expected_curves_table


def drawn_bounds(random):
    """B1 from 100 to 25e9; B2 by default, none, narrow, wide, huge or at one of the seams of the formulas."""
    b1 = int(exp(random.uniform(log(100), log(25e9))))
    narrow = int(b1 * random.uniform(1, 3))
    wide = int(b1 * exp(random.uniform(0, 12)))
    huge = min(int(b1 ** random.uniform(1, 2.2)), 10**18)
    seam = random.choice([b1, b1 + 1, 20_000, 20_001, 10**18])
    return b1, random.choice([None, 0, narrow, wide, huge, seam])


def drawn_case(random):
    number = 10 ** random.randint(44, 499) + 153
    b1, b2 = drawn_bounds(random)
    param = random.randrange(4)
    return pytest.param(number, b1, b2, param, id=f"B1={b1} B2={b2} param={param}")


RANDOM = Random(20_250_101)
DRAWN = [drawn_case(RANDOM) for _ in range(40)]


def apart(ours, printed):
    """How many units of the last printed digit lie between two counts."""
    if "Inf" in (ours, printed):
        return 0 if ours == printed else inf
    unit = 10.0 ** (int(printed.partition("e")[2]) - 1) if "e" in printed else 1
    return round(abs(float(ours) - float(printed)) / unit)


@pytest.mark.parametrize(("number", "b1", "b2", "param"), DRAWN)
def test_gmp_ecm_prints_the_same_stage_2_and_the_same_table(printed_table, number, b1, b2, param):
    printed = printed_table(number, b1, b2, param)
    ours = list(expected_curves_table(b1, b2, param).values())
    assert len(printed.expected_curves) == len(ours)
    assert all(apart(*pair) <= 1 for pair in zip(ours, printed.expected_curves, strict=True))
    stage2 = stage2_of(b1, b2)
    if stage2.b2:
        assert (stage2.b2, str(stage2.polynomial)) == (printed.b2, printed.polynomial)
        assert (stage2.df, stage2.k, stage2.d, stage2.d2, stage2.i0) == printed[2:7]
    else:
        assert printed.df == 0
