"""Proofs of primality by FLINT."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordinator.reactors.primes import ProvePrime
from core.factoring.mathematics.divisibility.primality import settle


@pytest.mark.parametrize("exponent", [127, 521, 607])
def test_known_mersenne_primes_are_proved(exponent):
    assert ProvePrime(str(2**exponent - 1)).find() is True


@pytest.mark.parametrize(
    "composite",
    [
        3_825_123_056_546_413_051,  # a strong pseudoprime to the nine smallest bases
        1195068768795265792518361315725116351898245581,  # Arnault's, to all bases up to 31
        (2**127 - 1) * (2**89 - 1),
    ],
)
def test_what_only_looks_like_a_prime_is_found_out(composite):
    assert ProvePrime(str(composite)).find() is False


@given(st.integers(2**64, 2**300))
def test_proofs_agree_with_the_quick_test(number):
    assert ProvePrime(str(number)).find() == (settle(number) != "composite")
