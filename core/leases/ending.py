"""Work for somebody who has only so long to live: nothing is handed out that would not end in time."""

_MARGIN = 2
"""How many times as long as it nominally takes something may take; machines differ."""


def ends_in_time(seconds: float, lives_seconds: int) -> bool:
    """Tell whether what takes so many seconds on a usual core ends within a lifetime; 0 is one without an end."""
    return not lives_seconds or _MARGIN * seconds <= lives_seconds


def too_late(lives_seconds: int) -> str:
    """Return what somebody is told for whom there is nothing that would end in time."""
    return f"Nothing that waits would end within the {lives_seconds} seconds that this worker has left."
