"""What those who run a coordinator are told of: alarms in /health, metrics and the log, figures, readiness."""

import asyncio
import re
import shutil
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from coordinator.observing import conditions
from coordinator.observing.conditions import Watchman
from coordinator.opening import opened
from core.events.envelope import Event
from core.leases.events import LeaseEnded
from core.notifications.state import Alarm
from core.timestamps import from_iso
from tests.real.receivers import SPACE, Receiver
from tests.waiting import until

NUMBER = str((10**39 + 3) * (10**40 + 121))


@pytest.fixture(scope="module")
def client(serving_in, tmp_path_factory):
    with serving_in(tmp_path_factory.mktemp("told"), webhook_networks=(SPACE,)) as client:
        yield client


def metrics(client, name):
    """Return the values of a metric by their labels."""
    text = client.get("/metrics").text
    return {
        labels or "": float(value) for labels, value in re.findall(rf"^{name}(?:{{(.*)}})? (\S+)$", text, re.MULTILINE)
    }


def test_figures_of_the_work_stand_in_the_metrics(client):
    before = metrics(client, "tallystick_numbers")
    assert client.post("/api/v1/composites/bulk", json=[{"number": NUMBER}]).status_code == 200
    after = metrics(client, "tallystick_numbers")
    assert after['status="open"'] == before.get('status="open"', 0) + 1
    assert metrics(client, "tallystick_work_waiting")['work="numbers"'] == after['status="open"']
    since = metrics(client, "tallystick_work_waiting_since_seconds")['work="numbers"']
    position = client.get("/api/v1/events", params={"type": "factoring.composite_submitted"}).json()["events"][0]
    assert since == from_iso(position["recorded_at"]) / 1e6
    assert metrics(client, "tallystick_curves") == {"": 0}
    assert metrics(client, "tallystick_backup_taken_seconds") == {"": 0}
    assert metrics(client, "tallystick_head_signed_seconds")[""] >= 0


def test_a_refused_result_is_counted_and_is_an_alarm_that_is_delivered(client, admin):
    receiver = Receiver().start()
    made = client.post(
        "/api/v1/admin/subscriptions",
        json={"url": receiver.url, "types": ["notifications.alarm_raised"]},
        headers=admin,
    ).json()
    assert metrics(client, "tallystick_refused_results_total")['context="factoring"'] == 0
    body = {"work_assignment_id": "nobody-knows", "client_id": "c", "curves_completed": 1, "b1": 2000}
    assert client.post("/api/v1/results/ecm", json=body).status_code in {400, 404}
    item = {"type": "factoring.result", "id": "1", "client_id": "c", **body}
    client.post("/api/v1/events", json=[item])
    until(
        lambda: metrics(client, "tallystick_refused_results_total")['context="factoring"']
    )  # a desk tells them once a second
    assert metrics(client, "tallystick_alarms")['alarm="results_refused"'] == 1
    assert client.get("/health").json()["alarms"]["results_refused"][0].startswith("factoring: ")
    until(lambda: receiver.taken)
    assert receiver.taken[0]["data"]["data"]["alarm"] == "results_refused"
    client.delete(f"/api/v1/admin/subscriptions/{made['id']}", headers=admin)
    receiver.stop()


def test_a_disk_that_fills_is_an_alarm_and_takes_more_room_to_be_none(client, monkeypatch):
    assert "disk_filling" not in client.get("/health").json().get("alarms", {})
    usage = SimpleNamespace(total=100 * 10**9, free=4 * 10**9)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert client.get("/health").json()["alarms"]["disk_filling"] == ["data: 4.0 GB are free where the data are."]
    assert client.get("/health").status_code == 200
    watchman = client.app.state.shared.metrics.watchman
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(total=100 * 10**9, free=6 * 10**9))
    assert list(watchman._filling_disk(frozenset())) == []
    assert len(list(watchman._filling_disk(frozenset({("disk_filling", "data")})))) == 1


@pytest.mark.parametrize(("total", "least"), [(10, 0.5), (100, 5), (10_000, 5)])
def test_little_room_is_a_twentieth_of_the_disk_or_five_gigabytes(client, monkeypatch, total, least):
    watchman = client.app.state.shared.metrics.watchman
    for free, told in ((least * 10**9 - 1, 1), (least * 10**9, 0)):
        usage = SimpleNamespace(total=total * 10**9, free=free)
        monkeypatch.setattr(shutil, "disk_usage", lambda _, usage=usage: usage)
        assert len(list(watchman._filling_disk(frozenset()))) == told


def test_a_worker_that_falls_silent_is_missed_until_it_is_heard_of(tmp_path, monkeypatch):
    """Also one that was missed before a start, and nobody for longer than an hour."""
    asyncio.run(silence(tmp_path, monkeypatch))


async def silence(directory, monkeypatch):
    async with opened(directory) as node:
        watchman = Watchman(node, dict)
        clock = iter(range(10**6, 10**9))
        monkeypatch.setattr(conditions, "now", lambda: next(clock))
        fact = LeaseEnded(lease="w", context="factoring", outcome="expired", reason="")
        released, nobodys = replace(fact, lease="v", outcome="released"), replace(fact, lease="x")
        # Whoever bears no name, which is client 0, can't be missed.
        holders = {"v": 6, "w": 7, "x": 0}
        monkeypatch.setattr(conditions, "lease_clients", lambda _, leases: {holders[lease] for lease in leases})
        monkeypatch.setattr(conditions, "client_names", lambda _: asyncio.sleep(0, {7: "box7", 8: "box8"}))
        watchman.follow([Event(None, released), Event(None, nobodys)])
        assert await watchman.conditions() == []
        watchman.follow([Event(None, fact)])
        assert [(one.alarm, one.subject) for one in await watchman.conditions()] == [("worker_silent", "client-7")]
        watchman.remember(
            [Alarm("worker_silent", "client-8", "", 10**6, None), Alarm("worker_silent", "client-9", "", 1, 5)]
        )
        assert {one.subject for one in await watchman.conditions()} == {"client-7", "client-8"}
        node.presence.seen("box7", next(clock), "factoring")
        assert {one.subject for one in await watchman.conditions()} == {"client-8"}
        clock = iter([10**6 + 3_600 * 10**6 + 10] * 9)
        assert await watchman.conditions() == []


def test_it_is_ready_unless_something_can_not_be_used(client):
    assert client.get("/health/ready").json() == {"status": "ready"}
    withheld = client.app.state.shared.node.withheld
    withheld.withhold("tasks")
    not_ready = client.get("/health/ready")
    withheld.release("tasks", 0)
    assert not_ready.status_code == 503
    assert "Nothing of tasks is shown" in not_ready.json()["detail"]
