import json
import math
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.factoring.mathematics.levels.effort import (
    DIGITS,
    UNIT,
    curve_effort,
    from_bytes,
    from_lanes,
    lanes,
    missed,
    t_level,
    t_level_milli,
    to_bytes,
)
from core.factoring.mathematics.probability.success import success_probability
from core.factoring.notation.worklist import effort_of, parse
from tests.profiles import trying

REFERENCE = Path(__file__).parents[4] / "reference" / "tlevel_cases.json"
CASES = json.loads(REFERENCE.read_text())["cases"]

COUNTS = st.lists(st.integers(0, 2**100), max_size=len(DIGITS))
EFFORTS = COUNTS.map(from_lanes)

# Efforts near the t-level's threshold, in any order of sizes: real ones fall with the size, but not strictly.
NEAR_GOAL = st.lists(st.integers(0, 4 * UNIT), min_size=len(DIGITS), max_size=len(DIGITS)).map(from_lanes)

PER_CURVE = {bounds: curve_effort(*bounds) for bounds in [(2000, None, 0), (50_000, None, 1), (10**6, 0, 3)]}


@pytest.mark.parametrize("case", CASES, ids=[case["input"] for case in CASES])
def test_t_levels_are_those_of_the_community_tool(case):
    assert t_level(effort_of(parse(case["input"]))) == pytest.approx(case["t_level"], abs=1e-4)


def test_a_lane_counts_minus_the_logarithm_of_missing_a_factor_of_its_size():
    chance = success_probability(35, 1_000_000, None, 1)
    assert lanes(curve_effort(1_000_000, None, 1))[35 - 10] == round(-math.log1p(-chance) * UNIT)


def test_a_factor_that_can_not_be_missed_counts_a_finite_effort():
    assert lanes(curve_effort(10**13, None, 0))[0] == round(40 * math.log(2) * UNIT)


def test_sizes_from_the_first_worthless_one_on_count_nothing():
    counts = lanes(curve_effort(2000, None, 1))
    worthless = counts.index(0)
    assert 35 <= DIGITS[worthless] <= 45
    assert not any(counts[worthless:])


@given(COUNTS)
def test_lanes_give_back_what_was_put_in(counts):
    assert lanes(from_lanes(counts)) == counts + [0] * (len(DIGITS) - len(counts))


@given(EFFORTS)
def test_bytes_give_back_the_effort_and_are_as_few_as_possible(effort):
    packed = to_bytes(effort)
    assert from_bytes(packed) == effort
    assert not packed.endswith(b"\0")


def test_no_work_is_no_bytes_and_level_zero():
    assert to_bytes(0) == b""
    assert from_bytes(b"") == 0
    assert t_level(0) == 0
    assert set(missed(0).values()) == {1.0}


@given(EFFORTS, EFFORTS, st.integers(0, 10**6))
def test_adding_taking_away_and_multiplying_are_exact_in_every_lane(one, other, n):
    assert lanes(one + other) == [a + b for a, b in zip(lanes(one), lanes(other), strict=True)]
    assert lanes(one + n * other - one) == [n * b for b in lanes(other)]


@given(st.lists(st.sampled_from(list(PER_CURVE.values())), max_size=8), st.randoms())
def test_the_order_of_work_does_not_matter(efforts, random):
    shuffled = random.sample(efforts, len(efforts))
    assert sum(shuffled) == sum(efforts)


@given(NEAR_GOAL, NEAR_GOAL)
def test_more_work_never_lowers_the_t_level(before, more):
    assert t_level_milli(before + more) >= t_level_milli(before)


@given(NEAR_GOAL)
def test_the_t_level_lies_just_below_the_first_size_not_reached(effort):
    reached = [count >= UNIT for count in lanes(effort)]
    t = t_level(effort)
    if all(reached):
        assert t == 100
    else:
        first = DIGITS[reached.index(False)]
        assert (0 if first == 10 else first - 1) <= t <= first


@trying(20)
@given(
    st.floats(2, 9).map(lambda power: int(10**power)),
    st.floats(1, 3),
    st.floats(0, 4),
    st.floats(0, 1),
    st.integers(0, 3),
)
def test_larger_bounds_never_lower_the_t_level(b1, larger, beyond, further, param):
    """But for the teeth of GMP-ECM's grid of rho, which are below a hundredth of a digit."""

    def level(b1, b2):
        return t_level(1_000 * curve_effort(b1, b2, param))

    assert level(int(b1 * larger), None) >= level(b1, None) - 0.01
    assert level(b1, int(b1 * 10 ** (beyond + further))) >= level(b1, int(b1 * 10**beyond)) - 0.01


def test_the_t_level_is_continuous_at_ten_digits():
    below = t_level(from_lanes([UNIT - 1]))
    assert below == pytest.approx(10, abs=1e-6)
    assert t_level(from_lanes([UNIT])) == pytest.approx(10, abs=1e-6)


@pytest.mark.parametrize("bounds", PER_CURVE, ids=str)
def test_the_t_level_grows_with_every_doubling(bounds):
    levels = [t_level(2**n * PER_CURVE[bounds]) for n in range(20)]
    assert all(low < high for low, high in pairwise(levels))


def test_a_factor_of_the_t_level_has_been_missed_with_probability_one_in_e():
    effort = 1071 * curve_effort(1_000_000, None, 1)
    assert missed(effort)[35] == pytest.approx(1 / math.e, rel=1e-3)
    assert missed(effort)[30] == pytest.approx(0.0004, abs=0.0001)
    assert 0.85 < missed(effort)[40] < 0.92
