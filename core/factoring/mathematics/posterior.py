"""Which prime factors a composite may still have, given all that was done on it; in whole numbers.

A number has log(b / a) primes between 10^a and 10^b on average (so says Mertens: a share 1/p of the numbers is divisible by
p): that is the prior, from where trial division ends up to the square root, below which a composite has a prime. Work with
the effort e towards a size leaves exp(-e) of them.
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from struct import Struct

from core.factoring.mathematics.effort import DIGITS, to_bytes
from core.factoring.mathematics.exponentials import END_UNITS, ONE, STEP_BITS, TABLE, UNIT_BITS, WITHIN

TRIED_DIGITS = 7
"""Primes of up to so many digits are divided out of a number before any work on it."""

_EXACT = Context(prec=20, rounding=ROUND_HALF_EVEN)
_LANES = [Struct(f"<{2 * sizes}Q") for sizes in range(len(DIGITS) + 1)]
"""Reads so many lanes of an effort, each in two halves."""


@lru_cache(maxsize=512)
def prior(digits: int) -> tuple[int, ...]:
    """Return how many primes of 10, 11, ... digits a number of so many has on average, up to its square root; in 2^-32."""
    largest = max(Decimal(digits) / 2, Decimal(TRIED_DIGITS) + Decimal("0.5"))
    expected, below = [], Decimal(TRIED_DIGITS)
    for size in DIGITS:
        above = min(Decimal(size), largest)
        expected.append(int(_EXACT.to_integral_value(_EXACT.multiply(_EXACT.ln(_EXACT.divide(above, below)), ONE))))
        below = above
        if above == largest:
            break
    return tuple(expected)


def left(effort: int, digits: int) -> list[int]:
    """Return how many primes of 10, 11, ... digits are still to be expected, in 2^-32, as many sizes as `prior` has."""
    before = prior(digits)
    if not effort:
        return list(before)
    lanes = _LANES[len(before)]
    halves = iter(lanes.unpack_from(to_bytes(effort).ljust(lanes.size, b"\0")))
    expected = []
    for primes, low, high in zip(before, halves, halves, strict=True):
        if high or low >= END_UNITS:
            expected.append(0)
            continue
        # `exp_minus`, written out: of all that a choice takes, most is this.
        at, beyond = TABLE[low >> STEP_BITS], low & WITHIN
        expected.append(primes * (at - (at * beyond >> UNIT_BITS) + (at * beyond * beyond >> 81)) >> 32)
    return expected
