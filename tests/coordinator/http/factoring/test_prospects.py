"""What is next on a number, and why; and what a day's work may lead to."""

import pytest

NUMBER = str((10**29 + 319) * (10**39 + 3))


@pytest.fixture
def number(client):
    client.post("/api/v1/composites/bulk", json=[{"number": NUMBER, "project": "p"}, "2^89-1"]).raise_for_status()
    return client.get("/api/v1/composites", params={"search": NUMBER}).json()["composites"][0]["id"]


def test_what_is_next_is_told_with_what_it_was_weighed_against(client, number):
    told = client.get(f"/api/v1/composites/{number}/next").json()
    shares = {one["b1"]: one["share_of_best"] for one in told["alternatives"]}
    assert shares[told["b1"]] == 1 == max(shares.values())
    assert len(shares) >= 2
    assert told["numbers_ahead"] == 0
    assert 0 < told["chance_in_a_day"] <= 1
    assert (told["cpu_seconds_last_day"], told["chance_at_this_pace"]) == (0, 0)
    given = client.get("/api/v1/work/request", params={"client_id": "alice"}).json()
    assert (given["composite_id"], given["b1"]) == (number, told["b1"])


def test_nothing_is_next_on_a_prime_and_an_unknown_number_is_said_to_be_unknown(client, number):
    assert client.get(f"/api/v1/composites/{number + 1}/next").json()["b1"] is None
    assert client.get("/api/v1/composites/99/next").status_code == 404


def test_the_pace_of_a_project_of_a_client_and_of_everybody_leads_to_a_chance(client, number):
    work = client.get("/api/v1/work/request", params={"client_id": "alice"}).json()["work_id"]
    body = {"work_assignment_id": work, "client_id": "alice", "b1": 2000, "curves_completed": 1, "execution_time": 7}
    client.post("/api/v1/results/ecm", json=body).raise_for_status()
    everybody, project, alice = (
        client.get("/api/v1/work/outlook", params=which).json() for which in ({}, {"project": "p"}, {"contributor": 1})
    )
    assert everybody == project == alice | {"core_days_left": everybody["core_days_left"]}
    assert everybody["core_days_left"] > 0
    assert alice["core_days_left"] is None
    assert everybody["cpu_seconds_last_day"] == 7
    assert 0 < everybody["chance_of_a_factor"] <= 1
    assert '"chance_of_a_factor":0.0,' in client.get("/api/v1/work/outlook", params={"project": "q"}).text
    assert client.get("/api/v1/composites/1/next").json()["cpu_seconds_last_day"] == 7
    both = client.get("/api/v1/work/outlook", params={"project": "p", "contributor": 1})
    assert both.status_code == 400
    assert "one of the two" in both.json()["detail"]
