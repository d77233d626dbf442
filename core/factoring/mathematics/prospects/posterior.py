"""Which prime factors a composite may still have, given all that was done on it; in whole numbers.

Of the numbers near 10^L, the share omega(L / a) / (a ln 10) has no prime below 10^a, with Buchstab's function omega. The prior is
what makes that share shrink: from a to b, ln(omega(L / a) b / (omega(L / b) a)) primes are to be expected of a number that had none
below 10^a. While 10^a is below the fourth root, that is ln(b / a), as Mertens has it (a share 1/p of all numbers is divisible by
p); from there on less, since what is left of the number has a prime as large or larger as well. The prior reaches from where
trial division usually ends up to the square root, below which a composite has a prime; and so what it leaves of prime numbers
is their share. Work with the effort e towards a size leaves exp(-e) of what is expected there. Of longer primes than efforts tell
of, which a number of more than 200 digits may have instead, it leaves all.
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from itertools import pairwise
from struct import Struct

from core.factoring.mathematics.levels.effort import DIGITS, from_lanes, lanes, to_bytes
from core.factoring.mathematics.probability.exponentials import END_UNITS, ONE, STEP_BITS, TABLE, UNIT_BITS, WITHIN

TRIED_DIGITS = 7
"""Primes of up to so many digits are taken to have been divided out of a number by whoever brings it.

Here those below 10,000 are. A number that has one between is no surprise for long: the first curves find it, and more than was
expected of them.
"""

_EXACT = Context(prec=20, rounding=ROUND_HALF_EVEN)
_CLOSED_UP_TO, _CONSTANT_FROM = Decimal(3), Decimal(4)
_INTERVALS = 8
_LOWER_HALVES = [Struct(f"<{'Q8x' * sizes}") for sizes in range(len(DIGITS) + 1)]
"""Reads the lower halves of so many lanes of an effort, which hold far more than is told from END_UNITS."""
_UPPER_HALVES = from_lanes([2**128 - 2**64] * len(DIGITS))


def omega(u: Decimal) -> Decimal:
    """Return Buchstab's function, u >= 2: within 1e-4, and 1/2 for less.

    u omega(u) has the derivative omega(u - 1), and is 1 up to 2. From 4 on it is constant within that; up to there it is the
    integral of what stands in closed form up to 3, by Simpson's rule.
    """
    if u >= _CONSTANT_FROM:
        return _LIMIT
    if u <= _CLOSED_UP_TO:
        return _closed(max(u, Decimal(2)))
    return _by_simpson(u)


def _closed(u: Decimal) -> Decimal:
    return _EXACT.divide(_EXACT.add(1, _EXACT.ln(u - 1)), u)


def _by_simpson(u: Decimal) -> Decimal:
    step = _EXACT.divide(u - _CLOSED_UP_TO, _INTERVALS)
    values = [_closed(_EXACT.add(2, _EXACT.multiply(step, i))) for i in range(_INTERVALS + 1)]
    weighted = values[0] + values[-1] + 4 * sum(values[1::2]) + 2 * sum(values[2:-1:2])
    integral = _EXACT.divide(_EXACT.multiply(step, weighted), 3)
    return _EXACT.divide(_EXACT.add(_EXACT.multiply(_CLOSED_UP_TO, _closed(_CLOSED_UP_TO)), integral), u)


_LIMIT = _by_simpson(_CONSTANT_FROM)


@lru_cache(maxsize=512)
def prior(digits: int) -> tuple[int, ...]:
    """Return how many primes of 10, 11, ... digits are to be expected of a number of so many, up to its square root; in 2^-32."""
    largest = _largest(digits)
    ends = [Decimal(TRIED_DIGITS), *(Decimal(size) for size in DIGITS if size < largest)]
    if len(ends) <= len(DIGITS):
        ends.append(largest)
    return tuple(_primes_between(digits, *pair) for pair in pairwise(ends))


@lru_cache(maxsize=512)
def beyond(digits: int) -> int:
    """Return how many primes of a number are to be expected that are longer than any size told of, up to its square root; in 2^-32."""
    return _primes_between(digits, Decimal(DIGITS[-1]), max(_largest(digits), Decimal(DIGITS[-1])))


def _largest(digits: int) -> Decimal:
    """Return the size of the square root of a number; a little above what was tried, where that is less."""
    return max(Decimal(digits) / 2, Decimal(TRIED_DIGITS) + Decimal("0.5"))


def _primes_between(digits: int, low: Decimal, high: Decimal) -> int:
    primes = _EXACT.subtract(_rough(digits, low), _rough(digits, high))
    return int(_EXACT.to_integral_value(_EXACT.multiply(primes, ONE)))


@lru_cache(maxsize=2)  # a stretch of sizes begins where the one before it ends
def _rough(digits: int, size: Decimal) -> Decimal:
    """Return ln of the share of numbers without a prime of up to so many digits, but for what all sizes have in common."""
    return _EXACT.ln(_EXACT.divide(omega(_EXACT.divide(Decimal(digits), size)), size))


@lru_cache(maxsize=64)  # what was weighed is asked for again when its curves are counted, and in an outlook
def left(effort: int, digits: int) -> tuple[int, ...]:
    """Return how many primes of 10, 11, ... digits are still to be expected, in 2^-32, as many sizes as `prior` has."""
    before = prior(digits)
    if effort & _UPPER_HALVES:
        effort = from_lanes([min(count, END_UNITS) for count in lanes(effort)])
    halves = _LOWER_HALVES[len(before)]
    expected = []
    for primes, units in zip(before, halves.unpack_from(to_bytes(effort).ljust(halves.size, b"\0")), strict=True):
        if units >= END_UNITS:
            expected.append(0)
            continue
        # `exp_minus`, written out: of all that a choice takes, most is this.
        at, beyond = TABLE[units >> STEP_BITS], units & WITHIN
        term = at * beyond
        expected.append(primes * (at - (term >> UNIT_BITS) + (term * beyond >> 81)) >> 32)
    return tuple(expected)


def left_in_all(effort: int, digits: int) -> int:
    """Return how many primes up to its square root are still to be expected of a number, longer ones included; in 2^-32."""
    return sum(left(effort, digits)) + beyond(digits)
