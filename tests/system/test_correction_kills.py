"""A coordinator killed -9 during corrections: each has never happened, or is complete after the restart."""

import json
import random
import sqlite3
import threading
import time
from contextlib import closing, suppress
from itertools import combinations
from math import prod

import httpx
import pytest

from tests.real.servers import HTTP, CoordinatorProcess, tallystick
from tests.twins.contents import contents_in, differences

ADMIN = {"X-Admin-Key": "open-sesame"}
PRIMES = (10**15 + 37, 10**18 + 9, 10**17 + 3, 10**12 + 39, 10**11 + 3)
"""Small enough to be proved at once: nothing is found out about them afterwards."""
FAILPOINTS = ("before-log-commit", "after-log-commit", "before-swap", "during-swap", "after-swap")
REPORTS, WITHDRAWN = 200, 12
RANDOM_KILLS = 20


class Corrected:
    """A coordinator with reports, some of which are withdrawn and taken back again and again."""

    def __init__(self, directory):
        self.process = CoordinatorProcess(directory, TALLYSTICK_ADMIN_KEY="open-sesame")
        self.withdrawn = False
        self.made = 0

    def begin(self, chance):
        """Tell of numbers that share factors, and of reports that find them."""
        self.process.start()
        values = [prod(chosen) for chosen in combinations(PRIMES, 3)]
        items = [
            {"type": "factoring.composite_submitted", "id": str(value), "client_id": "alice", "number": str(value)}
            for value in values
        ]
        items += [_report(chance, number, chance.choice(values)) for number in range(REPORTS)]
        body = "".join(json.dumps(item) + "\n" for item in items)
        answered = HTTP.post(
            f"{self.process.address}/api/v1/events", content=body, headers={"Content-Type": "application/x-ndjson"}
        )
        assert {result["status"] for result in answered.json()["results"]} == {"accepted"}, answered.text
        with closing(sqlite3.connect(self.process.directory / "log.db")) as log:
            ran = [row[0] for row in log.execute("SELECT position FROM events WHERE type = 'factoring.curves_run.v1'")]
        self.positions = sorted(chance.sample(ran, WITHDRAWN))
        self.standing = {False: self.tables()}
        self.correct()
        self.standing[True] = self.tables()
        assert differences(self.standing[True], self.standing[False])
        self.correct()
        assert not differences(self.tables(), self.standing[False])

    def correct(self):
        """Withdraw the reports, or take that back; return how long it took."""
        began = time.monotonic()
        answer = self.send()
        assert answer.status_code == 200, answer.text
        self.withdrawn, self.made = not self.withdrawn, self.made + 1
        return time.monotonic() - began

    def send(self):
        """Ask for the next correction, the same however often it is asked for."""
        return HTTP.post(
            f"{self.process.address}/api/v1/admin/corrections",
            json={"positions": self.positions, "undo": self.withdrawn},
            headers={**ADMIN, "Idempotency-Key": f"correction-{self.made}"},
        )

    def tables(self):
        """Return what stands in the tables; who asks for the health has all applied that was answered."""
        assert HTTP.get(f"{self.process.address}/health").status_code == 200
        return contents_in(self.process.directory)

    def start_again(self):
        """Start after a kill, and see that the correction never happened or is complete; asked for again, it is."""
        self.process.start()
        tables = self.tables()
        complete = not differences(tables, self.standing[not self.withdrawn])
        assert complete or not differences(tables, self.standing[self.withdrawn])
        self.correct()
        assert not differences(self.tables(), self.standing[self.withdrawn])
        assert HTTP.get(f"{self.process.address}/health").status_code == 200
        return complete


def _report(chance, number, value):
    claims = [prime for prime in PRIMES if value % prime == 0 and chance.random() < 0.3]
    return {
        "type": "factoring.curves_run",
        "id": f"r{number}",
        "client_id": chance.choice(("alice", "bob", "carol")),
        "composite": str(value),
        "b1": chance.choice((2_000, 11_000)),
        "param": 1,
        "curves": 1 + number % 5,
        "sigmas": [str(chance.randint(1, 30))],
        "factors": [{"factor": str(claim)} for claim in claims],
    }


@pytest.fixture
def corrected(tmp_path):
    corrected = Corrected(tmp_path / "data")
    yield corrected
    corrected.process.close()


def verified(corrected):
    assert corrected.process.stop() == 0
    done = tallystick("verify", "--data-dir", corrected.process.directory)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.drill
def test_killed_at_any_failpoint_a_correction_has_not_happened_or_is_complete(corrected):
    corrected.begin(random.Random(11))
    for failpoint in FAILPOINTS:
        assert corrected.process.stop() == 0
        corrected.process.start(TALLYSTICK_FAILPOINT=failpoint)
        with pytest.raises(httpx.TransportError):
            corrected.send()
        assert corrected.process.wait_until_dead() < 0
        assert corrected.start_again() == (failpoint != "before-log-commit"), failpoint
    verified(corrected)


@pytest.mark.drill
def test_killed_at_random_moments_a_correction_has_not_happened_or_is_complete(corrected, chance):
    corrected.begin(chance)
    span = corrected.correct()
    ends = set()
    for _ in range(RANDOM_KILLS):
        killer = threading.Timer(chance.uniform(0, span), corrected.process.process.kill)
        killer.start()
        with suppress(httpx.TransportError):
            corrected.send()
        killer.join()
        corrected.process.process.wait()
        complete = corrected.start_again()
        ends.add(complete)
        span *= 0.8 if complete else 1.2  # so that kills come before and behind the end, however long it takes here
    assert len(ends) == 2, "no kill came in the middle"
    verified(corrected)
