"""Deliveries outlive whatever happens: a receiver that fails, is slow or away, kills of the coordinator, a rebuild."""

import itertools
import shutil
import threading

import httpx
import pytest

from coordinator.log.sqlite import SqliteEventLog
from tests.real.receivers import SPACE, Receiver, fails_at_random, first_of_each
from tests.real.servers import CoordinatorProcess
from tests.waiting import until

ADDRESS = "/api/v1/admin/subscriptions"
KEY = "open-sesame"
TYPE = "simulations.point_recorded"
POINT = {"type": TYPE, "client_id": "solver", "simulation_id": 1, "loss_value": 0.5}


class Told:
    """A coordinator that tells a receiver of points, and what came of both."""

    def __init__(self, directory):
        self.coordinator = CoordinatorProcess(
            directory / "data", "--webhook-networks", SPACE, TALLYSTICK_ADMIN_KEY=KEY
        ).start()
        self.receiver = Receiver().start()
        self.sent = 0
        self.http = httpx.Client(base_url=self.coordinator.address, headers={"X-Admin-Key": KEY}, timeout=60)
        self.http.post("/simulations/", json={"name": "s"}).raise_for_status()

    def record(self, number):
        """Record points, as often as it takes."""
        items = [{**POINT, "id": f"p{self.sent + index}"} for index in range(number)]
        self.sent += number

        def recorded():
            try:
                return self.http.post("/api/v1/events", json=items).status_code == 200
            except httpx.TransportError:
                return False

        until(recorded)

    def subscribe(self):
        """Have points be delivered from now on; return the position of the subscription."""
        made = self.http.post(ADDRESS, json={"url": self.receiver.url, "types": [TYPE]})
        made.raise_for_status()
        return made.json()["since"]

    def kill(self):
        """Kill the coordinator, and start it again; its child ends by itself."""
        self.coordinator.kill()
        self.coordinator.start()

    def wanted(self, since):
        """Return the positions of all points after a subscription."""
        log = SqliteEventLog(self.coordinator.directory / "log.db", read_only=True)
        try:
            rows = log.connection.execute(
                "SELECT position FROM events WHERE position > ? AND type = ? ORDER BY position", (since, f"{TYPE}.v1")
            )
            return [position for (position,) in rows]
        finally:
            log.close()

    def settled(self):
        """Tell whether everything is recorded as delivered."""
        (one,) = self.http.get(ADDRESS).json()
        return one["waiting"] == 0 and one["state"] == "delivered" and one

    def close(self):
        self.http.close()
        self.receiver.stop()
        self.coordinator.close()


@pytest.fixture
def told(tmp_path):
    told = Told(tmp_path)
    yield told
    told.close()


def ups_and_downs(chance, share):
    """A receiver that fails at random, and is slow now and then."""
    fails, patience = fails_at_random(chance.random(), share), threading.Event()

    def answer(attempt):
        if chance.random() < 0.01:
            patience.wait(0.2)
        return fails(attempt)

    return answer


def in_order(positions):
    """Tell whether what comes for the first time comes after all that came before."""
    first = first_of_each(positions)
    return all(before < after for before, after in itertools.pairwise(first))


def go_through(told, chance, events, kills, share):
    """Record events in parts, while the coordinator is killed and the receiver is away in turn; return the subscription."""
    told.record(20)
    since = told.subscribe()
    told.receiver.answer = ups_and_downs(chance, share)
    part = events // (kills + 1)
    for turn in range(kills + 1):
        told.record(part)
        until(lambda turn=turn: len(told.receiver.taken) > turn * part // 2, seconds=3_600)
        if turn % 2:
            told.receiver.stop()
            told.record(10)
            told.receiver.start()
        if turn < kills:
            told.kill()
    until(told.settled, seconds=7_200)
    return since


@pytest.mark.drill
def test_each_event_is_delivered_at_least_once_in_order_and_none_from_before(told, chance):
    since = go_through(told, chance, events=1_200, kills=5, share=0.03)
    positions = told.receiver.positions
    assert first_of_each(positions) == told.wanted(since)
    assert in_order(positions)
    told.coordinator.stop()
    shutil.rmtree(told.coordinator.directory / "projections")
    told.coordinator.start()
    told.record(1)
    until(lambda: len(told.receiver.positions) > len(positions))
    assert told.receiver.positions[len(positions) :] == told.wanted(since)[-1:], "a rebuild delivers nothing again"
