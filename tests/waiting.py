"""Waiting for what happens in other processes, which need the processor more than whoever waits."""

import time

PAUSE_SECONDS = 0.02


def until(condition, seconds=90, said=str):
    """Wait until something is so, and return it; `said` returns what else there is to read when it does not happen."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"it did not happen: {said()}"
        time.sleep(PAUSE_SECONDS)
    return found
