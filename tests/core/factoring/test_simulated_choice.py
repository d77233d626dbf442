"""The choice on simulated lists, smaller than those of tests/bench/bench_choice.py."""

import math
import random
import statistics

import pytest

from tests.core.factoring.simulated import (
    TRIED_DIGITS,
    by_ladder,
    by_progress,
    by_yield,
    listed,
    omega,
    primes_of,
    short_list,
    worked_on,
)

MANY, SECONDS = 60, 36


def finds(kind, order):
    return worked_on(listed(kind, MANY, 1), order, SECONDS * MANY).finds


@pytest.mark.parametrize(("u", "value"), [(1, 1), (2, 0.5), (2.5, (1 + math.log(1.5)) / 2.5), (20, 0.561459483566885)])
def test_buchstabs_function_is_what_it_is_known_to_be(u, value):
    assert omega(u) == pytest.approx(value, rel=1e-4)


def test_a_number_has_as_many_primes_between_two_bounds_as_mertens_says():
    chance = random.Random(5)
    drawn = [primes_of(120, chance) for _ in range(2_000)]
    assert all(sum(logs) == pytest.approx(120) for logs in drawn)
    between = sum(1 for logs in drawn for log in logs if 10 <= log < 30) / len(drawn)
    assert between == pytest.approx(math.log(3), rel=0.06)
    assert min(min(logs) for logs in drawn) >= TRIED_DIGITS


def test_more_is_found_than_by_the_ladder_or_by_the_least_time():
    mixed = finds("mixed", by_yield())
    assert mixed > 20 * finds("mixed", by_ladder())
    assert mixed >= finds("mixed", by_progress()) * 2
    assert finds("fresh", by_yield()) >= 2 * finds("fresh", by_ladder())


def test_targets_are_met_with_hardly_more_work_and_first_factors_come_much_sooner():
    mine, ladder = (worked_on(short_list(30, 2), order, math.inf) for order in (by_yield(), by_ladder()))
    assert mine.spent <= 1.03 * ladder.spent
    assert mine.finds == pytest.approx(ladder.finds, abs=1)
    assert statistics.median(mine.firsts) < statistics.median(ladder.firsts) / 5
