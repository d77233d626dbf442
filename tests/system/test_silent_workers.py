"""Short work of a worker that was killed goes to another one soon, whatever kind of work it is."""

import pytest

from core.timestamps import SECOND, from_iso
from tests.real.crews import WorkerProcess
from tests.real.servers import HTTP, CoordinatorProcess
from tests.waiting import until
from workers.lease import LEAST_SECONDS

TASK = {"operation": "factor", "args": [str((10**149 + 183) * (10**150 + 67))]}
WORK = {
    "counting": ("/api/count-primes", {"n": 10**18, "chunks": 1}),
    "tasks": ("/task", TASK),
    "factoring": ("/api/v1/composites/bulk", [{"number": "2^1277-1", "target_t_level": 50}]),
}


@pytest.fixture
def coordinator(tmp_path):
    """A coordinator that would leave silent workers their work for two minutes, as any does by default."""
    process = CoordinatorProcess(tmp_path / "data").start()
    yield process
    process.close()


def events(coordinator, kind):
    return HTTP.get(f"{coordinator.address}/api/v1/events", params={"type": kind}).json()["events"]


def expired(coordinator):
    ended = (event["data"] for event in events(coordinator, "leases.ended"))
    return [lease["lease"] for lease in ended if lease["outcome"] == "expired"]


def hold(coordinator, name, kind):
    """Start a worker and wait until it holds something more than before."""
    before = len(events(coordinator, "leases.granted"))
    worker = WorkerProcess(coordinator, name, "--kinds", kind)
    until(lambda: len(events(coordinator, "leases.granted")) > before)
    return worker


@pytest.mark.drill
@pytest.mark.parametrize("kind", WORK)
def test_what_a_killed_worker_held_is_handed_on_within_fifteen_seconds(coordinator, kind):
    address, wanted = WORK[kind]
    HTTP.post(f"{coordinator.address}{address}", json=wanted).raise_for_status()
    victim = hold(coordinator, "victim", kind)
    victim.kill()
    killed_at = from_iso(HTTP.get(f"{coordinator.address}/health").json()["timestamp"])
    (granted,) = events(coordinator, "leases.granted")
    renewed = events(coordinator, "leases.renewed")
    assert [granted, *renewed][-1]["data"]["expires_at"] <= killed_at + LEAST_SECONDS * SECOND
    heir = hold(coordinator, "heir", kind)
    try:
        until(lambda: granted["data"]["lease"] in expired(coordinator))
    finally:
        heir.close()
