"""Secrets of the day from a hash chain: each day's is the hash of the next day's, and the first hash is told beforehand.

Whoever knows that first hash, the anchor, can tell of each secret that is opened later that it was fixed from the
beginning; and no secret tells those that come after it.
"""

from hashlib import sha256

from core.timestamps import SECOND

LENGTH = 3_660
"""Days for which one chain lasts, some ten years."""
DAY = 86_400 * SECOND


def link(secret: bytes) -> bytes:
    """Return the secret of the day before."""
    return sha256(secret).digest()


def secret_of(seed: bytes, day: int, length: int = LENGTH) -> bytes:
    """Return the secret of a day, from 1; 0 is the anchor, and that of the last day is the seed itself."""
    secret = seed
    for _ in range(length - day):
        secret = link(secret)
    return secret


def day_of(moment: int) -> int:
    """Return the day, UTC, of a moment in microseconds, counted from 1970-01-01."""
    return moment // DAY


def chain_day(moment: int, first_day: int) -> int:
    """Return which day of a chain a moment lies on; what lies before the chain counts as its first day."""
    return max(day_of(moment) - first_day, 0) + 1
