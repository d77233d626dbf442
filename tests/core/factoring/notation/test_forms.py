"""Special forms, read from what was written: the size of a number's polynomial is what the special sieve works on."""

import pytest

from core.factoring.mathematics.prospects.sieve import crossover
from core.factoring.notation.forms import special_difficulty


@pytest.mark.parametrize(
    ("expression", "digits"),
    [
        ("2^1277-1", 385),
        ("M1277", 385),
        ("(2^1249-1)/97", 376),
        ("2^(3*137)-1", 124),
        ("10^199+7", 199),
        ("7*10^100-3", 101),
        ("R(103)", 103),
        ("Phi(137,2)", 42),
        ("3*2^400 + 5", 121),
    ],
)
def test_the_difficulty_of_a_form_is_the_size_of_its_polynomial(expression, digits):
    assert special_difficulty(expression) == digits


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "40!-1",
        "97#+1",
        "2^10+1",
        "6^200-5^200",
        "10^199+1234567890",
        "F(1201)",
        "2,1187L",
        "5^2^4+1",
        "2^100000000-1",
    ],
)
def test_what_is_of_no_special_form_has_no_difficulty(expression):
    assert special_difficulty(expression) is None


def test_a_number_of_a_special_form_is_as_hard_as_a_smaller_one():
    assert crossover(385, special_difficulty("2^1277-1")).size == round(0.56 * 385 + 30)
    assert crossover(200, special_difficulty("10^199+7")).sieve == "special number field"
