"""Shares and deadlines over HTTP, on the page, and what is refused."""

import re

import pytest

NUMBERS = {"a": (10**39 + 3) * (10**40 + 121), "b": (10**41 + 109) * (10**58 + 159)}
"""By project; they share no prime, by which they would be taken apart meanwhile."""


@pytest.fixture
def projects(client):
    numbers = [{"number": str(number), "project": name} for name, number in NUMBERS.items()]
    assert client.post("/api/v1/composites/bulk", json=numbers).status_code == 200


def test_a_weight_and_deadlines_are_given_shown_and_taken_away(client, admin, projects):
    assert client.get("/api/v1/shares").json()["taking_turns"] is False
    answer = client.post(
        "/api/v1/admin/shares", json={"project": "a", "weight": 5, "deadline": "2099-01-01"}, headers=admin
    )
    assert answer.status_code == 200
    by_name = {one["project"]: one for one in answer.json()["shares"]}
    assert (by_name["a"]["weight"], by_name["a"]["deadline"][:10]) == (5, "2099-01-01")
    assert (by_name["b"]["weight"], by_name[""]["weight"]) == (1, 1)
    client.get("/api/v1/work/request?client_id=w")
    shown = client.get("/api/v1/shares").json()
    assert shown["taking_turns"] is True
    assert sum(one["given_percent"] for one in shown["shares"]) == 100
    due = {"number": 1, "deadline": "2099-02-01T00:00:00Z"}
    assert client.post("/api/v1/admin/deadlines", json=due, headers=admin).json()["deadlines"][0]["number"] == 1
    gone = client.post("/api/v1/admin/deadlines", json={"number": 1, "deadline": None}, headers=admin).json()
    assert gone["deadlines"] == []
    endless = client.post("/api/v1/admin/shares", json={"project": "a", "deadline": ""}, headers=admin).json()
    assert {one["project"]: one["deadline"] for one in endless["shares"]}["a"] is None


@pytest.mark.parametrize(
    ("address", "body", "status", "sentence"),
    [
        ("shares", {"project": "a", "weight": 0}, 400, "weight is 0; a whole number from 1 to 1000000 is accepted."),
        ("shares", {"project": "a"}, 400, "Neither weight nor deadline is given; one of them is accepted, or both."),
        ("shares", {"project": "a", "weight": 10**7}, 400, "weight is 10000000; a whole number"),
        (
            "shares",
            {"project": "a", "deadline": "2001-01-01"},
            400,
            "deadline is 2001-01-01T00:00:00.000000Z, which is past",
        ),
        ("shares", {"project": "a", "deadline": "soon"}, 400, "deadline 'soon' is not an ISO 8601 time"),
        ("shares", {"project": "c", "weight": 2}, 404, "There is no project 'c'"),
        ("deadlines", {"number": 1, "deadline": "2001-01-01"}, 400, "which is past; a time in the future is accepted."),
        ("deadlines", {"number": 99, "deadline": "2099-01-01"}, 404, "99"),
        ("deadlines", {"number": 10**30, "deadline": "2099-01-01"}, 404, "There is no number 1000"),
        ("shares", {"project": "a", "weight": 10**30}, 400, "weight is 1000"),
    ],
)
def test_what_can_not_be_is_refused_with_a_sentence(client, admin, projects, address, body, status, sentence):
    before = client.get("/health").json()["log"]["position"]
    refused = client.post(f"/api/v1/admin/{address}", json=body, headers=admin)
    assert (refused.status_code, sentence in refused.json()["detail"]) == (status, True), refused.text
    assert client.get("/health").json()["log"]["position"] == before


def test_only_administrators_set_shares(client, projects):
    assert client.post("/api/v1/admin/shares", json={"project": "a", "weight": 2}).status_code == 401
    assert re.search("shares", client.get("/api/v1/shares").text)
