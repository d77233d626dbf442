"""Numbers are factored completely, or it is said how far they were."""

import math

import gmpy2
import pytest
from gmpy2 import mpz
from hypothesis import given
from hypothesis import strategies as st

from tests.profiles import trying
from workers.tasks import factorizing
from workers.tasks.factorizing import Unfactored, factor

PRIMES = st.integers(2, 10**9).map(gmpy2.next_prime)
HARD = mpz((10**149 + 183) * (10**150 + 67))


@trying(30)
@given(primes=st.lists(PRIMES, max_size=2), small=st.integers(1, 10**6))
def test_the_primes_are_prime_and_their_product_is_the_number(primes, small):
    number = mpz(math.prod(primes) * small)
    pairs = factor(number, 20)
    assert math.prod(prime**times for prime, times in pairs) == number
    assert all(gmpy2.is_prime(prime) for prime, _ in pairs)
    assert [prime for prime, _ in pairs] == sorted({prime for prime, _ in pairs})


@pytest.mark.parametrize(
    ("number", "pairs"),
    [
        (1, []),
        (2**64, [(2, 64)]),
        (1000003**4, [(1000003, 4)]),
        ((10**9 + 7) ** 2 * (10**9 + 9), [(10**9 + 7, 2), (10**9 + 9, 1)]),
        ((10**18 + 9) * (10**30 + 57), [(10**18 + 9, 1), (10**30 + 57, 1)]),
    ],
)
def test_known_numbers_are_factored(number, pairs):
    assert factor(mpz(number), 60) == pairs


def test_without_gmp_ecm_rho_does_it(monkeypatch):
    monkeypatch.setattr(factorizing, "candidates", list)
    assert factor(mpz((10**9 + 7) * (10**30 + 57)), 60) == [(10**9 + 7, 1), (10**30 + 57, 1)]


def test_a_number_that_takes_longer_is_given_up_with_what_is_known():
    with pytest.raises(Unfactored) as sentence:
        factor(12 * HARD, 0.5)
    assert str(sentence.value).startswith(
        "1200…7132 (301 digits) was not factored completely within 0.5 seconds:"
        " it is 2^2 * 3^1 * an unfactored part of 300 digits;"
    )
