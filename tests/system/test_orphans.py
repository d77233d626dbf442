"""A coordinator that is killed leaves no child behind."""

from contextlib import suppress
from pathlib import Path

from tests.real.servers import HTTP
from tests.waiting import until


def children_of(process):
    """Every process below one, by id."""
    found = []
    pending = [process]
    while pending:
        parent = pending.pop()
        for path in Path(f"/proc/{parent}/task").glob("*/children"):
            with suppress(OSError):  # the thread has ended since
                below = [int(child) for child in path.read_text().split()]
                found += below
                pending += below
    return set(found)


def test_the_children_of_a_killed_coordinator_end(coordinator):
    HTTP.post(f"{coordinator.address}/api/v1/composites/bulk", json=["2^67-1", "2^71-1"]).raise_for_status()
    below = children_of(coordinator.process.pid)
    assert below
    coordinator.kill()
    until(lambda: not any(Path(f"/proc/{child}").exists() for child in below))
