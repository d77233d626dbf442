"""Factors numbers of up to some 70 digits completely, by FLINT: its quadratic sieve where that is worth it."""

import time
from importlib import metadata

from flint import __FLINT_VERSION__, fmpz
from msgspec import Struct

PROGRAM = "flint"
VERSION = f"{__FLINT_VERSION__} (python-flint {metadata.version('python-flint')})"
_WORD = 2**64


class Sieved(Struct, frozen=True):
    """The primes of a number, and how they were found.

    Attributes:
        primes: each once, in decimal, ascending.
        method: `qs` for the quadratic sieve; `auto` below 2^64, where FLINT chooses among quicker ways.
        cpu_seconds: that it took.
    """

    primes: tuple[str, ...]
    method: str
    cpu_seconds: float


def sieve(number: str) -> Sieved:
    """Factor a number, in decimal, above 1. It holds the interpreter's lock until it is done."""
    started = time.process_time()
    value = fmpz(number)
    primes = tuple(str(prime) for prime, _ in value.factor())
    return Sieved(primes, "auto" if value < _WORD else "qs", time.process_time() - started)
