"""Tasks are computed by real workers, over HTTP and through a real Valkey, and none is lost or counted twice."""

import contextlib
from collections import Counter

import httpx
import pytest

from core.tasks.queue import GROUP, QUICK
from tests.real.crews import WorkerProcess
from tests.real.servers import HTTP, CoordinatorProcess
from tests.real.valkeys import ValkeyProcess
from tests.waiting import until

HARD = {"operation": "factor", "args": [str((10**149 + 183) * (10**150 + 67))]}


@pytest.fixture
def valkey():
    process = ValkeyProcess().start()
    yield process
    process.close()


@pytest.fixture
def with_valkey(tmp_path, valkey):
    process = CoordinatorProcess(tmp_path / "data", "--valkey", valkey.url).start()
    yield process
    process.close()


@contextlib.contextmanager
def crew(coordinator, *names, valkey=None):
    flags = ["--kinds", "tasks", *(["--valkey", valkey.url] if valkey else [])]
    workers = [WorkerProcess(coordinator, name, *flags) for name in names]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.close()


def submit(coordinator, count, start=0):
    """Submit additions; return the sums that are to come, by task."""
    with httpx.Client(base_url=coordinator.address, timeout=30) as client:
        return {
            client.post("/task", json={"a": start + number, "b": 1}).json()["task_id"]: start + number + 1
            for number in range(count)
        }


def finished(coordinator):
    """Return how often each task was finished."""
    with httpx.Client(base_url=coordinator.address, timeout=30) as client:
        counted, after = Counter(), 0
        while after is not None:
            query = {"type": "tasks.finished", "limit": 1000, "after": after}
            page = client.get("/api/v1/events", params=query).json()
            counted.update(event["data"]["task"] for event in page["events"])
            after = page["next"]
        return counted


def assert_each_counted_once(coordinator, expected):
    *_, last = expected
    until(lambda: HTTP.get(f"{coordinator.address}/tasks/{last}/status").json()["status"] == "COMPLETED")
    until(lambda: set(finished(coordinator)) >= set(expected))
    counted = finished(coordinator)
    assert {task: counted[task] for task in expected} == dict.fromkeys(expected, 1)
    with httpx.Client(base_url=coordinator.address, timeout=30) as client:
        for task, result in expected.items():
            status = client.get(f"/tasks/{task}/status").json()
            assert (status["status"], status["result"]) == ("COMPLETED", result)


def test_tasks_are_computed_over_http_though_a_worker_is_killed(tmp_path):
    coordinator = CoordinatorProcess(tmp_path / "data", TALLYSTICK_LEASE_SECONDS="2").start()
    try:
        hard = HTTP.post(f"{coordinator.address}/task", json=HARD).json()["task_id"]
        with crew(coordinator, "victim") as (victim,):
            status = f"{coordinator.address}/tasks/{hard}/status"
            until(lambda: HTTP.get(status).json()["status"] == "PROCESSING")
            victim.kill()
        with crew(coordinator, "heir", "other"):
            assert_each_counted_once(coordinator, submit(coordinator, 100))
            until(lambda: HTTP.get(status).json()["handled_by"] in {"heir", "other"})
    finally:
        coordinator.close()


@pytest.mark.drill
def test_no_task_is_lost_in_valkey_whoever_is_killed(with_valkey, valkey):
    expected = submit(with_valkey, 20)
    until(lambda: valkey.client.xlen(QUICK) == len(expected))
    assert valkey.client.xreadgroup(GROUP, "killed", {QUICK: ">"})  # and never heard of again
    hard = HTTP.post(f"{with_valkey.address}/task", json=HARD).json()["task_id"]
    status = f"{with_valkey.address}/tasks/{hard}/status"
    with crew(with_valkey, "victim", valkey=valkey) as (victim,):
        until(lambda: HTTP.get(status).json()["status"] == "PROCESSING")
        assert HTTP.get(status).json()["handled_by"] == "victim"
        victim.kill()
    with crew(with_valkey, "heir", "other", valkey=valkey):
        until(lambda: HTTP.get(status).json()["handled_by"] in {"heir", "other"})
        with_valkey.kill()
        with_valkey.start()
        expected |= submit(with_valkey, 50, start=50)
        assert_each_counted_once(with_valkey, expected)
        valkey.kill()
        assert HTTP.get(f"{with_valkey.address}/health").json()["valkey"] == "unreachable"
        later = submit(with_valkey, 50, start=100)
        valkey.start()
        assert_each_counted_once(with_valkey, expected | later)
    until(lambda: HTTP.get(f"{with_valkey.address}/health").json()["valkey"] == "healthy")
