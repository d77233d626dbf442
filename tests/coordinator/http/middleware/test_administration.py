"""Administration of numbers, work and projects over HTTP."""

import re

import pytest

from core.factoring.mathematics.levels.targets import usual_target_milli

P12, P16, P20, P64 = 10**11 + 3, 10**15 + 37, 10**19 + 51, 10**63 + 121
N = P16 * P64


def test_every_administrative_address_wants_the_admin_key(client, admin):
    paths = client.get("/openapi.json").json()["paths"]
    addresses = [
        (method, re.sub(r"\{[^}]*\}", "1", path))
        for path, operations in paths.items()
        for method in operations
        if path.startswith("/api/v1/admin")
    ]
    assert len(addresses) > 20
    for method, address in addresses:
        missing = client.request(method, address)
        assert (missing.status_code, missing.json()["detail"]) == (
            401,
            "Admin API key required. Provide X-Admin-Key header.",
        ), address
    wrong = client.get("/api/v1/admin/stats/summary", headers={"X-Admin-Key": "wrong"})
    assert (wrong.status_code, wrong.json()["detail"]) == (401, "Invalid admin API key")
    assert client.get("/api/v1/admin/stats/summary", headers=admin).status_code == 200


def test_a_list_of_numbers_joins_a_project_and_a_bad_one_stops_nobody(client, admin):
    query = {"default_priority": 3, "project_name": "cunningham"}
    answer = client.post(
        "/api/v1/admin/composites/bulk", params=query, json=["2^101-1", "2^103-1", "abc"], headers=admin
    ).json()
    assert (answer["input_count"], answer["new_composites"], answer["invalid_numbers"]) == (3, 2, 1)
    assert (answer["project_created"], answer["composites_added_to_project"]) == (True, 2)
    again = client.post("/api/v1/admin/composites/bulk", params=query, json=["2^101-1"], headers=admin).json()
    assert (again["existing_composites"], again["project_created"]) == (1, False)
    assert (again["composites_added_to_project"], again["composites_already_in_project"]) == (0, 1)


def test_structured_numbers_bring_their_form_and_what_is_left_of_them(client, admin, standing):
    rows = [
        {
            "number": f"{P16}*{P64}*{P20}",
            "current_composite": str(P64 * P20),
            "has_snfs_form": True,
            "snfs_difficulty": 77,
            "priority": 4,
        },
        {"number": str(P12 * P64), "is_fully_factored": True},
        {"number": str(P12 * P20), "current_composite": "12347"},
    ]
    answer = client.post("/api/v1/admin/composites/bulk-structured", json={"composites": rows}, headers=admin).json()
    assert (answer["new_composites"], answer["invalid_numbers"]) == (3, 1)
    assert "does not divide" in answer["errors"][0]["error"]
    first = standing(f"{P16}*{P64}*{P20}")
    assert (first["current_composite"], first["factors_found"]) == (str(P64 * P20), [str(P16)])
    assert (first["has_snfs_form"], first["snfs_difficulty"], first["priority"]) == (True, 77, 4)
    assert standing(P12 * P64)["status"] == "complete"


def test_a_changed_priority_goes_first(client, admin, known, ask):
    known(N, priority=1)
    other = known(P20 * P64, priority=0)
    answer = client.put(f"/api/v1/admin/composites/{other['id']}/priority?priority=9", headers=admin).json()
    assert answer["priority"] == 9
    assert ask()["composite_id"] == other["id"]
    assert client.put("/api/v1/admin/composites/77/priority?priority=9", headers=admin).status_code == 404


@pytest.mark.parametrize("way", ["complete", "deactivate", "delete"])
def test_a_number_that_is_put_aside_is_taken_from_its_holder_and_assigned_no_more(client, admin, known, ask, way):
    number = known(N)["id"]
    work = ask()["work_id"]
    address = f"/api/v1/admin/composites/{number}"
    calls = {
        "complete": lambda: client.post(f"{address}/complete?reason=done", headers=admin),
        "deactivate": lambda: client.put(f"{address}/deactivate", headers=admin),
        "delete": lambda: client.delete(address, headers=admin),
    }
    assert calls[way]().status_code == 200
    (row,) = client.get("/api/v1/work/status/alice").json()["work_assignments"]
    assert (row["work_id"], row["status"]) == (work, "cancelled")
    assert ask()["work_id"] is None
    listed = client.get("/api/v1/composites").json()["total"]
    assert listed == (0 if way == "delete" else 1)
    if way != "delete":
        assert client.put(f"{address}/activate", headers=admin).status_code == 200
        assert ask()["composite_id"] == number


def test_a_deleted_number_keeps_its_history_and_comes_back_when_it_is_submitted_again(
    client, admin, known, hand_in, standing
):
    number = known(N)["id"]
    hand_in(N)
    client.delete(f"/api/v1/admin/composites/{number}", headers=admin)
    assert client.get(f"/api/v1/stats/{N}").status_code == 404
    assert client.get(f"/api/v1/streams/composite-{number}").json()["events"]
    assert known(N)["id"] == number
    assert standing(N)["ecm_work"]["total_curves"] == 10


def test_parts_go_and_come_with_the_number_that_they_are_parts_of(client, admin, known, hand_in, ask):
    number = known(P16 * P20 * P64)["id"]
    hand_in(P16 * P20 * P64, factors_found=[{"factor": str(P16), "sigma": None}])
    client.put(f"/api/v1/admin/composites/{number}/deactivate", headers=admin)
    assert ask()["work_id"] is None
    changed = client.post("/api/v1/admin/composites/bulk-activate", json={"composite_ids": [number, 99]}, headers=admin)
    assert (changed.json()["changed"], changed.json()["unknown_ids"]) == (1, [99])
    again = client.post("/api/v1/admin/composites/bulk-activate", json=[number, 99], headers=admin).json()
    assert {"activated": [number], "failed": [99], "total_requested": 2, "total_activated": 1}.items() <= again.items()
    assert again["changed"] == 0
    assert ask()["composite"] == str(P20 * P64)


def test_what_is_so_already_is_not_counted_as_changed(client, admin, known, hand_in, ask):
    """That it was asked for is kept of a number that is part of another, and changes nothing."""
    known(P16 * P20 * P64)
    hand_in(P16 * P20 * P64, factors_found=[{"factor": str(P16), "sigma": None}])
    part = ask()["composite_id"]
    answer = client.post("/api/v1/admin/composites/bulk-activate", json=[part], headers=admin).json()
    assert (answer["activated"], answer["changed"]) == ([part], 0)
    calculate = "/api/v1/admin/composites/calculate-t-levels?recalculate_all=true"
    assert [client.post(calculate, headers=admin).json()["updated"] for _ in range(2)] == [0, 0]
    kept = client.get("/api/v1/events?type=factoring.wish_noted.v1").json()["events"]
    assert [event["data"]["wish"] for event in kept] == ["unshelve", "change"]


def test_an_id_beyond_all_that_are_given_out_is_not_acceptable(client, admin):
    refused = client.post("/api/v1/admin/composites/bulk-activate", json={"composite_ids": [2**63]}, headers=admin)
    assert refused.status_code == 400
    assert "composite_ids[0]" in refused.json()["detail"]


def test_a_reservation_keeps_a_number_from_everybody_until_it_is_released(client, admin, known, ask):
    known(N)
    wanted = {"composite_identifier": str(N), "client_id": "sieve", "method": "snfs", "metadata": {"poly": "x^5-1"}}
    reserved = client.post("/api/v1/admin/work/reserve", json=wanted, headers=admin)
    assert reserved.status_code == 200
    assert ask()["work_id"] is None
    assert client.get("/api/v1/work/request?client_id=bob").json()["work_id"] is None
    assert client.post("/api/v1/admin/work/reserve", json=wanted, headers=admin).status_code == 409
    (row,) = client.get("/api/v1/admin/work/assignments", headers=admin).json()["reservations"]
    assert (row["client_id"], row["method"], row["metadata"]) == ("sieve", "snfs", {"poly": "x^5-1"})
    released = client.post(f"/api/v1/admin/work/release/{reserved.json()['work_id']}?reason=done", headers=admin)
    assert released.status_code == 200
    assert ask()["composite"] == str(N)


def test_a_number_in_somebodys_hands_can_not_be_reserved(client, admin, known, ask):
    number = known(N)["id"]
    ask()
    wanted = {"composite_identifier": number, "client_id": "sieve", "method": "nfs"}
    assert client.post("/api/v1/admin/work/reserve", json=wanted, headers=admin).status_code == 409


def test_an_assignment_is_listed_and_ended(client, admin, known, ask):
    known(N)
    work = ask()["work_id"]
    query = {"status_filter": "assigned", "client_id": "alice"}
    (row,) = client.get("/api/v1/admin/work/assignments", params=query, headers=admin).json()["assignments"]
    assert row["work_id"] == work
    assert client.delete(f"/api/v1/admin/work/assignments/{work}?reason=idle", headers=admin).status_code == 200
    assert client.get("/api/v1/admin/work/assignments", params=query, headers=admin).json()["assignments"] == []
    cancelled = client.get("/api/v1/admin/work/assignments?status_filter=cancelled", headers=admin).json()
    assert cancelled["total"] == 1
    assert client.post("/api/v1/admin/work/cleanup", headers=admin).json()["cleaned_up"] == 0
    assert ask("bob")["composite"] == str(N)


def test_targets_and_t_levels_can_be_calculated_anew(client, admin, known, hand_in):
    number = known(N, target_t_level=33)["id"]
    hand_in(N)
    calculate = "/api/v1/admin/composites/calculate-t-levels"
    assert client.post(calculate, headers=admin).json()["updated"] == 0
    assert client.post(f"{calculate}?recalculate_all=true", headers=admin).json()["updated"] == 1
    (row,) = client.get("/api/v1/composites").json()["composites"]
    assert row["target_t_level"] == usual_target_milli(len(str(N))) / 1000
    one = client.post(f"/api/v1/admin/composites/{number}/recalculate-t-level", headers=admin).json()
    assert one["agrees"]
    assert one["recalculated_t_level"] == one["current_t_level"] > 0
    status = client.post("/api/v1/admin/composites/recalculate-all-t-levels", headers=admin).json()
    while status["status"] in {"started", "running"}:
        status = client.get("/api/v1/admin/composites/recalculate-status", headers=admin).json()
    assert (status["status"], status["processed"], status["differing"]) == ("completed", 1, [])


def test_numbers_are_found_by_id_value_expression_and_parts_of_them(client, admin, known):
    number, accepting = known("2^101-1")["id"], {"Accept": "application/json"}
    for text in (str(number), "2^101-1", str(2**101 - 1), "2^101", " 2 ^ 101 - 1 ", str(2**101)[:8]):
        answer = client.get("/api/v1/admin/composites/find", params={"q": text}, headers=admin | accepting)
        found = answer.json()["composites"]
        assert found[0]["id"] == number, text


def test_the_summary_counts(client, admin, known, hand_in, ask):
    known(N, project="one")
    hand_in(N)
    ask()
    summary = client.get("/api/v1/admin/stats/summary", headers=admin).json()
    assert summary["total_composites"] == 1
    assert (summary["total_curves"], summary["total_attempts"]) == (10, 1)
    assert (summary["active_assignments"], summary["total_projects"]) == (1, 1)
    counts = client.get("/api/v1/admin/composites/status", headers=admin).json()
    assert (counts["total_composites"], counts["assigned_now"]) == (1, 1)


def test_details_are_json_and_send_a_browser_to_the_page(client, admin, known):
    number = known(N)["id"]
    address = f"/api/v1/admin/composites/{number}"
    assert client.get(address, headers=admin).json()["composite"]["id"] == number
    assert client.get(f"{address}/details", headers=admin).json()["composite"]["id"] == number
    page = client.get(f"{address}/details", headers={**admin, "Accept": "text/html"}, follow_redirects=False)
    assert page.headers["location"] == f"/api/v1/dashboard/composites/{number}/details"
