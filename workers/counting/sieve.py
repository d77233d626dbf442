"""Counts the primes of a stretch by sieving it, with the library primesieve.

PyPI's `primesieve` comes as sources only. The wheel of primecount that workers count with brings the same library, whose C
interface is as stable as that of the system's package.
"""

import ctypes
import ctypes.util
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

from core.refusals import Refusal

_DISTRIBUTION = "passagemath-primesieve-primecount"
_FAILED = 2**64 - 1
LARGEST = 2**64 - 11 * 2**32
"""Up to here the library sieves."""


class NoSieve(Refusal):
    """There is no primesieve on this machine."""


def sieve(a: int, b: int) -> int:
    """Count the primes from a to b, for 0 <= a and b <= LARGEST, in the calling thread.

    Raises:
        NoSieve: the library is not installed, or could not do it.
    """
    library = _library()
    library.primesieve_set_num_threads(1)
    library.primesieve_count_primes.argtypes = [ctypes.c_uint64, ctypes.c_uint64]
    library.primesieve_count_primes.restype = ctypes.c_uint64
    count = int(library.primesieve_count_primes(a, b))
    if count == _FAILED:
        raise NoSieve(f"primesieve could not sieve from {a} to {b}.")
    return count


def _library() -> Any:
    path = _shipped() or ctypes.util.find_library("primesieve")
    if path is None:
        raise NoSieve(f"There is no primesieve here; {_DISTRIBUTION} brings it, or the system's package libprimesieve.")
    try:
        return ctypes.CDLL(str(path))
    except OSError as trouble:
        raise NoSieve(f"primesieve can't be loaded: {trouble}.") from trouble


def _shipped() -> Path | None:
    try:
        shipped = files(_DISTRIBUTION) or []
    except PackageNotFoundError:
        return None
    return next((Path(str(file.locate())) for file in shipped if file.name.startswith("libprimesieve")), None)
