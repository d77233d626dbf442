import contextlib
import math
import operator
import pickle

import gmpy2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.factoring.notation.expressions import evaluate, number_from
from core.factoring.notation.gmp_ecm import gmp_ecm_number
from core.refusals import BadInput
from tests.timing import cpu_seconds

CEILING = 10_000

OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def combinations(parts):
    """Pairs (text, value) made of smaller such pairs, everything in parentheses."""
    pairs = st.tuples(parts, parts)
    return st.one_of(
        st.builds(
            lambda pair, sign: (f"({pair[0][0]}){sign}({pair[1][0]})", OPERATORS[sign](pair[0][1], pair[1][1])),
            pairs,
            st.sampled_from("+-*"),
        ),
        st.builds(lambda part, n: (f"({part[0]}) ^{n}", part[1] ** n), parts, st.integers(0, 4)),
        st.builds(lambda part: (f"-({part[0]})", -part[1]), parts),
        pairs.filter(lambda pair: pair[1][1] != 0).map(
            lambda pair: (f"(({pair[0][0]}) * ({pair[1][0]}))/({pair[1][0]})", pair[0][1])
        ),
    )


values = st.one_of(
    st.integers(0, 10**30).map(lambda n: (str(n), n)),
    st.integers(0, 40).map(lambda n: (f"{n}!", math.factorial(n))),
    st.integers(0, 60).map(lambda n: (f"{n}#", int(gmpy2.primorial(n)))),
)


@given(st.recursive(values, combinations, max_leaves=6))
def test_an_expression_has_the_value_that_python_computes(pair):
    text, value = pair
    assert evaluate(text, CEILING) == value


powers = st.tuples(st.integers(0, 3), st.integers(0, 3))
signed_powers = st.one_of(
    powers.map(lambda power: f"{power[0]}^{power[1]}"),
    st.tuples(st.sampled_from(["", "-", "--"]), st.integers(0, 30)).map(lambda term: f"{term[0]}{term[1]}"),
    st.tuples(st.sampled_from(["-", "--"]), st.integers(0, 3)).map(lambda term: f"{term[0]}{term[1]}^3"),
)


@given(st.lists(signed_powers, min_size=1, max_size=8), st.data())
def test_operators_bind_as_they_do_in_python(terms, data):
    signs = [data.draw(st.sampled_from(["+", "-", "*", " - ", " * "])) for _ in terms[1:]]
    text = terms[0] + "".join(sign + term for sign, term in zip(signs, terms[1:], strict=True))
    assert evaluate(text, CEILING) == eval(text.replace("^", "**"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2^1277-1", 2**1277 - 1),
        ("(10^151-1)/9", int("1" * 151)),
        ("120!+1", math.factorial(120) + 1),
        ("97#-1", math.prod(p for p in range(2, 98) if gmpy2.is_prime(p)) - 1),
        ("(2^677-1)/1943118631", (2**677 - 1) // 1943118631),
        ("2^(3!)", 64),
        ("2**7", 128),
        ("13!!", 13 * 11 * 9 * 7 * 5 * 3),
        ("3!!!", 3),
        ("100!7+1", math.prod(range(2, 101, 7)) + 1),
        ("7!99999999999999999999", 7),
        ("0!3+2", 3),
        ("30#7", 7 * 11 * 13 * 17 * 19 * 23 * 29),
        ("{2^61-1}*[3]", (2**61 - 1) * 3),
        ("Phi(137,2)", 2**137 - 1),
        ("Phi(6, 10)", 91),
        ("L(10)*Fib(10)", 123 * 55),
        ("(3!)!", 720),
        ("24/4/2", 3),
        ("2^33219", gmpy2.mpz(2) ** 33219),
        (" 1009\t* 1013\r\n", 1009 * 1013),
        ("0" * 20_000 + "6", 6),
    ],
)
def test_the_forms_that_people_write_are_those_numbers(text, value):
    assert number_from(text, CEILING) == value


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("7/2", "7 is not divisible by 2; only divisions without a remainder are accepted."),
        ("7/(2-2)", "An expression may not divide by zero."),
        ("2^-1", "The exponent -1 is negative; a whole number from 0 on is accepted."),
        ("(0-3)!", "-3 stands before !; a whole number from 0 on is accepted there."),
        ("2-5", "'2-5' is negative; a whole number from 2 on is accepted."),
        ("2-1", "'2-1' is less than 2; a whole number from 2 on is accepted."),
        ("10^10000", "'10^10000' has 10001 digits; at most 10000 are accepted."),
        ("Phi(7)", "Phi takes 2 numbers in its parentheses, not 1."),
        (
            "(7,2)",
            "The expression '(7,2)' has '(' at character 1, where one number in a pair of parentheses was expected.",
        ),
        ("2 7", "The expression '2 7' has 7 at character 3, where an operator was expected."),
        (
            "(2+7",
            "The expression '(2+7' has its end at character 5, where a closing parenthesis or an operator was expected.",
        ),
        ("", "The number is empty; digits, or an expression such as 2^1277-1, are accepted."),
        ("2x+1", "The expression '2x+1' has 'x' at character 2; digits, + - * / ^ ! # and parentheses are accepted."),
        ("2\n7", r"The expression '2\n7' has '\n' at character 2; digits, + - * / ^ ! # and parentheses are accepted."),
        (
            "3!#",
            "The expression '3!#' has '#' at character 3, where an operator or, around what was meant, parentheses was expected.",
        ),
    ],
)
def test_a_faulty_expression_is_refused_with_the_reason(text, sentence):
    with pytest.raises(BadInput) as refusal:
        number_from(text, CEILING)
    assert refusal.value.sentence == sentence


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("10^2^5+3", ("10^(2^5)", "(10^2)^5, as GMP-ECM reads it")),
        ("7**2**3", ("7**(2**3)", "(7**2)**3, as GMP-ECM reads it")),
        ("-2^2+100", ("-(2^2)", "(-2)^2, as GMP-ECM reads it")),
        ("100*-(1+1)^2+999", ("-((1+1)^2)", "(-(1+1))^2, as GMP-ECM reads it")),
        ("-5!+1000", ("-(5!)", "(-5)!, as GMP-ECM reads it")),
        ("2^4!+1", ("2^(4!)", "(2^4)!, while GMP-ECM drops the power")),
        ("-Phi(3,2)+20", ("0-Phi(3,2)", "Phi(3,2), since GMP-ECM drops the minus")),
    ],
)
def test_what_gmp_ecm_reads_as_another_number_is_refused_with_both_readings(text, readings):
    with pytest.raises(BadInput) as refusal:
        number_from(text, CEILING)
    assert "has two readings: {}, as is usual, and {};".format(*readings) in refusal.value.sentence


@pytest.mark.parametrize(
    "text", ["-2^3+100", "-(2^2)+100", "(10^2)^5+3", "2^(4!)+1", "100-2^2", "5*-3+100", "20-Phi(3,2)", "3#^2", "4!^2+1"]
)
def test_what_has_one_value_however_it_is_read_is_read(text):
    assert number_from(text, CEILING) == gmp_ecm_number(text, CEILING)


HOSTILE = [
    "Phi(999999,9)",
    "Phi(720720,2)",
    "Fib(1000000)",
    "99999999999!!!",
    "99999999999999999999999!7",
    "Fib(" * 5000,
    "9^9^9",
    "9^9^9*0+2",
    "99999999999!",
    "(9^9)!",
    "9" * 25 + "#",
    "2^" + "9" * 400,
    "(" * 10_000 + "2" + ")" * 10_000,
    "(" * 1_000_000,
    "-" * 10_000 + "2",
    "2^" * 5_000 + "2",
    "+".join(["9999^4999"] * 2_000),
    "9" * 1_000_000,
    "9" * 1_000_000 + "x",
    "*".join(["9999^4999"] * 40),
    "9999!^9999!",
    "1e1000000000",
]


LONGEST = "*0+".join(["7^23000"] * 33) + "*0+2"
"""Of all that is allowed, what takes the longest."""


def longest():
    assert number_from(LONGEST, CEILING) == 2


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: f"{text[:12]}... {len(text)} characters")
def test_what_would_take_long_is_refused_at_once(text):
    def refused():
        with pytest.raises(BadInput):
            number_from(text, CEILING)

    assert cpu_seconds(refused) < 10 * cpu_seconds(longest)


def test_the_longest_computation_allowed_is_little_more_than_its_powers():
    assert cpu_seconds(longest) < 40 * cpu_seconds(lambda: [gmpy2.mpz(7) ** 23_000 for _ in range(33)])


def test_the_deepest_expression_allowed_leaves_room_on_the_stack():
    assert number_from("(" * 32 + "*".join(["1"] * 100) + "+1" + ")" * 32, CEILING) == 2


@given(st.text(alphabet="0123456789+-*/^()!#,{ xPhiMLR", max_size=60))
def test_any_text_is_a_number_or_refused(text):
    number = None
    with contextlib.suppress(BadInput):
        number = number_from(text, 500)
    assert number is None or (number >= 2 and len(number.digits()) <= 500)


def test_numbers_cross_process_boundaries():
    number = number_from("2^1277-1", CEILING)
    assert pickle.loads(pickle.dumps(number)) == number


@given(st.text(alphabet="0123456789+-*/^()!#,{.% xPhi", max_size=60))
def test_where_both_grammars_read_a_text_they_read_the_same_number(text):
    with contextlib.suppress(BadInput):
        usual = number_from(text, 500)
        assert "!!" in text or usual == gmp_ecm_number(text, 500)
