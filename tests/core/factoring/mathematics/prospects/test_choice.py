"""The choice of what to run next, beside the same computed in floating point from the formulas of probability."""

from decimal import Context, Decimal
from math import exp, expm1, log

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.levels import row_odds
from core.factoring.mathematics.levels.beside import effort_beside
from core.factoring.mathematics.levels.effort import DIGITS, UNIT, curve_effort, from_lanes, lanes
from core.factoring.mathematics.levels.ladder import STANDARD
from core.factoring.mathematics.probability.exponentials import END, ONE, STEPS, TABLE, exp_minus, one_minus_exp_minus
from core.factoring.mathematics.probability.success import CurveOdds
from core.factoring.mathematics.prospects import choice, posterior
from core.factoring.mathematics.prospects.cost import nominal_microseconds
from tests.core.factoring.simulated import omega
from tests.profiles import trying

PER_CURVE = {b1: curve_effort(b1, None, 1) for b1 in (2_000, 11_000, 50_000, 250_000, 10**6)}
WORKED = st.tuples(*[st.one_of(st.just(0), st.integers(0, 3_000)) for _ in PER_CURVE]).map(
    lambda curves: sum(n * one for n, one in zip(curves, PER_CURVE.values(), strict=True))
)
DIGITS_OF_NUMBERS = st.integers(40, 300)


def in_floats(effort, digits, param=1):
    """Return what curves of each row promise for a CPU-second, in floating point."""
    expected, below = [], 7.0
    for size, count in zip(DIGITS, lanes(effort), strict=True):
        above = min(size, digits / 2)
        primes = log(omega(digits / below) * above / (omega(digits / above) * below)) if above > below else 0.0
        expected.append(primes * exp(-count / UNIT))
        below = max(above, below)
    longer = log(omega(digits / below) * digits / 2 / (omega(2) * below)) if digits > 2 * below else 0.0
    found = -expm1(-sum(expected) - longer)
    return [
        sum(m * chance / ONE for m, chance in zip(expected, row, strict=True))
        / (nominal_microseconds(Bounds(step.b1, -1, param), digits) / 10**6 * found)
        for step, row in zip(STANDARD, row_odds.ECM[param], strict=True)
    ]


def test_the_table_of_exponentials_is_rounded_rightly():
    exact = Context(prec=40)
    for i in range(0, END * STEPS, 7):
        assert TABLE[i] == int((exact.exp(Decimal(-i) / STEPS) * ONE).to_integral_value())


@given(st.integers(0, 25 * UNIT))
def test_exp_is_within_a_few_units_of_what_it_should_be(x):
    assert exp_minus(x) == pytest.approx(exp(-x / UNIT) * ONE, abs=3)


@given(st.integers(0, ONE))
def test_one_minus_exp_is_right_for_little_and_for_much(x):
    assert one_minus_exp_minus(x) == pytest.approx(-expm1(-x / ONE) * ONE, abs=3)


@pytest.mark.parametrize("param", [0, 1])
def test_the_table_of_chances_says_what_the_formulas_say(param):
    for step, row in zip(STANDARD, row_odds.ECM[param], strict=True):
        odds = CurveOdds(step.b1, None, param)
        assert row == pytest.approx([odds.success_probability(size) * ONE for size in DIGITS], rel=6e-4, abs=1)


@given(st.integers(20, 400))
def test_a_prior_leaves_the_share_of_numbers_that_have_no_prime_below_the_square_root(digits):
    expected = posterior.prior(digits)
    largest = min(digits / 2, 100)
    whole = log(omega(digits / 7) / 7 / (omega(digits / largest) / largest))
    # Two values of Buchstab's function are in it, each of which is held to 1e-4 of some 0.56 below.
    assert sum(expected) / ONE == pytest.approx(whole, abs=4e-4)
    assert len(expected) == min(-(-digits // 2), 100) - 9
    if digits <= 200:  # of what has no prime up to there, only primes are left
        assert exp(-sum(expected) / ONE) == pytest.approx(7 / omega(digits / 7) / digits, rel=4e-4)


@pytest.mark.parametrize(
    ("digits", "primes"), [(60, 0), (200, 0), (205, 0.04764), (400, 0.80908), (1_000, 1.72537), (10_000, 4.02795)]
)
def test_long_numbers_may_have_primes_beyond_all_sizes(digits, primes):
    """The figures are ln(omega(D/100) (D/2) / (omega(2) 100)), Buchstab's equation solved by numpy in steps of 1/1000."""
    assert posterior.beyond(digits) / ONE == pytest.approx(primes, abs=2e-5)


@given(st.floats(2, 12))
def test_buchstabs_function_is_that_of_its_equation(u):
    assert float(posterior.omega(Decimal(u))) == pytest.approx(omega(u), abs=1e-4)


@pytest.mark.parametrize("digits", range(1, 20))
def test_of_a_short_number_some_prime_is_expected(digits):
    assert len(posterior.prior(digits)) == 1
    assert posterior.prior(digits)[0] > 0


@given(WORKED, WORKED, DIGITS_OF_NUMBERS)
def test_work_leaves_less_to_be_expected_in_every_size(effort, more, digits):
    for before, after in zip(posterior.left(effort, digits), posterior.left(effort + more, digits), strict=True):
        assert 0 <= after <= before


UNITS = st.builds(lambda beyond, units: beyond << 64 | units, st.sampled_from([0, 0, 0, 1]), st.integers(0, 2**45))


@given(st.lists(UNITS, max_size=91), DIGITS_OF_NUMBERS)
def test_work_towards_each_size_leaves_its_share_of_what_is_expected_there(counts, digits):
    before = posterior.prior(digits)
    efforts = [*counts, *[0] * len(DIGITS)]
    after = tuple(primes * exp_minus(count) >> 32 for primes, count in zip(before, efforts, strict=False))
    assert posterior.left(from_lanes(counts), digits) == after
    assert posterior.left_in_all(from_lanes(counts), digits) == sum(after) + posterior.beyond(digits)


@given(WORKED, DIGITS_OF_NUMBERS)
def test_the_choice_in_whole_numbers_is_that_in_floating_point(effort, digits):
    chosen = choice.best(effort, digits, 1)
    # With less to be expected, the last digits of whole numbers tell.
    assume(sum(posterior.left(effort, digits)) > ONE // 10**4)
    floating = in_floats(effort, digits)
    assert chosen.promise / 2**48 == pytest.approx(max(floating), rel=2e-3)
    assert floating[[step.b1 for step in STANDARD].index(chosen.bounds.b1)] == pytest.approx(max(floating), rel=2e-3)


@given(WORKED, st.integers(1, 10_000), st.integers(0, 1))
def test_every_promise_fits_into_a_column(effort, digits, param):
    assert 0 <= choice.best(effort, digits, param).promise < 2**63


@given(st.lists(st.integers(0, 2**128 - 1), max_size=91).map(from_lanes), st.integers(1, 1_000))
def test_any_effort_has_a_promise(effort, digits):
    chosen = choice.best(effort, digits, 1)
    assert 0 <= chosen.promise < 2**63
    assert chosen == max(choice.arms(effort, digits, 1), key=lambda arm: arm.promise)


def test_of_arms_that_promise_the_same_the_one_with_the_smallest_b1_is_taken():
    nothing_left = from_lanes([100 * UNIT] * 91)
    assert choice.best(nothing_left, 100, 1).bounds.b1 == 2_000


@trying(20)
@given(WORKED, st.integers(60, 220))
def test_so_many_curves_promise_about_a_tenth_less_at_the_end(effort, digits):
    arm = choice.best(effort, digits, 1)
    curves = choice.curves_at_once(effort, digits, arm)
    per_curve = PER_CURVE.get(arm.bounds.b1) or curve_effort(arm.bounds.b1, None, 1)

    def finds(done):
        return next(one.finds for one in choice.arms(done, digits, 1) if one.bounds == arm.bounds)

    after = finds(effort + curves * per_curve)
    assert curves == 1 or after / arm.finds == pytest.approx(0.9, abs=0.06)


def test_the_usual_steps_are_climbed_one_after_the_other():
    digits, effort, climbed = 150, 0, []
    for _ in range(100):
        arm = choice.best(effort, digits, 1)
        climbed.append(arm.bounds.b1)
        effort += choice.curves_at_once(effort, digits, arm) * PER_CURVE[arm.bounds.b1]
    assert climbed == sorted(climbed)
    assert len(set(climbed)) >= 4


def test_small_numbers_of_which_little_is_known_have_a_choice_as_well():
    assert choice.best(0, 12, 1).bounds.b1 == 2_000


def test_p_plus_1_promises_half_of_p_minus_1_and_what_was_run_is_not_offered_again():
    fresh = choice.arms_beside(0, 120, 0, 0)
    finds = {method: [arm.finds for arm in fresh if arm.method == method] for method in ("pm1", "pp1")}
    assert len(finds["pm1"]) == len(finds["pp1"]) == len(STANDARD)
    assert finds["pp1"] == [one // 2 for one in finds["pm1"]]
    tried = effort_beside(10**6, 0)
    further = choice.arms_beside(tried, 120, 10**6, 0)
    assert min(arm.bounds.b1 for arm in further if arm.method == "pm1") == 3 * 10**6
    assert min(arm.bounds.b1 for arm in further if arm.method == "pp1") == 2_000
    before, after = (next(arm for arm in arms if arm.bounds.b1 == 3 * 10**6) for arms in (fresh, further))
    assert 0 < after.finds < before.finds / 2
    assert {arm.method for arm in choice.arms_beside(tried, 120, 10**12, 0)} == {"pp1"}


@given(WORKED, DIGITS_OF_NUMBERS, st.integers(0, 10**10), st.integers(0, 10**10))
def test_no_run_of_them_promises_less_than_nothing(effort, digits, minus, plus):
    tried = effort + effort_beside(minus, plus)
    assert all(arm.promise >= 0 and arm.microseconds >= 1 for arm in choice.arms_beside(tried, digits, minus, plus))
