"""Counts a chunk: pi at both of its ends, by primecount.

Each end is one call of primecount's pi, and nothing is cheaper. Sieving the chunk instead of the second call would pay
only for short chunks: pi(x) takes some x^(2/3) steps, a sieve as many as the chunk is long, and no chunk is shorter than
1/128 of all. At x = 10^12 pi takes 12 ms where 8 * 10^9 numbers would have to be sieved, and at 10^4 half a microsecond
where there are 78. Nor is pi(a - 1) taken over from the chunk before, even when the same worker counted that: both
neighbours compute their boundary, and that they agree is what the coordinator checks. Only pi(0) needs no call.
"""

import os
import time

from msgspec import Struct

# A worker has a seat for each processor; threads of the library's own would only stand in each other's way. Whoever
# wants them all the same sets the variable. The library reads it when it is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from primecountpy.primecount import prime_pi, prime_pi_128

from workers.counting.sieve import LARGEST, NoSieve, sieve

_WIDE = 2**63
"""From here on numbers do not fit into the library's 64-bit call."""


class ChunkCount(Struct, frozen=True):
    """pi(a - 1) and pi(b) of a chunk from a to b, the CPU seconds that they took, and whether the chunk was sieved."""

    before: int
    last: int
    cpu_seconds: float
    sieved: bool = False


def pi(x: int) -> int:
    """Count the primes up to x, for 0 <= x <= 10^31."""
    return int(prime_pi_128(x) if x >= _WIDE else prime_pi(x))


def count(a: int, b: int) -> ChunkCount:
    """Count at both ends of the chunk from a to b."""
    started = time.process_time()
    before, last = pi(a - 1), pi(b)
    return ChunkCount(before, last, time.process_time() - started)


def check(a: int, b: int) -> ChunkCount:
    """Find pi(b) by a second method: pi(a - 1), and the primes that a sieve finds from a to b.

    Beyond what can be sieved here, or without a sieve, it is counted as any chunk is.
    """
    started = time.process_time()
    before = pi(a - 1)
    try:
        last, sieved = (pi(b), False) if b > LARGEST else (before + sieve(a, b), True)
    except NoSieve:
        last, sieved = pi(b), False
    return ChunkCount(before, last, time.process_time() - started, sieved)
