"""Pausing a project stops a real worker within a heartbeat and half a minute, with every finished curve credited."""

import json

import pytest

from core.timestamps import SECOND, from_iso
from tests.real.crews import WorkerProcess
from tests.real.servers import HTTP, CoordinatorProcess
from tests.waiting import until

HEARTBEAT, HALF_A_MINUTE = 30, 30
SHORT = {"number": str((10**99 + 289) * (10**100 + 267)), "prior_t_level": 30}
"""A curve takes some seconds. The first assignment is one curve, and those after it have tens."""
LONG = {"number": "2^1277-1", "prior_t_level": 55}
"""A curve takes a quarter of an hour."""


@pytest.fixture
def coordinator(tmp_path):
    process = CoordinatorProcess(tmp_path / "data", TALLYSTICK_ADMIN_KEY="admin").start()
    yield process
    process.close()


def events(coordinator, kind):
    return HTTP.get(f"{coordinator.address}/api/v1/events", params={"type": kind}).json()["events"]


def paused(coordinator):
    return HTTP.get(f"{coordinator.address}/health").json().get("paused", [])


def post(coordinator, path, body):
    return HTTP.post(f"{coordinator.address}{path}", json=body, headers={"X-Admin-Key": "admin"}).raise_for_status()


def run_elsewhere(coordinator, method, b1):
    """Report that P-1 or P+1 was run on the first number, so far that the worker has nothing but curves to run."""
    done = {"composite": SHORT["number"], "client_id": "elsewhere", "method": method, "program": "gmp-ecm"}
    post(coordinator, "/api/v1/submit_result", done | {"parameters": {"b1": b1}, "results": {"curves_completed": 1}})


@pytest.mark.drill
@pytest.mark.parametrize(("wanted", "least"), [(SHORT, 1), (LONG, 0)], ids=["between curves", "within a curve"])
def test_a_pause_stops_a_worker_with_every_finished_curve_credited(coordinator, wanted, least):
    post(coordinator, "/api/v1/composites/bulk", [wanted | {"project": "mersenne", "target_t_level": 65}])
    if least:
        run_elsewhere(coordinator, "pm1", 10**9)
        run_elsewhere(coordinator, "pp1", 10**9)
    worker = WorkerProcess(coordinator, "hired", "--kinds", "factoring")
    try:
        until(lambda: progressed(coordinator) if least else events(coordinator, "leases.granted"))
        post(coordinator, "/api/v1/admin/pause", {"of": "project", "name": "mersenne", "reason": "a wrong list"})
        (pause,) = events(coordinator, "factoring.project_paused")
        ended = until(lambda: handed_back_after(coordinator, pause))
        coordinator.stop()
        coordinator.start()
        assert [one["name"] for one in paused(coordinator)] == ["mersenne"]
    finally:
        worker.close()
    waited = from_iso(ended["recorded_at"]) - from_iso(pause["recorded_at"])
    assert waited <= (HEARTBEAT + HALF_A_MINUTE) * SECOND
    ran = [line for line in map(json.loads, worker.output.read_text().splitlines()) if line["event"] == "work_ended"]
    credited = [event["data"]["curves"] for event in events(coordinator, "factoring.curves_run")]
    assert sum(credited) == sum(line.get("curves", 0) for line in ran) >= least
    assert events(coordinator, "leases.granted")[-1]["position"] < pause["position"]


def progressed(coordinator):
    """Tell whether curves are run just now, some of which are done and ten are left: too many to end before the pause.

    What is done shows once the lease is extended.
    """
    held = HTTP.get(f"{coordinator.address}/api/v1/work/status/hired").json()["work_assignments"]
    running = [one for one in held if one["method"] == "ecm" and not one["completed_at"]]
    return any(0 < one["curves_completed"] <= one["curves_requested"] - 10 for one in running)


def handed_back_after(coordinator, pause):
    """Return how the last lease ended, once its holder has handed it back because of a pause."""
    ended = [one for one in events(coordinator, "leases.ended") if one["position"] > pause["position"]]
    return next((one for one in ended if one["data"]["outcome"] == "released"), None)
