"""Where ECM ends and a sieve begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.factoring.mathematics.prospects.sieve import crossover


@pytest.mark.parametrize(
    ("digits", "difficulty", "t_milli", "sieve", "size"),
    [
        (78, None, 24_000, "quadratic", 78),
        (94, None, 28_923, "quadratic", 94),
        (95, None, 29_230, "general number field", 95),
        (155, None, 47_692, "general number field", 155),
        (200, 220, 47_076, "special number field", 153),
        (120, 250, 36_923, "general number field", 120),
    ],
)
def test_the_rule_gives_what_yafu_would_do(digits, difficulty, t_milli, sieve, size):
    found = crossover(digits, difficulty)
    assert (found.t_milli, found.sieve, found.size) == (t_milli, sieve, size)


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_a_special_form_never_makes_ecm_last_longer(digits, difficulty):
    assert crossover(digits, difficulty).t_milli <= crossover(digits, None).t_milli
