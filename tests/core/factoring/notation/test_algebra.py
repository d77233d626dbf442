"""Algebraic factors, held against cyclotomic polynomials and against factorizations of the tables."""

import gmpy2
import pytest
from gmpy2 import mpz
from hypothesis import given
from hypothesis import strategies as st

from core.factoring.mathematics.divisibility.primality import split_small_factors
from core.factoring.notation.algebra import algebraic_pieces
from core.factoring.notation.expressions import number_from
from tests.profiles import trying


def pieces(text):
    number = number_from(text, 1_000)
    _, left = split_small_factors(number)
    return algebraic_pieces("" if text.isdigit() else text, number, left)


@trying(60)
@given(st.sampled_from([2, 3, 5, 6, 7, 10, 11, 12, 18, 100]), st.integers(2, 90), st.sampled_from("+-"))
def test_each_cyclotomic_factor_is_made_of_whole_pieces(base, n, sign):
    number = mpz(base) ** n + (1 if sign == "+" else -1)
    _, left = split_small_factors(number)
    found = algebraic_pieces(f"{base}^{n}{sign}1", number, left)
    assert gmpy2.mpz(1) * left == gmpy2.mpz(1) * _product(found)
    assert all(gmpy2.gcd(one, other) == 1 for one in found for other in found if one is not other)
    for d in (d for d in range(1, 2 * n + 1) if 2 * n % d == 0):
        cyclotomic = number_from(f"2*Phi({d},{base})", 2_000)
        assert all(gmpy2.gcd(piece, cyclotomic) in {1, piece} for piece in found)


def _product(factors):
    product = mpz(1)
    for factor in factors:
        product *= factor
    return product


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2^1277-1", [number_from("2^1277-1", 400)]),  # an exponent that is prime
        ("2,202+", ["2,202L", "2,202M"]),
        (str(2**202 + 1), ["2,202L", "2,202M"]),  # the form of digits is seen
        ("4^101+1", ["2,202L", "2,202M"]),
        ("Phi(202,4)", ["2,202L", "2,202M"]),
        ("3^101+2^101", ["3^101+2^101"]),
        ("Fib(202)", ["Fib(101)", "L(101)"]),
        ("L(505)", ["L(101)", "5*Fib(101)^2-5*Fib(101)+1", "5*Fib(101)^2+5*Fib(101)+1"]),
        ("100!+1", ["100!+1"]),  # none is known of these
        ("97#-1", ["97#-1"]),
    ],
)
def test_a_number_of_the_tables_falls_into_its_algebraic_factors(text, parts):
    expected = [split_small_factors(number_from(part, 1_000) if isinstance(part, str) else part)[1] for part in parts]
    assert pieces(text) == sorted(one for one in expected if one != 1)


@pytest.mark.parametrize("text", ["(3^202-2^202)/5", "10^303-1"])
def test_what_shares_a_divisor_of_the_exponent_is_taken_out(text):
    assert len(pieces(text)) == 2


@pytest.mark.parametrize("text", ["1^60+1", "2^60+3^61", "F7", "10^60+7", "12345678910111213141516171819"])
def test_a_number_without_such_a_form_stays_whole(text):
    number = mpz(10007) * 10009
    assert algebraic_pieces(text, number, number) == [number]
