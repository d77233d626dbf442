"""The one clock that commands get their time from."""

import time


def now() -> int:
    """Return the time, microseconds UTC."""
    return time.time_ns() // 1000
