"""Texts into which several programs wrote at once, line by line: no curve of one number counts for another."""

import pytest
from gmpy2 import mpz

from core.factoring.formats.credit.shown import shown_of, verdicts_on
from core.factoring.formats.gmp_ecm.transcript import parse_output

P13 = 10**12 + 39
ONE, OTHER = (10**49 + 9) * (10**50 + 151), P13 * (10**90 + 289)
FOUND = f"********** Factor found in step 2: {P13}\nFound prime factor of 13 digits: {P13}\n"


def begins(number):
    return f"GMP-ECM 7.0.5 [configured with GMP 6.2.1] [ECM]\nInput number is {number} ({len(str(number))} digits)\n"


def using(sigma, b1=11000, b2=1873422):
    return f"Using B1={b1}, B2={b2}, polynomial x^1, sigma=1:{sigma}\n"


def run(number, of):
    return f"Run {number} out of {of}:\n"


STEP_1, STEP_2 = "Step 1 took 9ms\n", "Step 2 took 7ms\n"
STEPS = STEP_1 + STEP_2
QUICK_ONES_BESIDE_A_SLOW_ONE = (
    begins(ONE) + using(1) + begins(OTHER) + using(91, b1=10**6, b2=839549780)
    + STEPS + run(2, 3) + using(2) + STEPS + run(3, 3) + using(3) + STEPS + STEP_1 + STEP_2 + FOUND
)  # fmt: skip
CURVES_BY_TURNS = (
    begins(ONE) + using(1) + begins(OTHER) + using(91) + STEP_1 + STEP_1 + STEP_2 + run(2, 3) + using(2)
    + STEP_2 + FOUND + run(2, 3) + using(92) + STEP_1 + STEP_1 + STEP_2 + STEP_2
)  # fmt: skip
ONE_THAT_ENDS_BEFORE_THE_OTHER = (
    begins(ONE) + using(1) + begins(OTHER) + using(91) + STEP_1 + STEP_1 + STEP_2 + FOUND
    + run(2, 9) + using(2) + STEPS + run(3, 9) + using(3) + STEPS
)  # fmt: skip
MIXED = pytest.mark.parametrize("text", [QUICK_ONES_BESIDE_A_SLOW_ONE, CURVES_BY_TURNS, ONE_THAT_ENDS_BEFORE_THE_OTHER])


def shown(text, number):
    return shown_of(parse_output(text), mpz(number), 1000)


@MIXED
def test_no_curve_counts_for_a_number_that_may_be_another_s(text):
    for number in (ONE, OTHER):
        seen = shown(text, number)
        assert seen.curves == ()
        ((reason, count),) = seen.left_out
        assert reason.startswith("of several programs that wrote into one text at once")
        assert count == len(parse_output(text).curves)


@MIXED
def test_a_factor_is_of_the_number_that_it_divides(text):
    assert (shown(text, ONE).factors, shown(text, OTHER).factors) == ((), (str(P13),))
    assert [verdict.factor for verdict in verdicts_on(parse_output(text), mpz(OTHER), 1000) if verdict.factor] == [
        str(P13)
    ]
    assert not any(verdict.factor for verdict in verdicts_on(parse_output(text), mpz(ONE), 1000))


@MIXED
def test_what_a_program_writes_alone_behind_them_counts(text):
    text += begins(ONE) + using(7) + STEPS + run(2, 2) + using(8) + STEPS
    assert [ran.sigma for ran in shown(text, ONE).curves] == ["7", "8"]


@MIXED
def test_of_several_programs_on_one_number_those_curves_count_that_are_over(text):
    text = text.replace(str(OTHER), str(ONE)).replace(f" ({len(str(OTHER))} digits)", f" ({len(str(ONE))} digits)")
    seen = shown(text, ONE)
    assert seen.curves
    others = sum(count for reason, count in seen.left_out if "it doesn't tell which came to their end" in reason)
    assert others == len(parse_output(text).curves) - len(seen.curves)
