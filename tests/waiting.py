"""Waiting for what happens in other processes, which need the processor more than whoever waits."""

import time

PAUSE_SECONDS = 0.02
PATIENCE_SECONDS = 90
"""For what should happen at once: a machine may be so busy that it takes a hundred times as long."""


def until(condition, seconds=PATIENCE_SECONDS, said=str):
    """Wait until something is so, and return it; `said` returns what else there is to read when it does not happen."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"it did not happen: {said()}"
        time.sleep(PAUSE_SECONDS)
    return found
