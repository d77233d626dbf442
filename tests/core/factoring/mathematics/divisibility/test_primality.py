import math

import gmpy2
import pytest
from gmpy2 import mpz
from hypothesis import given
from hypothesis import strategies as st

from core.factoring.mathematics.divisibility.primality import SMALL_FACTORS_BELOW, root_of, settle, split_small_factors
from core.refusals import BadInput


def test_every_number_up_to_ten_thousand_is_settled_as_a_sieve_does():
    composite = {multiple for p in range(2, 101) for multiple in range(2 * p, 10_001, p)}
    assert [n for n in range(2, 10_001) if settle(mpz(n)) == "proven"] == [
        n for n in range(2, 10_001) if n not in composite
    ]


@pytest.mark.parametrize(
    "pseudoprime",
    [
        *(2047, 3277, 5459, 5777, 10877, 1194649),  # strong pseudoprimes to base 2, strong Lucas pseudoprimes
        *(561, 1729, 3825123056546413051),  # Carmichael; strong to the first nine prime bases
        318665857834031151167461,  # strong to the first twelve
    ],
)
def test_pseudoprimes_are_composite(pseudoprime):
    assert settle(mpz(pseudoprime)) == "composite"


def test_a_prime_is_proven_below_two_to_the_64_and_probable_above():
    assert settle(mpz(2**64 - 59)) == "proven"
    assert settle(mpz(2**64 + 13)) == "probable"
    assert settle(mpz(2) ** 1279 - 1) == "probable"
    assert settle(mpz(2) ** 1277 - 1) == "composite"


@pytest.mark.parametrize("number", [-7, 0, 1])
def test_below_two_the_question_is_refused(number):
    with pytest.raises(BadInput, match=f"{number} is neither prime nor composite"):
        settle(mpz(number))


def test_prime_factors_are_found_below_the_bound_only():
    assert split_small_factors(mpz(9973) ** 2 * 1009) == (((1009, 1), (9973, 2)), 1)
    assert split_small_factors(mpz(2)) == (((2, 1),), 1)
    assert split_small_factors(mpz(10_007) ** 3) == ((), 10_007**3)
    assert split_small_factors(mpz(1)) == ((), 1)


@given(st.lists(st.integers(2, 20_000), min_size=1, max_size=8))
def test_small_factors_and_the_rest_multiply_back_to_the_number(factors):
    number = math.prod(factors)
    pairs, rest = split_small_factors(mpz(number))
    assert math.prod(prime**exponent for prime, exponent in pairs) * rest == number
    assert [prime for prime, _ in pairs] == sorted({prime for prime, _ in pairs})
    assert all(prime < SMALL_FACTORS_BELOW and gmpy2.is_prime(prime) and exponent >= 1 for prime, exponent in pairs)
    assert split_small_factors(rest) == ((), rest)


@given(st.integers(2, 10**30), st.integers(1, 40))
def test_a_power_is_taken_to_its_smallest_root(base, exponent):
    root, times = root_of(mpz(base) ** exponent)
    assert root**times == base**exponent
    assert times % exponent == 0
    assert not gmpy2.is_power(root)
