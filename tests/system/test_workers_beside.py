"""`tallystick serve --workers 2`: one command for one machine."""

import json
import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from tests.real.crews import with_one_ecm
from tests.real.servers import HTTP, CoordinatorProcess
from tests.waiting import PATIENCE_SECONDS, until

pytestmark = pytest.mark.slow


@pytest.fixture
def coordinator(tmp_path):
    process = CoordinatorProcess(tmp_path / "data", "--workers", "2", "--node-name", "box", PATH=with_one_ecm()["PATH"])
    yield process
    process.close()


def started_by(coordinator):
    """Return every process whose command line names the data directory, by what it is, but for the coordinator's own."""
    found = {}
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            words = (entry / "cmdline").read_bytes().split(b"\0")
            if b"work" in words and any(os.fsencode(coordinator.directory) in word for word in words):
                found[words[words.index(b"--client-id") + 1].decode()] = int(entry.name)
    return found


def said(coordinator, event):
    """Return what was logged under a name."""
    lines = coordinator.output.read_text().splitlines()
    return [entry for line in lines if line.startswith("{") and (entry := json.loads(line))["event"] == event]


def works(coordinator):
    """Have one piece of work of each kind done."""
    address = coordinator.address
    task = HTTP.post(f"{address}/task", json={"operation": "factor", "args": [2026]}).json()
    job = HTTP.post(f"{address}/api/count-primes", json={"n": 10**6, "chunks": 4}).json()
    number = HTTP.post(f"{address}/api/v1/composites/bulk", json=["2^137-1"]).json()
    assert not {"message"} & (task.keys() | job.keys() | number.keys())
    until(lambda: HTTP.get(f"{address}/tasks/{task['task_id']}/status").json()["result"] == [[2, 1], [1013, 1]])
    until(lambda: (HTTP.get(f"{address}/api/jobs/{job['job_id']}").json()["result"] or {}).get("prime_count") == 78498)
    until(lambda: HTTP.get(f"{address}/api/v1/composites/{number['composites'][0]['id']}").json()["attempts"])


def test_a_task_a_count_and_a_curve_are_done_by_whoever_just_starts_it(coordinator):
    coordinator.start()
    works(coordinator)
    assert started_by(coordinator).keys() == {"box-1", "box-2"}
    until(lambda: HTTP.get(f"{coordinator.address}/health").json()["workers"] == 2)
    assert coordinator.stop() == 0
    assert started_by(coordinator) == {}
    assert [entry["everything_delivered"] for entry in said(coordinator, "worker_stopped")] == [True, True]


@pytest.mark.drill
def test_its_workers_need_no_key_where_everybody_else_does(coordinator):
    coordinator.flags += ("--allow-anonymous", "read,submit")
    coordinator.start()
    works(coordinator)
    asked = HTTP.get(f"{coordinator.address}/api/v1/tasks/work", params={"client_id": "eve"})
    assert asked.status_code == 401


@pytest.mark.drill
def test_on_every_address_of_the_machine_they_use_the_loopback(coordinator):
    coordinator.flags += ("--host", "0.0.0.0", "--allow-anonymous", "read")
    coordinator.start(wait=False)
    until(lambda: len(started_by(coordinator)) == 2)
    (process, *_) = started_by(coordinator).values()
    assert coordinator.address.encode() in Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_however_it_ends_they_end(coordinator, number):
    coordinator.start()
    until(lambda: len(started_by(coordinator)) == 2)
    coordinator.process.send_signal(number)
    coordinator.process.wait(PATIENCE_SECONDS)
    until(lambda: started_by(coordinator) == {})


@pytest.mark.drill
def test_one_that_is_killed_starts_again(coordinator):
    coordinator.start()
    first = until(lambda: started_by(coordinator).get("box-1"))
    os.kill(first, signal.SIGKILL)
    until(lambda: started_by(coordinator).get("box-1", first) != first)
    assert said(coordinator, "worker_ended")[0] | {"timestamp": ""} == {
        "timestamp": "",
        "level": "warning",
        "event": "worker_ended",
        "worker": "worker box-1",
        "exit_code": -signal.SIGKILL,
    }


@pytest.mark.drill
@pytest.mark.parametrize("flags", [(), ("--desks", "1")])
def test_one_whose_name_is_given_to_somebody_else_is_told_of_once(coordinator, flags):
    coordinator.flags += flags
    coordinator.start()
    works(coordinator)
    administers = {"X-Admin-Key": (coordinator.directory / "admin.key").read_text().strip()}
    made = HTTP.post(
        f"{coordinator.address}/api/v1/admin/keys", json={"roles": ["work"], "user": "ann"}, headers=administers
    )
    assert made.status_code == 201, made.text
    for name in ("box-1", "box-2"):
        given = HTTP.post(
            f"{coordinator.address}/api/v1/admin/clients/give",
            json={"client": name, "users": ["ann"]},
            headers=administers,
        )
        assert given.status_code == 200, given.text
    until(lambda: started_by(coordinator) == {})
    until(lambda: len(said(coordinator, "worker_ended")) == 2)
    assert {entry["exit_code"] for entry in said(coordinator, "worker_ended")} == {4}
    assert all("is not started again" in entry["advice"] for entry in said(coordinator, "worker_ended"))
