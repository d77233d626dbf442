"""Ids of requests, and of the commands that they carry."""

import os
from collections.abc import Iterator

_BYTES = 16
_AT_ONCE = 256


def random_ids() -> Iterator[str]:
    """Yield ids of 128 random bits in hexadecimal, without end.

    The system is asked for many at once: each asking lets go of the interpreter's lock, and waits for it again.
    """
    while True:
        digits = os.urandom(_BYTES * _AT_ONCE).hex()
        for start in range(0, len(digits), 2 * _BYTES):
            yield digits[start : start + 2 * _BYTES]
