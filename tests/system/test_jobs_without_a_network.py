"""A job that is run without a network by several machines, of which one is killed, and handed in again and again."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from core.factoring.formats.jobfile import read_job_file
from tests.real.crews import with_one_ecm
from tests.real.servers import HTTP, CoordinatorProcess
from tests.waiting import until

TALLYSTICK = [sys.executable, "-m", "tallystick"]
NUMBERS = [str((10**35 + a) * (10**36 + b)) for a, b in ((69, 67), (73, 159), (183, 273))]


@pytest.fixture
def coordinator(tmp_path):
    process = CoordinatorProcess(tmp_path / "data").start()
    yield process
    process.close()


def without_a_network():
    """Return what starts a program where there is none; nothing where that is not allowed."""
    command = ["unshare", "--net", "--map-root-user"]
    tried = which("unshare") and subprocess.run([*command, "true"], check=False, stderr=subprocess.DEVNULL)
    return command if tried and tried.returncode == 0 else []


def begin(directory, into, part):
    command = ["work", "--from", "job.tally", "--into", into, "--part", part, "--processes", "2"]
    environment = with_one_ecm(TALLYSTICK_COORDINATOR="http://127.0.0.1:9", PYTHONPATH=str(Path.cwd()))
    return subprocess.Popen(
        [*without_a_network(), *TALLYSTICK, *command],
        cwd=directory,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def call(directory, coordinator, *command):
    environment = os.environ | {"TALLYSTICK_COORDINATOR": coordinator.address, "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(
        [*TALLYSTICK, *map(str, command)], cwd=directory, env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.drill
def test_each_curve_counts_once_and_leases_end_as_they_should(coordinator, tmp_path):
    body = [{"number": number, "target_t_level": 18} for number in NUMBERS]
    HTTP.post(f"{coordinator.address}/api/v1/composites/bulk", json=body).raise_for_status()
    call(tmp_path, coordinator, "take", "--hours", 1, "--processes", 4, "-o", "job.tally", "--client-id", "cluster")
    job = read_job_file((tmp_path / "job.tally").read_bytes(), "it").job
    first, second = begin(tmp_path, "one", "1/2"), begin(tmp_path, "two", "2/2")
    until(lambda: len(list((tmp_path / "two").glob("*.json"))) >= 2)
    second.send_signal(signal.SIGKILL)
    second.wait()
    hand_in = ("hand-in", tmp_path / "two", tmp_path / "one")
    assert "Held still, not done" in call(tmp_path, coordinator, *hand_in)
    again = begin(tmp_path, "two", "2/2")
    assert (first.wait(), again.wait()) == (0, 0)
    for _ in range(2):
        call(tmp_path, coordinator, *hand_in)
    reports = HTTP.get(f"{coordinator.address}/api/v1/events", params={"type": "factoring.curves_run", "limit": 1000})
    facts = [event["data"] for event in reports.json()["events"]]
    sigmas = [(fact["number"], sigma) for fact in facts for sigma in fact["sigmas"]]
    assert len(sigmas) == len(set(sigmas))
    found = {fact["work"] for fact in facts if fact["factors"]}
    run = {one.work_id: 0 for one in job.assignments}
    for fact in facts:
        run[fact["work"]] += fact["curves"]
    assert all(run[one.work_id] == one.curves for one in job.assignments if one.work_id not in found)
    held = HTTP.get(f"{coordinator.address}/api/v1/work/status/cluster").json()["work_assignments"]
    assert not [one for one in held if one["status"] in {"assigned", "claimed", "running"}]
    coordinator.stop()
    call(tmp_path, coordinator, "verify", "--data-dir", coordinator.directory)
