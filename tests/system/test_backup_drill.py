"""The drill: work, a backup under load, a kill, a restore, and all figures as they were at the backup's position."""

import json
import os
import sqlite3
import threading
from contextlib import closing

from tests.real.launcher import launch
from tests.real.servers import HTTP, CoordinatorProcess, tallystick
from tests.waiting import PATIENCE_SECONDS, until

NUMBER = str((10**39 + 3) * (10**40 + 121))


def hand_in(address, items):
    answer = HTTP.post(f"{address}/api/v1/events", json=items).json()
    assert not [result for result in answer["results"] if result["status"] == "refused"], answer
    return [result["position"] for result in answer["results"]]


def report(number):
    run = {"type": "factoring.curves_run", "client_id": f"client {number % 5}", "composite": NUMBER}
    return {"id": f"r{number}", **run, "b1": 2000, "param": 1, "curves": 1, "sigmas": [str(1000 + number)]}


class Load(threading.Thread):
    """Reports handed in one after the other until told to stop; when each was acknowledged stands in `positions`."""

    def __init__(self, address):
        super().__init__(daemon=True)
        self.address = address
        self.positions = {}
        self.enough = threading.Event()
        self.rolling = threading.Event()

    def run(self):
        """Report."""
        while not self.enough.is_set():
            number = len(self.positions)
            (self.positions[number],) = hand_in(self.address, [report(number)])
            if number == 20:
                self.rolling.set()


def tables(path):
    """Every figure of a projections file: its tables, each in the order of its rows, but how it came about."""
    with closing(sqlite3.connect(path)) as file:
        names = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(file.execute(f"SELECT * FROM {name}"), key=repr) for name in names if name != "checkpoint"}


def test_what_a_backup_under_load_holds_is_served_again_after_the_directory_is_lost(coordinator, tmp_path):
    hand_in(
        coordinator.address, [{"type": "factoring.composite_submitted", "id": "n", "client_id": "x", "number": NUMBER}]
    )
    load = Load(coordinator.address)
    load.start()
    assert load.rolling.wait(PATIENCE_SECONDS)
    copy = tmp_path / "copy"
    taken = tallystick("backup", copy, "--data-dir", coordinator.directory, "--json")
    assert taken.returncode == 0, taken.stderr
    position = json.loads(taken.stdout)["position"]
    load.enough.set()
    load.join()
    coordinator.kill()

    until = tallystick(
        "replay", "--until", position, "--output", tmp_path / "then", "--data-dir", coordinator.directory
    )
    assert until.returncode == 0, until.stderr
    there = tmp_path / "there"
    restored = tallystick("restore", copy, "--data-dir", there)
    assert restored.returncode == 0, restored.stderr
    again = CoordinatorProcess(there).start()
    try:
        assert HTTP.get(f"{again.address}/health").json()["log"]["position"] == position
        assert tallystick("verify", "--data-dir", there).returncode == 0
        for name in ("factoring", "clients", "access"):
            assert tables(there / "projections" / f"{name}.db") == tables(tmp_path / "then" / f"{name}.db")
        held = [number for number, reported in load.positions.items() if reported <= position]
        assert len(held) > 20
        resent = hand_in(again.address, [report(number) for number in held])
        assert resent == [load.positions[number] for number in held]
        assert "client 1" in HTTP.get(f"{again.address}/contributors", headers={"Accept": "text/html"}).text
    finally:
        again.close()


def test_a_backup_that_is_killed_leaves_nothing_under_its_name_and_the_next_one_succeeds(coordinator, tmp_path):
    copy, never = tmp_path / "copy", coordinator.directory / "uploads" / "never"
    os.mkfifo(never)  # whoever copies it waits for ever
    with (tmp_path / "output").open("w") as output:
        command = ["backup", copy, "--data-dir", coordinator.directory]
        process = launch("coordinator.cli", *command, stdout=output, stderr=output)
    until(lambda: process.poll() is not None or list(tmp_path.glob(".copy.*.part/copy/uploads")))
    assert process.poll() is None
    process.kill()
    assert not copy.exists()
    never.unlink()
    assert tallystick("backup", copy, "--data-dir", coordinator.directory).returncode == 0
    assert list(tmp_path.glob(".copy.*")) == []
    assert tallystick("restore", copy, "--data-dir", tmp_path / "there").returncode == 0
