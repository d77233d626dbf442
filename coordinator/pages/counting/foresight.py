"""How long something will still take, and how far that may be off."""

from math import sqrt

from msgspec import Struct

_LEAST_DONE = 2


class Left(Struct, frozen=True):
    """How long it will still take: most likely, and from the least to the most that is likely; microseconds."""

    likely: int
    least: int
    most: int


def time_left(done: int, total: int, elapsed: int) -> Left | None:
    """Return how long the rest of equal pieces will take at the pace so far, None while too few are done to tell.

    Pieces that are done are taken for events of a Poisson process: their number is off by its square root.

    Args:
        done: how many pieces are.
        total: how many there are.
        elapsed: what those took, microseconds.
    """
    if not _LEAST_DONE <= done < total:
        return None
    likely = (total - done) * elapsed / done
    off = 1 / sqrt(done)
    return Left(round(likely), round(likely / (1 + off)), round(likely / (1 - off)))
