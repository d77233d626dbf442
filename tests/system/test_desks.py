"""Several processes before one office: everything as with one, and whichever of them is killed comes back."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.real.crews import with_one_ecm
from tests.real.servers import HTTP, Connection, CoordinatorProcess, free_port, part, tallystick
from tests.waiting import until

NUMBER = str((10**39 + 3) * (10**40 + 121))
PAGE = {"Accept": "text/html"}
SOON = 30
CONNECTIONS = 8
KILLS = 10
DESKS = ("desk-1", "desk-2")


@pytest.fixture
def coordinator(tmp_path):
    process = CoordinatorProcess(tmp_path / "data", "--desks", "2")
    yield process.start()
    process.close()


def kill(process, name):
    """Kill a part outright, and wait until another one has taken its place."""
    before = until(lambda: part(process, name))
    os.kill(before, signal.SIGKILL)
    return lambda: until(lambda: part(process, name) not in {None, before})


def all_of(process):
    """Return every process of a coordinator."""
    children = Path(f"/proc/{process.process.pid}/task/{process.process.pid}/children").read_text().split()
    return [process.process.pid, *map(int, children)]


def result(work, identity):
    return {
        "work_assignment_id": work,
        "client_id": "loader",
        "id": f"result-{identity}",
        "curves_completed": 1,
        "b1": 2000,
        "parametrization": 1,
        "sigmas": [str(1000 + identity)],
    }


def admin_key(coordinator):
    return (coordinator.directory / "admin.key").read_text().strip()


def signed_in(coordinator):
    """Sign in; return the header that shows it."""
    address = coordinator.address
    answer = httpx.post(f"{address}/admin/login", data={"key": admin_key(coordinator)}, headers={"Origin": address})
    return {"Cookie": answer.headers["set-cookie"].partition(";")[0]}


def begin(coordinator):
    """Submit a number, and return the work that is handed out for it."""
    HTTP.post(f"{coordinator.address}/api/v1/composites/bulk", json=[{"number": NUMBER, "target_t_level": 70}])
    return HTTP.get(f"{coordinator.address}/api/v1/work/request?client_id=loader").json()["work_id"]


def test_whichever_desk_is_asked_knows_what_was_said_at_another(coordinator):
    address = coordinator.address
    assert HTTP.get(f"{address}/health").json()["desks"] == {"wanted": 2, "connected": 2}
    work = begin(coordinator)
    for identity in range(10):  # each time by a connection of its own, which the system deals out
        assert HTTP.post(f"{address}/api/v1/results/ecm", json=result(work, identity)).json()["status"] == "success"
        shown = HTTP.get(f"{address}/api/v1/composites/1").json()
        assert sum(row["curves"] for row in shown["effort"]) == identity + 1
    key = admin_key(coordinator)
    cookie = signed_in(coordinator)
    assert {HTTP.get(f"{address}/admin/keys", headers=cookie).status_code for _ in range(4)} == {200}
    made = HTTP.post(f"{address}/api/v1/admin/keys", json={"roles": ["read"]}, headers={"X-Admin-Key": key}).json()
    read = {"X-API-Key": made["key"]}
    assert {HTTP.get(f"{address}/api/v1/events", headers=read).status_code for _ in range(4)} == {200}
    HTTP.delete(f"{address}/api/v1/admin/keys/{made['id']}", headers={"X-Admin-Key": key})
    assert {HTTP.get(f"{address}/api/v1/events", headers=read).status_code for _ in range(4)} == {401}
    with httpx.stream("GET", f"{address}/api/v1/events", headers={"Accept": "text/event-stream"}) as stream:
        assert HTTP.post(f"{address}/api/v1/results/ecm", json=result(work, 99)).status_code == 200
        assert any("result-99" in line or "curves_run" in line for line in stream.iter_lines())

    def counted():
        lines = HTTP.get(f"{address}/metrics").text.splitlines()
        return [line for line in lines if line.startswith("tallystick_requests_total") and "results/ecm" in line]

    assert until(counted)  # each desk tells once a second what it has counted


def test_a_part_that_is_killed_comes_back_and_all_end_together(coordinator):
    work = begin(coordinator)
    address = coordinator.address
    for identity, name in enumerate(("office", "desk-1", "desk-2")):
        back = kill(coordinator, name)
        answer = HTTP.post(f"{address}/api/v1/results/ecm", json=result(work, identity))
        assert answer.status_code == 200, answer.text
        back()
    until(lambda: HTTP.get(f"{address}/health").json()["desks"] == {"wanted": 2, "connected": 2})
    parts = [part(coordinator, name) for name in ("office", *DESKS)]
    assert coordinator.stop() == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in parts)
    again = coordinator.start()
    parts = [part(again, name) for name in ("office", *DESKS)]
    again.kill()
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in parts))


@pytest.mark.parametrize("name", ["office", *DESKS])
def test_a_part_that_begins_just_when_all_are_stopped_ends_in_good_order(coordinator, name):
    kill(coordinator, name)()
    assert coordinator.stop() == 0


def in_place(place, tmp_path):
    """Return how several processes are started that keep their sockets in a place."""
    words = ["serve", "--desks", "1", "--data-dir", str(tmp_path / "data"), "--port", str(free_port())]
    return {"args": [sys.executable, "-m", "coordinator.cli", *words], "env": {**os.environ, "TMPDIR": str(place)}}


def test_who_is_told_to_stop_before_any_part_has_begun_leaves_nothing_behind(tmp_path):
    with tempfile.TemporaryDirectory() as name:  # that of a test is too long for sockets
        place = Path(name)
        with subprocess.Popen(**in_place(place, tmp_path)) as supervisor:
            until(lambda: list(place.glob("tallystick-office-*")) or supervisor.poll() is not None)
            supervisor.terminate()
        assert supervisor.returncode == 0
        assert not list(place.iterdir())


def test_a_place_too_long_for_sockets_is_told_with_what_to_do(tmp_path):
    place = tmp_path / ("l" * 100)
    place.mkdir()
    ended = subprocess.run(**in_place(place, tmp_path), capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr.count("\n")) == (4, 1), ended.stderr
    assert ended.stderr.endswith("name a shorter directory in TMPDIR.\n")
    assert not list(place.iterdir())


def test_a_closed_terminal_ends_all_in_good_order(coordinator):
    processes = all_of(coordinator)
    for pid in processes:  # it tells all that were started there
        os.kill(pid, signal.SIGHUP)
    assert coordinator.wait_until_dead() == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in processes)
    assert '"event":"stopped"' in coordinator.output.read_text()


def test_workers_hand_back_what_they_have_when_all_are_told_to_stop_at_once(coordinator):
    assert coordinator.stop() == 0
    coordinator.flags += ("--workers", "1")
    coordinator.start(PATH=with_one_ecm()["PATH"])
    HTTP.post(f"{coordinator.address}/api/v1/composites/bulk", json=[{"number": NUMBER, "target_t_level": 70}])
    until(lambda: leases(coordinator, "granted") > leases(coordinator, "ended"))
    for pid in all_of(coordinator):
        os.kill(pid, signal.SIGTERM)
    assert coordinator.wait_until_dead() == 0
    assert leases(coordinator, "granted") == leases(coordinator, "ended")


def leases(coordinator, how):
    """Return how many leases have been granted, or ended."""
    with closing(sqlite3.connect(f"file:{coordinator.directory / 'log.db'}?mode=ro", uri=True)) as log:
        return log.execute("SELECT count(*) FROM events WHERE type = ?", (f"leases.{how}.v1",)).fetchone()[0]


@pytest.mark.slow
def test_a_paused_office_is_noticed_and_goes_on_where_it_was(coordinator):
    address, work = coordinator.address, begin(coordinator)

    def send(identity):
        return HTTP.post(f"{address}/api/v1/results/ecm", json=result(work, identity))

    def warns():
        return "Nothing can be written" in HTTP.get(address, headers=PAGE).text

    assert send(0).status_code == 200
    office = part(coordinator, "office")
    os.kill(office, signal.SIGSTOP)
    try:
        with ThreadPoolExecutor() as threads:
            reported, health = threads.submit(send, 1), threads.submit(HTTP.get, f"{address}/health")
            submitted = threads.submit(HTTP.post, f"{address}/submit", data={"text": NUMBER}, headers=PAGE)
        assert (reported.result().status_code, health.result().status_code) == (503, 503)
        assert "may have been recorded or not" in reported.result().json()["detail"]
        assert (submitted.result().status_code, NUMBER in submitted.result().text) == (503, True)
        until(warns)
    finally:
        os.kill(office, signal.SIGCONT)
    until(lambda: not warns())
    assert [send(identity).status_code for identity in range(3)] == [200, 200, 200]
    shown = HTTP.get(f"{address}/api/v1/composites/1").json()
    assert sum(row["curves"] for row in shown["effort"]) == 3


@pytest.mark.slow
def test_whoever_has_signed_in_follows_no_office_that_is_paused(coordinator):
    address, cookie = coordinator.address, signed_in(coordinator)
    HTTP.post(f"{address}/simulations/", json={"name": "a"})
    socket, office = f"ws{address.removeprefix('http')}/ws/convergence/1", part(coordinator, "office")
    events = {**cookie, "Accept": "text/event-stream"}
    with (
        connect(socket, additional_headers=cookie) as graph,
        HTTP.stream("GET", f"{address}/api/v1/events", headers=events) as log,
        HTTP.stream("GET", f"{address}/live?page=/", headers=events) as page,
    ):
        graph.recv(timeout=SOON)
        os.kill(office, signal.SIGSTOP)
        try:
            with pytest.raises(ConnectionClosed):
                graph.recv(timeout=SOON)
            for stream in (log, page):
                stream.read()  # to its end
            with pytest.raises(InvalidStatus) as refused:
                connect(socket, additional_headers=cookie, open_timeout=SOON)
            assert "A part of the coordinator is away" in refused.value.response.body.decode()
        finally:
            os.kill(office, signal.SIGCONT)
    with connect(socket, additional_headers=cookie, open_timeout=SOON) as graph:
        assert json.loads(graph.recv(timeout=SOON))["simulation_id"] == 1


@pytest.mark.slow
def test_a_part_that_does_not_end_is_killed_and_the_coordinator_says_so_and_ends_with_1(coordinator):
    work = begin(coordinator)
    assert HTTP.post(f"{coordinator.address}/api/v1/results/ecm", json=result(work, 0)).status_code == 200
    os.kill(part(coordinator, "office"), signal.SIGSTOP)
    assert coordinator.stop() == 1
    said = coordinator.output.read_text()
    assert "office did not end in good order; what was accepted is on disk" in said
    assert '"event":"part_did_not_stop"' in said
    again = coordinator.start()  # at once: what the office had locked is free
    shown = HTTP.get(f"{again.address}/api/v1/composites/1").json()
    assert sum(row["curves"] for row in shown["effort"]) == 1
    assert again.stop() == 0


def test_a_port_or_directory_that_is_taken_is_told_once(coordinator, tmp_path):
    for flags in (("--port", coordinator.port), ("--data-dir", coordinator.directory, "--port", 0)):
        ended = tallystick("serve", "--data-dir", tmp_path / "other", "--desks", "2", *flags)
        assert ended.returncode != 0
        said = [line for line in ended.stderr.splitlines() if not line.startswith("{")]
        assert len(said) == 1, ended.stderr
        assert "in use" in said[0]


class Load:
    """Results over several connections; what breaks off is sent again under the same id until it is answered."""

    def __init__(self, work, port):
        self.work, self.port = work, port
        self.sent, self.answers, self.unavailable = 0, {}, 0
        self.over = False

    async def one_after_the_other(self):
        connection = Connection(self.port)
        while not self.over:
            identity = self.sent = self.sent + 1
            while identity not in self.answers:
                try:
                    status, answer = await connection.ask("POST", "/api/v1/results/ecm", result(self.work, identity))
                except (OSError, asyncio.IncompleteReadError):
                    await connection.close()
                    connection = Connection(self.port)
                    continue
                if status == 503:
                    self.unavailable += 1
                    continue
                assert status == 200, answer
                self.answers[identity] = answer
        await connection.close()


@pytest.mark.drill
def test_kills_of_desks_and_office_under_load_lose_nothing_and_repeat_nothing(coordinator, chance):
    load = Load(begin(coordinator), coordinator.port)

    async def story():
        sending = [asyncio.create_task(load.one_after_the_other()) for _ in range(CONNECTIONS)]
        for _ in range(KILLS):
            enough = len(load.answers) + chance.randint(20, 120)
            while len(load.answers) < enough:
                await asyncio.sleep(0.01)
                assert not any(task.done() for task in sending), [task for task in sending if task.done()]
            name = chance.choice(("office", "office", *DESKS))
            await asyncio.to_thread(kill(coordinator, name))
        load.over = True
        await asyncio.gather(*sending)

    asyncio.run(story())
    shown = HTTP.get(f"{coordinator.address}/api/v1/composites/1").json()
    assert sum(row["curves"] for row in shown["effort"]) == len(load.answers) == load.sent
    assert load.unavailable == 0
    for identity, answer in list(load.answers.items())[::10]:
        assert HTTP.post(f"{coordinator.address}/api/v1/results/ecm", json=result(load.work, identity)).json() == answer
    assert coordinator.stop() == 0
    verified = tallystick("verify", "--data-dir", coordinator.directory, "--json")
    assert verified.returncode == 0, verified.stdout
    assert json.loads(verified.stdout)["holds"] is not False
