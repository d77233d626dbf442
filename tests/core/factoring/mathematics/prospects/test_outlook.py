import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.factoring.mathematics.levels.effort import curve_effort
from core.factoring.mathematics.prospects import choice
from core.factoring.mathematics.prospects.outlook import chance_of_a_find
from core.timestamps import SECOND
from tests.core.factoring.simulated import a_number, by_yield, worked_on
from tests.profiles import trying

PER_CURVE = curve_effort(50_000, None, 1)
NUMBERS = st.lists(
    st.tuples(st.integers(0, 2_000).map(PER_CURVE.__mul__), st.integers(50, 220), st.sampled_from([0, 1])),
    min_size=1,
    max_size=4,
)


@trying(30)
@given(NUMBERS, st.floats(0, 10**5))
def test_more_time_and_more_numbers_never_make_a_find_less_likely(numbers, seconds):
    chance = chance_of_a_find(numbers, seconds)
    assert 0 <= chance <= 1
    assert chance_of_a_find(numbers, seconds * 2 + 1) >= chance - 0.01
    assert chance_of_a_find([*numbers, (0, 100, 1)], seconds) >= chance - 0.01


@pytest.mark.parametrize("seconds", [0.3, 20])
def test_as_many_numbers_have_a_factor_found_in_a_time_as_was_likely(seconds):
    chance = random.Random(11)
    runs = [worked_on([a_number(1, 120, chance)], by_yield(0.1), seconds) for _ in range(150)]
    share = sum(1 for run in runs if run.finds) / len(runs)
    assert chance_of_a_find([(0, 120, 1)], seconds) == pytest.approx(share, abs=0.1)


@pytest.mark.parametrize(
    ("digits", "curves", "b1", "finds_with", "in_a_day"),
    [
        (151, {3_000_000: 2_753, 11_000_000: 3_000}, 11_000_000, 3.2206e-5, 0.1009),
        (204, {250_000: 100}, 250_000, 0.0011284, 0.5184),
        (1_000, {50_000: 261}, 250_000, 0.0014949, 0.3682),
    ],
)
def test_it_is_what_numeric_integration_gives(digits, curves, b1, finds_with, in_a_day):
    """Dickman's and Buchstab's delay equations, by numpy in steps of 1/2048 and 1/1000, and stage 2 integrated without a grid.

    Each five minutes of the day are given to the B1 that promises the most then.
    """
    done = sum(n * curve_effort(one, None, 1) for one, n in curves.items())
    best = choice.best(done, digits, 1)
    assert best.bounds.b1 == b1
    assert best.promise / 2**48 * best.microseconds / SECOND == pytest.approx(finds_with, rel=0.025)
    assert chance_of_a_find([(done, digits, 1)], 86_400) == pytest.approx(in_a_day, rel=0.015)


def test_nothing_is_found_in_no_time_or_where_nothing_is_left():
    assert chance_of_a_find([(0, 100, 1)], 0) == 0
    assert chance_of_a_find([(10**6 * curve_effort(11_000_000, None, 1), 25, 1)], 10**6) == 0
