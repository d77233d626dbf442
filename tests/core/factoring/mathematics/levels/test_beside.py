import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.factoring.mathematics.levels import row_odds
from core.factoring.mathematics.levels.beside import b1_covered, effort_beside
from core.factoring.mathematics.levels.effort import DIGITS, UNIT, lanes
from core.factoring.mathematics.levels.ladder import STANDARD
from core.factoring.mathematics.probability.exponentials import END, ONE
from core.factoring.mathematics.probability.success import CurveOdds

B1S = st.integers(0, 10**11)


class Odds(CurveOdds):
    """P-1: p - 1 is as smooth as a number that is smaller by e^1.2269688, and stage 2 ends at (B1 / 4)^1.7."""

    def __init__(self, b1):
        super().__init__(b1, int((b1 / 4) ** 1.7), 0)
        self._smoothness = math.exp(1.2269688)
        self._polynomial.gain = lambda _alpha, _log_x: 0.0


def test_the_table_of_p_minus_1_says_what_the_formulas_say():
    for step, row in zip(STANDARD, row_odds.P_MINUS_1, strict=True):
        odds = Odds(step.b1)
        assert row == pytest.approx([odds.success_probability(size) * ONE for size in DIGITS], rel=6e-4, abs=2)


@given(st.integers(1, 10**11))
def test_a_run_with_a_lower_b2_covers_the_b1_whose_usual_one_it_is(b1):
    assert b1_covered(b1, -1) == b1_covered(b1, 10**20) == b1
    assert b1_covered(b1, 0) == 0
    assert b1_covered(10**12, math.ceil((b1 / 4) ** 1.7)) == pytest.approx(b1, rel=1e-9, abs=4)
    assert b1_covered(b1, b1) <= b1


@given(B1S, B1S)
def test_efforts_of_p_minus_1_and_p_plus_1_add_up(minus, plus):
    both = effort_beside(minus, plus)
    assert both == effort_beside(minus, 0) + effort_beside(0, plus)
    assert effort_beside(minus, 0) <= effort_beside(minus * 10, 0)
    assert all(count <= 2 * END * UNIT for count in lanes(both))


def test_a_lane_is_minus_the_logarithm_of_missing_a_factor_every_second_of_which_p_plus_1_misses_anyway():
    chance = row_odds.P_MINUS_1[4][15] / ONE
    assert lanes(effort_beside(10**6, 0))[15] == pytest.approx(-math.log1p(-chance) * UNIT, rel=1e-9)
    assert lanes(effort_beside(0, 10**6))[15] == pytest.approx(-math.log1p(-chance / 2) * UNIT, rel=1e-9)
    assert effort_beside(1_999, 1_999) == 0
