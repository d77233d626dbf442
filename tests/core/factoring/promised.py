"""Whether a curve finds a prime by what its bounds promise: tried on the curve, without its order.

The promise is that of every program that runs stage 1 to B1 and stage 2 to B2, in whatever way: the largest power up to B1 of each
prime is multiplied to the point, and one prime from there up to B2.
"""

from collections.abc import Sequence
from math import prod

import gmpy2

from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.curves.group_order import Curve
from core.factoring.mathematics.curves.stage2 import stage2_of


def finds_by_its_bounds(curve: Curve, bounds: Bounds) -> bool:
    """Tell whether stage 1 brings the point to the neutral element, or stage 1 and one prime up to B2."""
    stage_1 = prod(_largest_power(prime, bounds.b1) for prime in primes(1, bounds.b1))
    reached = stage2_of(bounds.b1, bounds.b2).b2
    return curve.kills(stage_1) or _is_among(curve, stage_1, primes(bounds.b1, reached))


def primes(above: int, upto: int) -> list[int]:
    """Return the primes above one bound and up to another."""
    found = []
    prime = int(gmpy2.next_prime(above))
    while prime <= upto:
        found.append(prime)
        prime = int(gmpy2.next_prime(prime))
    return found


def _is_among(curve: Curve, stage_1: int, candidates: Sequence[int]) -> bool:
    """Tell whether one of these primes does it: where all of them together don't, none does."""
    if not candidates or not curve.kills(stage_1 * prod(candidates)):
        return False
    if len(candidates) == 1:
        return True
    middle = len(candidates) // 2
    return any(_is_among(curve, stage_1, half) for half in (candidates[:middle], candidates[middle:]))


def _largest_power(prime: int, b1: int) -> int:
    power = prime
    while power * prime <= b1:
        power *= prime
    return power
