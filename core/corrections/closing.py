"""The events that a correction takes along."""

from collections.abc import Iterable


def closed_over_causes(roots: Iterable[int], causes: Iterable[tuple[int, int]]) -> frozenset[int]:
    """Return some events with everything that they caused, however far.

    Args:
        roots: their positions.
        causes: (position, position of its cause) of every event that has a cause, by position; a cause comes before
            what it causes.
    """
    closed = set(roots)
    for position, cause in causes:
        if cause in closed:
            closed.add(position)
    return frozenset(closed)
