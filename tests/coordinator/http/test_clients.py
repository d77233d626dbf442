"""Forgetting a client over HTTP."""

import pytest

ADDRESS = "/api/v1/admin/clients/forget"


def forget(client, headers, name):
    return client.post(ADDRESS, json={"client": name}, headers=headers)


@pytest.mark.parametrize("who", ["nobody", "client-7", ""])
def test_forgetting_somebody_who_never_was_is_turned_down_by_name(client, admin, who):
    answer = forget(client, admin, who)
    assert answer.status_code == 404
    assert repr(who) in answer.json()["detail"]


def test_nobody_but_an_administrator_forgets(client):
    assert forget(client, {}, "alice").status_code in {401, 403}


def test_forgetting_answers_with_the_number_under_which_everything_stays(client, admin):
    item = {"type": "factoring.composite_submitted", "id": "n", "client_id": "alice", "number": "2^101-1"}
    assert client.post("/api/v1/events", json=[item]).json()["results"][0]["status"] == "accepted"
    first = forget(client, admin, "alice")
    assert first.json() == {"client": "client-1"}
    position = int(first.headers["Tallystick-Position"])
    event = client.get(f"/api/v1/events/{position}").json()
    assert (event["type"], event["stream"]) == ("clients.forgotten.v1", "client-1")
    assert forget(client, admin, "alice").status_code == 404
    assert forget(client, admin, "client-1").json() == {"client": "client-1"}
