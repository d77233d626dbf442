"""What the coordinator says of itself."""

import asyncio
import sqlite3
from contextlib import closing
from functools import partial

import pytest

from coordinator.http.system import health
from coordinator.operations.upkeep import probing
from coordinator.projecting.opening import path_of
from coordinator.time.repeating import every
from projections.runtime import checkpoint
from projections.runtime.checkpoint import Degraded
from tests.desks import THROUGH_A_DESK
from tests.waiting import until


@pytest.fixture
def client(serving):
    with serving(routers=[], ingests=[]) as client:
        yield client


def node_of(client):
    return client.app.state.shared.node


def test_a_healthy_coordinator_says_so(client):
    response = client.get("/health")
    health = response.json()
    assert response.status_code == 200
    assert health["timestamp"].endswith("Z")
    assert health | {"timestamp": None} == {
        "status": "healthy",
        "timestamp": None,
        "version": "0.1.0",
        "log": {"backend": "sqlite", "version": sqlite3.sqlite_version, "position": 1},
        "projections": {"position": 1, "lag": 0},
        "workers": 0,
        "valkey": "disabled",
        "role": "writer",
        "unattended": health["unattended"],
    } | ({"desks": {"wanted": 1, "connected": 1}} if THROUGH_A_DESK else {})
    assert client.get("/api/v1/health").json()["status"] == "healthy"
    assert client.get("/health/live").json() == {"status": "alive"}


def test_it_is_unhealthy_while_the_log_cant_be_written_and_finds_out_that_it_can_again(client, admin, monkeypatch):
    node = node_of(client)

    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    create = {"url": "/api/v1/admin/keys", "json": {"roles": ["read"]}, "headers": admin}
    with monkeypatch.context() as patch:
        patch.setattr(node.log, "append", full)
        patch.setattr(node.log, "rehearse", full)
        refused = client.post(**create)
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) >= 1
        response = client.get("/health")
        assert (response.status_code, response.json()["status"]) == (503, "unhealthy")
        assert "disk is full" in response.json()["reason"]
        client.in_loop(probing.probe, node)
        assert client.get("/health").status_code == 503
        assert client.get("/health/live").status_code == 200
        assert client.get("/api/v1/events").status_code == 200
    client.in_loop(probing.probe, node)
    assert client.get("/health").json()["projections"]["lag"] == 0
    assert client.get("/health").status_code == 200
    assert client.post(**create).status_code == 201


def test_it_is_unhealthy_while_a_file_cant_be_read(client, monkeypatch):
    def malformed(_connection):
        error = sqlite3.DatabaseError("database disk image is malformed")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(health, "degraded", malformed)
        response = client.get("/health")
    assert (response.status_code, response.json()["status"]) == (503, "unhealthy")
    assert "can't be read just now (database disk image is malformed)" in response.json()["reason"]
    assert client.get("/health").status_code == 200


def overwrite_table(path, table):
    """Have a table and its indexes hold nothing that SQLite can read, in a file that can be opened still."""
    with closing(sqlite3.connect(path)) as connection:
        ((size,),) = connection.execute("PRAGMA page_size").fetchall()
        pages = connection.execute("SELECT rootpage FROM sqlite_master WHERE tbl_name = ? AND rootpage", (table,))
        roots = [root for (root,) in pages]
    with path.open("r+b") as file:
        for root in roots:
            file.seek((root - 1) * size)
            file.write(b"\xff" * size)


@pytest.mark.parametrize(("context", "table"), [("factoring", "leases"), ("clients", "clients")])
def test_a_start_comes_through_where_it_can_not_be_read_who_holds_work(serving, tmp_path, context, table):
    """The file is set aside and built anew while the coordinator runs."""

    def held(client):
        answer = client.get("/api/v1/work/status/alice")
        return answer.status_code == 200 and [one["client_id"] for one in answer.json()["work_assignments"]]

    with serving() as client:
        client.post("/api/v1/composites/bulk", json=[{"number": "2^401-1"}])
        client.get("/api/v1/ecm-work", params={"client_id": "alice"})
        assert held(client) == ["alice"]
    overwrite_table(path_of(tmp_path, context), table)
    with serving() as client:
        until(lambda: held(client) == ["alice"])


def test_the_probe_runs_by_itself(client):
    node = node_of(client)

    async def story():
        node.writer.unavailable = "as a test has it"
        running = asyncio.ensure_future(every(0.01, "probe_failed", partial(probing.probe, node)))
        async with asyncio.timeout(10):
            while node.writer.unavailable is not None:  # noqa: ASYNC110 - the writer has no event for it
                await asyncio.sleep(0.01)
        running.cancel()

    client.in_loop(story)
    assert client.get("/health").status_code == 200


def test_a_view_that_stopped_is_shown(client):
    node = node_of(client)
    path = node.directory / "projections" / "access.db"
    with sqlite3.connect(path) as connection:
        checkpoint.degrade(connection, Degraded("keys", 7, "KeyError: 'x'"))
    connection.close()
    health = client.get("/health").json()
    assert health["status"] == "healthy"
    assert health["degraded"] == [{"context": "access", "view": "keys", "position": 7, "reason": "KeyError: 'x'"}]


def test_the_root_lists_the_endpoints_to_programs_and_shows_the_page_to_browsers(client):
    root = client.get("/").json()
    assert (root["service"], root["docs"], root["health"]) == ("tallystick", "/docs", "/health")
    assert root["endpoints"]["/api/v1/events"] == ["GET", "POST"]

    assert "<title>Overview · Tallystick</title>" in client.get("/", headers={"Accept": "text/html,*/*;q=0.8"}).text
    assert client.get("/", headers={"Accept": "*/*"}).json()["service"] == "tallystick"
    assert client.get("/", headers={"Accept": "application/json"}).headers["vary"] == "Accept"


def test_the_favicon_is_ours(client):
    response = client.get("/favicon.ico")
    assert response.headers["content-type"].startswith("image/svg+xml")
    assert response.text.startswith("<svg")


@pytest.fixture
def metrics(client, admin):
    client.post("/api/v1/admin/keys", json={"roles": ["read"]}, headers=admin)
    client.get("/api/v1/events/1")
    client.get("/api/v1/events/2")
    client.get("/nowhere")

    def read():
        lines = client.get("/metrics").text.splitlines()
        return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))

    return read


def test_metrics_show_the_log_the_queue_and_the_disk(metrics):
    found = {name: float(value) for name, value in metrics().items()}
    assert found["tallystick_log_position"] == 2
    assert found["tallystick_projection_lag_events"] == 0
    assert found["tallystick_queue_commands"] == 0
    assert found["tallystick_log_writable"] == 1
    assert found["tallystick_batch_commands_count"] == 1
    assert found["tallystick_log_append_seconds_count"] == 1
    assert found["tallystick_disk_free_bytes"] > 0
    assert found['tallystick_wal_bytes{database="log"}'] > 0
    assert found['tallystick_leases{context="factoring",state="live"}'] == 0
    assert found["process_resident_memory_bytes"] > 0


def test_requests_are_counted_by_route_and_not_by_address(metrics):
    wanted = {
        'tallystick_requests_total{method="GET",route="/api/v1/events/{position}",status="200"}': "2.0",
        'tallystick_requests_total{method="GET",route="unrouted",status="404"}': "1.0",
        'tallystick_requests_total{method="POST",route="/api/v1/admin/keys",status="201"}': "1.0",
    }
    found = until(lambda: wanted.items() <= (found := metrics()).items() and found)  # a desk tells them once a second
    assert not [name for name in found if "nowhere" in name or "events/1" in name]


def test_metrics_need_the_role_read(serving):
    with serving(routers=[], ingests=[], allow_anonymous=()) as client:
        assert client.get("/metrics").status_code == 401
        assert client.get("/health").status_code == 200
