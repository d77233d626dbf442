"""What tasks accept and compute: exactly, and nothing that is out of bounds."""

import json
import math
import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.refusals import BadInput
from core.tasks.checking import SHORT_DIGITS, may_be
from core.tasks.numbers import parse_number, spell
from core.tasks.operations import OPERATIONS, accept, is_slow, result_in_words, well_formed

LONG = 10**SHORT_DIGITS
whole = st.integers(-(10**60), 10**60)
decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20)


def compute(name, *args):
    accepted = accept(name, [str(arg) for arg in args])
    result = OPERATIONS[name].compute(accepted)
    assert well_formed(name, result)
    return result


@given(a=whole | decimals, b=whole | decimals)
def test_sums_and_products_are_exact(a, b):
    assert Fraction(compute("add", a, b)) == Fraction(a) + Fraction(b)
    assert Fraction(compute("multiply", a, b)) == Fraction(a) * Fraction(b)


@given(a=whole, b=whole)
def test_whole_numbers_give_what_python_gives(a, b):
    assert compute("add", a, b) == str(a + b)
    assert compute("gcd", a, b) == str(math.gcd(a, b))


@given(base=whole, exponent=st.integers(0, 10**20), modulus=st.integers(1, 10**20))
def test_powers_modulo_are_those_of_python(base, exponent, modulus):
    assert compute("pow_mod", base, exponent, modulus) == str(pow(base, exponent, modulus))


@given(number=decimals)
def test_a_number_is_spelled_without_exponent_and_read_back_the_same(number):
    text = spell(number)
    assert "E" not in text
    assert parse_number("a", text) == number
    assert json.loads(text, parse_float=Decimal) == number


def test_a_number_that_bc_broke_over_lines_is_whole():
    broken = "2037035976334486086268445688409378161051468393665936250636140449354\\\n381299763336706183397376"
    assert compute("gcd", broken, "0") == str(2**300)
    assert compute("add", broken, "0.5") == f"{2**300}.5"


def test_ten_thousand_digits_are_added_and_multiplied_exactly():
    longest = "9" * 10_000
    assert compute("add", longest, "1") == "1" + "0" * 10_000
    assert compute("multiply", longest, longest) == "9" * 9_999 + "8" + "0" * 9_999 + "1"
    assert compute("add", "1e9999", "0." + "0" * 9_998 + "1").endswith("1")


@pytest.mark.parametrize(
    ("name", "args", "result"),
    [
        ("add", ("0.1", "0.2"), "0.3"),
        ("add", ("1.50", "1.50"), "3"),
        ("add", (".5", "-2."), "-1.5"),
        ("add", (" 5", "+1"), "6"),
        ("add", ("-0.0", "0"), "0"),
        ("add", ("1e3", "-1E+3"), "0"),
        ("multiply", ("1.5", "4"), "6"),
        ("is_prime", ("2",), "true"),
        ("is_prime", ("-7",), "false"),
        ("is_prime", ("91.0",), "false"),
        ("next_prime", ("-5",), "2"),
        ("next_prime", ("2",), "3"),
        ("next_prime", ("1e3",), "1009"),
        ("pow_mod", ("2", "10", "1000"), "24"),
    ],
)
def test_known_results(name, args, result):
    assert compute(name, *args) == result


@pytest.mark.parametrize(
    ("name", "args", "sentence"),
    [
        ("pow_mod", ("2", "3", "0"), "modulus is 0; a whole number from 1 on is accepted."),
        ("pow_mod", ("2", "-3", "5"), "exponent is -3; a whole number from 0 on is accepted."),
        ("add", ("1",), "add was given 1 number; 2 (a, b) are accepted."),
        ("add", ("x", "1"), "a is 'x'; a whole or decimal number such as 12 or -0.5 is accepted."),
        ("add", ("nan", "1"), "a is 'nan'; a whole or decimal number"),
        ("add", (".", "1"), "a is '.'; a whole or decimal number"),
        ("add", ("", "1"), "a is ''; a whole or decimal number"),
        ("add", ("inf", "1"), "a is 'inf'; a whole or decimal number"),
        ("add", ("1_000", "1"), "a is '1_000'; a whole or decimal number"),
        ("add", ("٣", "1"), "a is '٣'; a whole or decimal number"),
        ("add", ("1" * 10**6, "1"), "a is 1111…1111 (1000000 digits); at most 10000 digits are accepted."),
        ("add", ("1e999999", "1"), "a is '1e999999'; at most 10000 digits"),
        ("add", ("1e-99999999", "1"), "a is '1e-99999999'; at most"),
        ("add", ("1e" + "9" * 5000, "1"), "a is '1e9999999999999999999999'… (5002 characters); at most 10000"),
        ("gcd", ("2", "1.5"), "b is '1.5'; a whole number such as 12 is accepted."),
        ("factor", ("0",), "n is 0; a whole number from 1 on is accepted."),
        ("factor", ("7" * 1001,), "n is 7777…7777 (1001 digits); at most 1000 digits are accepted."),
        ("next_prime", ("7" * 1001,), "n is 7777…7777 (1001 digits)"),
        ("divide", ("1", "2"), "operation is 'divide'; one of add, multiply, pow_mod"),
    ],
)
def test_what_is_out_of_bounds_is_refused_in_a_sentence(name, args, sentence):
    with pytest.raises(BadInput) as refusal:
        accept(name, args)
    assert refusal.value.sentence.startswith(sentence)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("add", "-12.5", "01"),
        ("add", "0", "1e5"),
        ("is_prime", "true", "1"),
        ("factor", "[[2,3],[5,1]]", "[2,3]"),
        ("factor", "[]", "null"),
    ],
)
def test_a_result_must_look_like_one(name, good, bad):
    assert well_formed(name, good)
    assert not well_formed(name, bad)


def test_only_what_may_take_long_is_slow():
    assert is_slow("factor", ("15",))
    assert is_slow("pow_mod", ("2", "3", "9" * 301))
    assert not is_slow("pow_mod", ("2", "3", "9" * 300))
    assert not is_slow("multiply", ("9" * 10_000, "9" * 10_000))


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_a_result_is_said_to_look_like_is_taken(name):
    examples = re.findall(
        r"true|false|-?[0-9.]*[0-9]|\[\[[0-9,\[\]]+\]\]", result_in_words(name).partition(" of at most ")[0]
    )
    assert len(examples) in {1, 2}
    assert all(well_formed(name, example) for example in examples)


@given(a=whole | decimals, b=whole | decimals, wrong=whole | decimals)
def test_only_the_right_sum_and_product_may_be_it(a, b, wrong):
    for name, right in (("add", Fraction(a) + Fraction(b)), ("multiply", Fraction(a) * Fraction(b))):
        args = accept(name, [str(a), str(b)])
        assert may_be(name, args, compute(name, a, b))
        assert may_be(name, args, spell(wrong if isinstance(wrong, Decimal) else Decimal(wrong))) == (
            Fraction(wrong) == right
        )


@pytest.mark.parametrize(
    ("name", "args", "right", "wrong"),
    [
        ("add", ["40", "2"], "42.0", "43"),
        ("gcd", ["12", "-18"], "6", "-6"),
        ("pow_mod", ["2", "10", "1000"], "24", "1024"),
        ("is_prime", ["91"], "false", "true"),
        ("next_prime", ["91"], "97", "91"),
        ("next_prime", ["91"], "97.0", "93"),
        ("next_prime", ["91"], "97", "101"),
        ("next_prime", ["91"], "97", "91.5"),
        ("next_prime", [f"-{LONG}"], "2", "3"),
        ("next_prime", [f"{LONG}"], f"{LONG + 151}", f"{LONG}"),
        ("next_prime", [f"{LONG}"], f"{LONG + 151}", f"{LONG + 153}"),
        ("next_prime", [f"{LONG}"], f"{LONG + 151}", f"{LONG + 151}.5"),
        ("next_prime", [f"{LONG}"], f"{LONG + 151}", f"{2 * LONG + 1}"),
        ("is_prime", [f"{LONG}"], "false", "true"),
        ("pow_mod", ["2", "10", f"{LONG}"], "1024", f"{LONG}"),
        ("pow_mod", ["2", "10", f"{LONG}"], "1024", "-1024"),
        ("pow_mod", ["2", "10", f"{LONG}"], "1024.0", "0.5"),
        ("factor", [f"{3 * (LONG + 151)}"], f"[[3,1],[{LONG + 151},1]]", f"[[{3 * (LONG + 151)},1]]"),
        ("factor", ["2026"], "[[2,1],[1013,1]]", "[[2,1],[1015,1]]"),
        ("factor", ["2026"], "[[1013,1],[2,1]]", "[[2026,1]]"),
        ("factor", ["8"], "[[2,3]]", "[[2,2],[2,1]]"),
        ("factor", ["8"], "[[2,3]]", "[[2,2]]"),
        ("factor", ["8"], "[[2,3]]", "[[1,5],[2,3]]"),
        ("factor", ["8"], "[[2,3]]", f"[[2,{'9' * 20_000}]]"),
        ("factor", ["1"], "[]", "[[2,1]]"),
    ],
)
def test_what_can_not_be_the_result_is_told(name, args, right, wrong):
    assert well_formed(name, right)
    assert well_formed(name, wrong)
    assert may_be(name, args, right)
    assert not may_be(name, args, wrong)


def test_what_would_take_long_to_test_is_believed():
    prime, other = f"{LONG + 151}", f"{LONG + 157}"
    assert may_be("is_prime", [prime], "false")
    assert may_be("next_prime", [f"{LONG}"], other)
    assert may_be("pow_mod", [prime, prime, "7"], "6")
    assert may_be("factor", [other], f"[[{other},1]]")
    assert not may_be("factor", [other], f"[[{prime},1]]")
