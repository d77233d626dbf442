import pytest
from gmpy2 import mpz
from hypothesis import given
from hypothesis import strategies as st

from core.bigint import abbreviate, digit_count, parse_decimal, parse_natural
from core.refusals import BadInput


@given(st.integers(min_value=2, max_value=10**60))
def test_a_number_comes_back_as_it_was_written(number):
    assert parse_decimal(str(number), 61) == number
    assert parse_decimal(f"000{number}", 61) == number


def test_numbers_beyond_the_digits_that_python_prints_are_carried_whole():
    text = "7" * 9_999
    assert parse_decimal(text, 10_000).digits() == text
    assert digit_count(mpz(text)) == 9_999


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "'' is not a number; a whole number in decimal digits is accepted."),
        ("12a", "'12a' is not a number; a whole number in decimal digits is accepted."),
        ("1_000", "'1_000' is not a number; a whole number in decimal digits is accepted."),
        (" 12", "' 12' is not a number; a whole number in decimal digits is accepted."),
        ("12\n", r"'12\n' is not a number; a whole number in decimal digits is accepted."),
        ("\u0661\u0662", "'\u0661\u0662' is not a number; a whole number in decimal digits is accepted."),
        ("0", "0 is less than 2; a whole number from 2 on is accepted."),
        ("1", "1 is less than 2; a whole number from 2 on is accepted."),
        ("-5", "-5 is negative; a positive whole number is accepted."),
        ("1" + 99 * "0" + "6", "1000…0006 (101 digits) is too large; at most 100 digits are accepted."),
    ],
)
def test_what_is_no_acceptable_number_is_refused_with_the_reason(text, sentence):
    with pytest.raises(BadInput) as refusal:
        parse_decimal(text, 100)
    assert refusal.value.sentence == sentence


def test_a_natural_number_may_be_zero_or_one():
    assert [parse_natural(text, 5) for text in ("0", "1", "00")] == [0, 1, 0]


@given(st.integers(min_value=-(10**40), max_value=10**40))
def test_digits_are_counted_without_the_sign(number):
    assert digit_count(mpz(number)) == len(str(abs(number)))


def test_long_texts_are_shown_by_their_ends():
    assert abbreviate("1234" + "5" * 179 + "9876") == "1234…9876 (187 digits)"
    assert abbreviate("-" + "8" * 40) == "-8888…8888 (40 digits)"
    assert abbreviate("2^1277-1") == "'2^1277-1'"
    assert abbreviate("x" * 100) == f"'{'x' * 24}'… (100 characters)"
