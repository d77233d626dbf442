"""Numbers that people really factor, and primes that divide them.

The primes are those of the Cunningham tables, as PyPI's `passagemath-database-cunningham` has them; it is fetched when a
bench asks for it, and none of its code is run.
"""

import io
import math
import pickle
import random
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import gmpy2

PACKAGE = "passagemath-database-cunningham==10.8.13"
BASES = (2, 3, 5, 6, 7, 10, 11, 12)
_TABLE = "sage_wheels/share/cunningham_tables/cunningham_prime_factors.sobj"
_MOST_DIGITS = 450
"""About where the tables end."""
_SMALL = 10_000
"""A coordinator divides by smaller primes itself."""
_TRIED = 300_000


class _Integers(pickle.Unpickler):
    """Reads a list of Sage's integers, which are written in base 32, and nothing else."""

    def find_class(self, module: str, name: str) -> object:
        if (module, name) != ("sage.rings.integer", "make_integer"):
            raise pickle.UnpicklingError(f"{module}.{name} is no integer.")
        return lambda digits: int(digits, 32)


def table_primes(directory: Path) -> list[int]:
    """Return the primes of the Cunningham tables, in order; the package is put into a directory."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(directory), PACKAGE]
    subprocess.run(command, check=True)
    (wheel,) = directory.glob("passagemath_database_cunningham-*.whl")
    with zipfile.ZipFile(wheel) as content:
        pickled = zlib.decompress(content.read(_TABLE))
    return sorted(set(_Integers(io.BytesIO(pickled)).load()))


def numbers() -> dict[str, int]:
    """Return b^n-1 and b^n+1, Fibonacci and Lucas numbers, n!-1, n!+1, p#-1 and p#+1 up to some digits, by how they are written."""
    found = {text: value for text, value in _written() if len(str(value)) > 30 and not gmpy2.is_prime(value)}
    return {text: value for value, text in {value: text for text, value in found.items()}.items()}


def _written() -> Iterator[tuple[str, int]]:
    limit = 10**_MOST_DIGITS
    for base in BASES:
        for n in range(1, int(_MOST_DIGITS / math.log10(base)) + 1):
            yield from ((f"{base}^{n}-1", base**n - 1), (f"{base}^{n}+1", base**n + 1))
    for name, function in (("fibonacci", gmpy2.fib), ("lucas", gmpy2.lucas)):
        n = 1
        while (value := int(function(n))) < limit:
            yield f"{name}({n})", value
            n += 1
    n, factorial = 1, 1
    while factorial < limit:
        yield from ((f"{n}!-1", factorial - 1), (f"{n}!+1", factorial + 1))
        n, factorial = n + 1, factorial * (n + 1)
    prime, primorial = 2, 2
    while primorial < limit:
        yield from ((f"{prime}#-1", primorial - 1), (f"{prime}#+1", primorial + 1))
        prime = int(gmpy2.next_prime(prime))
        primorial *= prime


class Divisors:
    """Finds which of many primes divide a number, by a tree of their products."""

    def __init__(self, primes: list[int]) -> None:
        self._levels = [[gmpy2.mpz(prime) for prime in primes]]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            self._levels.append([math.prod(below[i : i + 2]) for i in range(0, len(below), 2)])

    def of(self, value: int) -> list[int]:
        """Return the primes that divide a number, in order."""
        return self._within(gmpy2.mpz(value), len(self._levels) - 1, 0)

    def _within(self, value: gmpy2.mpz, level: int, at: int) -> list[int]:
        shared = gmpy2.gcd(self._levels[level][at] % value, value) if level else value
        if shared == 1:
            return []
        if level == 0:
            return [int(self._levels[0][at])] if value % self._levels[0][at] == 0 else []
        halves = range(2 * at, min(2 * at + 2, len(self._levels[level - 1])))
        return [prime for half in halves for prime in self._within(shared, level - 1, half)]


def known_factors(values: list[int], primes: list[int]) -> dict[int, list[int]]:
    """Return which primes that a coordinator does not find itself divide each number: of the tables, and smaller ones."""
    small = [prime for prime in range(_SMALL + 1, _TRIED, 2) if gmpy2.is_prime(prime)]
    divisors = Divisors(sorted({*small, *(prime for prime in primes if prime > _SMALL)}))
    return {value: [prime for prime in divisors.of(value) if prime != value] for value in values}


def chosen(count: int, seed: int) -> list[tuple[str, int]]:
    """Return so many of the numbers, in random order."""
    every = list(numbers().items())
    random.Random(seed).shuffle(every)
    return every[:count]
