"""Primes are counted by real workers, whoever of them is killed on the way."""

import contextlib
import time

import httpx
import pytest

from tests.real.crews import WorkerProcess
from tests.real.servers import HTTP, CoordinatorProcess
from tests.waiting import PATIENCE_SECONDS, PAUSE_SECONDS


@pytest.fixture
def quick_to_notice(tmp_path):
    """A coordinator that takes back at once what silent workers hold."""
    process = CoordinatorProcess(tmp_path / "data", TALLYSTICK_LEASE_SECONDS="2").start()
    yield process
    process.close()


@contextlib.contextmanager
def crew(coordinator, *names):
    workers = [WorkerProcess(coordinator, name, "--kinds", "counting") for name in names]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.close()


def submit(coordinator, n, chunks):
    answer = HTTP.post(f"{coordinator.address}/api/count-primes", json={"n": n, "chunks": chunks})
    return answer.json()["job_id"]


def followed(coordinator, job, until=lambda status: status["state"] in {"SUCCESS", "FAILURE"}):
    """Follow a job; return the states and progress that it went through, and how it stands at the end."""
    seen = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    with httpx.Client(base_url=coordinator.address, timeout=30) as client:
        while time.monotonic() < deadline:
            status = client.get(f"/api/jobs/{job}").json()
            if not seen or seen[-1] != (status["state"], status["progress"]["completed"]):
                seen.append((status["state"], status["progress"]["completed"]))
            if until(status):
                return seen, status
            time.sleep(PAUSE_SECONDS)
    raise AssertionError(f"the job did not get there: {seen}")


def test_a_job_is_counted_though_its_worker_and_the_coordinator_are_killed(quick_to_notice):
    job = submit(quick_to_notice, 10**14, 3)
    with crew(quick_to_notice, "victim") as (victim,):
        followed(quick_to_notice, job, lambda status: status["state"] == "STARTED")
        victim.kill()
    with crew(quick_to_notice, "heir", "other"):
        followed(quick_to_notice, job, lambda status: status["progress"]["completed"] >= 1)
        quick_to_notice.kill()
        quick_to_notice.start()
        seen, status = followed(quick_to_notice, job)
        assert status["result"]["prime_count"] == 3204941750802
        assert [done for _, done in seen] == sorted(done for _, done in seen)
        in_no_table = submit(quick_to_notice, 10**9 + 7, 16)
        seen, status = followed(quick_to_notice, in_no_table)
    assert (status["state"], status["result"]["prime_count"]) == ("SUCCESS", 50847535)
    told = HTTP.get(f"{quick_to_notice.address}/api/v1/explain/jobs/{in_no_table}").json()
    assert len(told["checks"]) == 2
    for check in told["checks"]:
        (report,) = told["chunks"][check["chunk"] - 1]["reports"]
        assert check["sieved"]
        assert check["client_id"] != report["client_id"]


def test_a_count_that_nobody_wants_ends_and_a_worker_that_leaves_hands_its_chunk_back(quick_to_notice):
    endless = submit(quick_to_notice, 10**18, 1)
    with crew(quick_to_notice, "leaver") as (leaver,):
        followed(quick_to_notice, endless, lambda status: status["state"] == "STARTED")
        HTTP.delete(f"{quick_to_notice.address}/api/jobs/{endless}").raise_for_status()
        _, status = followed(quick_to_notice, submit(quick_to_notice, 10**6, 1))
        assert status["result"]["prime_count"] == 78498
        endless = submit(quick_to_notice, 10**18, 1)
        followed(quick_to_notice, endless, lambda status: status["state"] == "STARTED")
        assert leaver.stop() == 0
    events = HTTP.get(f"{quick_to_notice.address}/api/v1/events", params={"type": "leases.ended"}).json()["events"]
    assert [event["data"]["outcome"] for event in events] == ["revoked", "completed", "released"]
