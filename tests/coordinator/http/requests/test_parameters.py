"""What an address names, and how a body may come."""

import gzip
import json
from urllib.parse import quote

import pytest


def test_names_with_a_slash_end_addresses_as_all_others_do(client, admin):
    name = "a/b%c"
    number = str((10**15 + 37) * (10**17 + 3))
    client.post("/api/v1/composites/bulk", json=[{"number": number, "project": name}]).raise_for_status()
    client.get("/api/v1/work/request", params={"client_id": name}).raise_for_status()
    client.post(
        "/push", json={"summary": {"agent_id": name, "timestamp": "2026-11-22T09:00:00Z", "topic_counts": {"t": 1}}}
    ).raise_for_status()
    written = quote(name, safe="")
    assert client.get(f"/api/v1/projects/by-name/{written}").json()["project"]["name"] == name
    assert client.get(f"/api/v1/checks/projects/{written}").status_code == 200
    assert len(client.get(f"/api/v1/work/status/{written}").json()["work_assignments"]) == 1
    assert client.get(f"/api/v1/explain/agents/{written}").json()["agent_id"] == name
    assert len(client.get(f"/api/v1/streams/agent-{written}").json()["events"]) == 1
    assert client.get("/api/v1/projects/by-name/nothing/here").json()["detail"] == "There is no project 'nothing/here'."
    assert client.delete(f"/api/v1/admin/projects/by-name/{written}", headers=admin).json()["project_name"] == name


@pytest.mark.parametrize(
    "address", ["/api/v1/composites/bulk", "/api/v1/events", "/api/v1/results/ecm", "/task", "/push"]
)
def test_a_packed_body_is_turned_away_for_being_packed(client, address):
    packed = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    answer = client.post(address, content=gzip.compress(json.dumps([]).encode()), headers=packed)
    assert answer.status_code == 415
    assert answer.json()["detail"] == "The body is said to be packed by 'gzip'; one that is not packed is accepted."
    plain = client.post(address, json=[], headers={"Content-Encoding": "identity"})
    assert plain.status_code in {200, 400}


@pytest.mark.parametrize(
    ("address", "body", "said"),
    [
        ("results/ecm", {"curves_completed": 0}, "curves_completed is 0; a whole number from 1 to 1000000000"),
        ("results/ecm", {"curves_completed": 10**9 + 1}, "curves_completed is 1000000001;"),
        (
            "results/ecm",
            {"curves_completed": 1, "parametrization": 4},
            "parametrization is 4; a whole number from 0 to 3",
        ),
        ("composites/bulk", {"composites": [], "default_priority": 2**31}, "default_priority is 2147483648;"),
        (
            "admin/composites/bulk-structured",
            {"composites": [], "default_priority": 2**31},
            "default_priority is 2147483648;",
        ),
    ],
)
def test_what_is_refused_is_called_as_its_sender_calls_it(client, admin, address, body, said):
    """`curves`, `param` and `priority` are the names that the commands within have for them."""
    answer = client.post(f"/api/v1/{address}", json={"work_assignment_id": "none", **body}, headers=admin)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(said)


@pytest.mark.parametrize("written", ["1_0", "+10", "%2B10", "010", "\N{ARABIC-INDIC DIGIT ONE}0", "10.0", "0xa"])
def test_a_number_in_an_address_is_spelled_in_one_way(client, written):
    numbers = [{"number": str((10**13 + 37) * (10**19 + 51 + 2 * n))} for n in range(10)]
    client.post("/api/v1/composites/bulk", json=numbers)
    assert client.get("/api/v1/composites/10").status_code == 200
    spelled = client.get(f"/api/v1/composites/{written}")
    assert spelled.status_code == 404
    assert spelled.json()["detail"].startswith("Nothing is served at '/api/v1/composites/")
