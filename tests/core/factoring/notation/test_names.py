"""What tables and forums call numbers. Values: the Cunningham tables (Brillhart et al.), factors of OEIS A000032 and others."""

import gmpy2
import pytest

from core.factoring.notation.expressions import number_from
from core.factoring.notation.names import in_plain_signs
from core.refusals import BadInput


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("2,1277-", "2^1277-1"),
        ("10, 311 +", "10^311+1"),
        ("M1277", "2^1277-1"),
        ("M(1277)", "2^1277-1"),
        ("R(103)", "(10^103-1)/9"),
        ("R103", "(10^103-1)/9"),
        ("M61/1", "(2^61-1)/1"),
        ("2,1042L", "2^521+1-2^261"),
        ("2,1042M", "2^521+1+2^261"),
        ("2\u2212\u20091", "2- 1"),
        ("10\u00b2\u00b9+3", "10^21+3"),
        ("123 456 789", "123456789"),
        ("123,456,789", "123456789"),
        ("1_234_567", "1234567"),
        ("{2^61-1}", "(2^61-1)"),
    ],
)
def test_a_name_is_written_out(name, plain):
    assert in_plain_signs(name) == plain


@pytest.mark.parametrize(
    "printed",
    [
        "2037035976334486086268445688409378161051468393665936250636140449354\\\n381299763336706183397376",  # bc, dc
        "20370359763344860862684456884093781610514683936659362506361404493543812997633\\\n36706183397376\n",  # GAP
        " 20370359763344860862684456884093781610514683936659362506361404493543812997633\\ \r\n 36706183397376",  # Maxima
        "\n  2037035976334486086268445688409378161051468393665936250636140449354381299763_\n   336706183397376\n",  # FriCAS
    ],
)
def test_a_number_that_a_program_broke_over_lines_is_whole(printed):
    assert number_from(printed, 1000) == 2**300


@pytest.mark.parametrize("text", ["12\n34", "12\\34", "12\\ 34", "12\\\n", "12\\\n\n34", "12_34", "12_", "12_\n\n34"])
def test_without_a_sign_at_the_end_of_a_line_nothing_is_joined(text):
    with pytest.raises(BadInput):
        number_from(text, 1000)


@pytest.mark.parametrize(
    ("base", "first", "step", "whole"),
    [
        (2, 2, 4, lambda n: 2**n + 1),
        (3, 3, 6, lambda n: (3**n + 1) // (3 ** (n // 3) + 1)),
        (5, 5, 10, lambda n: (5**n - 1) // (5 ** (n // 5) - 1)),
        (6, 6, 12, lambda n: (6**n + 1) // (6 ** (n // 3) + 1)),
        (7, 7, 14, lambda n: (7**n + 1) // (7 ** (n // 7) + 1)),
        (10, 10, 20, lambda n: (10**n + 1) // (10 ** (n // 5) + 1)),
        (11, 11, 22, lambda n: (11**n + 1) // (11 ** (n // 11) + 1)),
        (12, 3, 6, lambda n: (12**n + 1) // (12 ** (n // 3) + 1)),
    ],
)
def test_the_halves_of_an_aurifeuillian_number_have_it_as_their_product(base, first, step, whole):
    for n in range(first + step, first + 5 * step, step):
        halves = [number_from(f"{base},{n}{sign}", 1000) for sign in "LM"]
        assert halves[0] < halves[1]
        assert halves[0] * halves[1] == whole(n)


@pytest.mark.parametrize(
    ("name", "value"),
    [("L(1234)", gmpy2.lucas(1234)), ("13!7+1", 13 * 6 + 1), ("Phi(137,2)", 2**137 - 1), ("7!!", 105)],
)
def test_functions_have_their_values(name, value):
    assert number_from(name, 1000) == value


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("F(1201)", "the Fibonacci number, written Fib(1201), and the Fermat number, written 2^(2^1201)+1"),
        ("F1201", "has two readings"),
        (
            "(10**103-1)//9",
            "a quotient, written with one / and without a remainder, and, as GMP-ECM reads it, '(10**103-1)' with",
        ),
        ("15 // first", "15 with the comment 'first'"),
        ("p(1000)#", "the product of the primes up to 1000, written 1000#, and that of the first 1000 primes"),
        ("2LM 1042", "names two numbers, written 2,1042L and 2,1042M"),
        ("C151_118_79", "what is left, 151 digits, of 118^79+79^118"),
        ("2,1187L", "names no number: of base 2, 2, 6, 10 and so on have an L and an M"),
        ("13,26L", "the bases 2, 3, 5, 6, 7, 10, 11, 12 have an L and an M"),
    ],
)
def test_what_has_two_readings_or_none_is_refused_with_how_to_write_it(name, sentence):
    with pytest.raises(BadInput) as refusal:
        number_from(name, 10_000)
    assert sentence in refusal.value.sentence


@pytest.mark.parametrize("text", ["1,23,456", "12 34", "1234,567", "1,234 567", "1.234.567", "12,345678"])
def test_what_only_looks_like_grouped_digits_is_not_put_together(text):
    with pytest.raises(BadInput):
        number_from(text, 100)
