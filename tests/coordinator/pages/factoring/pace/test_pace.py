"""The pace of everybody: by the minute while work is young, later by the hour; and how much of it failed."""

import re
import sqlite3
from contextlib import closing
from itertools import permutations

from coordinator.pages.factoring.pace.hourly import found_per_hour, paces
from projections.factoring.credit import contributors
from projections.factoring.credit.contributors import HOUR, MINUTE, MINUTES, Hour

NUMBER = (10**29 + 319) * (10**30 + 57)
NOW = 500_000 * HOUR + 20 * MINUTE


def test_minutes_are_drawn_while_work_is_younger_than_three_hours(visitor, hand_in):
    hand_in(NUMBER, client_id="ada", curves_completed=30)
    hand_in(NUMBER, client_id="emmy", curves_completed=12)
    for page in ("/", "/workers"):
        assert re.search(r'<h2 id="pace-title">Curves per minute</h2>', visitor.get(page).text)
        rows = visitor.get(f"{page}?format=json&of=minutes").json()["minutes"]
        assert sum(row["curves"] for row in rows) == 42
        assert len(rows) >= 30
        hours = visitor.get(f"{page}?format=json&of=pace").json()["pace"]
        assert sum(row["curves"] for row in hours) == 42
        assert visitor.get(f"{page}?as=svg&of=pace").status_code == 200


def test_hours_are_drawn_when_work_is_older():
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(contributors.SCHEMA)
        this = NOW // HOUR
        young = paces(connection, [Hour(this - 2, 1, 5, 0, 0)], NOW)
        old = paces(connection, [Hour(this - 3, 1, 5, 0, 0), Hour(this, 1, 7, 0, 0)], NOW)
    assert list(young) == ["minutes", "pace"]
    assert list(old) == ["pace"]
    assert old["pace"].summary == "12\xa0curves in 24\xa0hours; most from 15 Jan, 08:00 UTC on, 7."
    assert list(paces(connection, [], NOW)) == ["pace"]


def test_the_newest_minutes_are_kept_in_whatever_order_they_come():
    told = [(100, 3), (100 + MINUTES, 5), (100, 7), (100 + MINUTES, 11), (101, 13)]
    kept = set()
    for order in permutations(told):
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.executescript(contributors.SCHEMA)
            connection.executemany(contributors._ADD_MINUTE, [(minute % MINUTES, minute, n) for minute, n in order])
            kept.add(tuple(contributors.last_minutes(connection, 100 + MINUTES).items()))
    assert kept == {((100 + MINUTES, 16), (101, 13))}


def test_factors_are_drawn_by_the_hour_beside_their_list(visitor, hand_in):
    this = NOW // HOUR
    chart = found_per_hour([Hour(this - 1, 9, 90, 2, 0), Hour(this, 1, 5, 1, 0)], this)
    assert chart.summary == "3\xa0factors in the last 24\xa0hours; most from 15 Jan, 07:00 UTC on, 2."
    assert [bar.now for bar in chart.bars] == [False, True]
    assert found_per_hour([], this).summary == "No factor in the last 24\xa0hours."
    hand_in(NUMBER, client_id="ada", factors_found=[{"factor": str(10**29 + 319)}])
    assert "1\xa0factor in the last 24\xa0hours" in visitor.get("/factors").text
    assert sum(row["factors"] for row in visitor.get("/factors?format=json&of=found").json()["found"]) == 1


def test_what_failed_today_is_told_of_all_that_ended(visitor, client, administrator, admin):
    client.post("/api/v1/composites/bulk", json=[{"number": str(NUMBER), "target_t_level": 30}])
    works = [
        client.get("/api/v1/work/request", params={"client_id": name}).json()["work_id"]
        for name in ("ada", "emmy", "sophie")
    ]
    client.request("DELETE", f"/api/v1/work/{works[0]}", params={"client_id": "ada"}).raise_for_status()
    administrator.post(f"/admin/assignments/{works[1]}", {"reason": "a test", "confirmed": "yes"})
    late = f"/api/v1/admin/work/assignments/{works[2]}"
    client.delete(late, params={"reason": "admin_timeout"}, headers=admin).raise_for_status()
    page = visitor.get("/workers").text
    said = "of 3\xa0assignments that ended; 1 taken back: a factor was found, or by hand"
    assert f'<dt>Failed today</dt><dd class="big">1</dd><dd>{said}</dd>' in page
    (cause,) = visitor.get("/workers?format=json&of=failures").json()["failures"]
    assert cause == {
        "work": "assignments",
        "cause": "its time ran out, today",
        "times": 1,
        "address": "/events?type=leases",
    }
