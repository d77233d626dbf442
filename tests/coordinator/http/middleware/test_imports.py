"""Rows of the system replaced, taken over by a running coordinator."""

import pytest

P16, P64 = 10**15 + 37, 10**63 + 121
ADDRESS = "/api/v1/admin/imports"
NUMBER = {
    "command": {"type": "composite", "row": 3, "origin": "one", "text": str(P16 * P64)},
    "at": 1_740_823_200_000_000,
}


def curves(row, **report):
    bounds = {"b1": 11000, "b2": -1, "param": 1}
    said = {"work": "", "value": str(P16 * P64), "bounds": bounds, "curves": 10, **report}
    command = {"type": "curves", "row": row, "origin": f"attempt-{row}", "report": said, "factor_rows": [6]}
    return {"command": command, "client": "alice", "at": 1_740_999_600_000_000}


def test_rows_are_taken_in_their_order_each_once(client, admin):
    rows = [NUMBER, curves(2), curves(5, claims=[{"factor": str(P16), "sigma": "7"}]), curves(8)]
    first = client.post(ADDRESS, json=rows, headers=admin).json()
    assert [(one["status"], one["id"]) for one in first] == [("taken", id_) for id_ in (3, 2, 5, 8)]
    assert first[2]["factors"] == [6]
    again = client.post(ADDRESS, json=rows, headers=admin).json()
    assert [(one["status"], one["id"]) for one in again] == [("known", id_) for id_ in (3, 2, 5, 8)]
    assert client.get(f"/api/v1/stats/{P16 * P64}").json()["ecm_work"]["total_curves"] == 30


def test_a_row_that_is_refused_stops_none_of_its_neighbours(client, admin):
    rows = [{"command": {**NUMBER["command"], "text": "2^"}}, {**curves(2), "client": "\n"}, curves(3), NUMBER]
    answer = client.post(ADDRESS, json=rows, headers=admin).json()
    assert [one["status"] for one in answer] == ["refused"] * 3 + ["taken"]
    assert "client_id" in answer[1]["refused"][0]


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"cpu_milliseconds": 2**63 - 1}, "CPU time"),
        ({"cpu_milliseconds": -1}, "CPU time"),
        ({"bounds": {"b1": 11000, "b2": -1, "param": 2**63}}, "whole numbers up to"),
    ],
)
def test_a_value_that_no_table_could_keep_is_refused_and_stops_nothing(client, admin, changed, word):
    answer = client.post(ADDRESS, json=[NUMBER, curves(2, **changed), curves(3)], headers=admin).json()
    assert [one["status"] for one in answer] == ["taken", "refused", "taken"]
    assert word in answer[1]["refused"][0]
    assert client.get("/health").json()["projections"]["lag"] == 0


@pytest.mark.parametrize("changed", [{"factor_rows": [2**63 - 1]}, {"superseded_by": 2**63 - 1}, {"row": 2**63 - 1}])
def test_ids_begin_with_none_that_leaves_no_room_for_others(client, admin, changed):
    row = curves(2, claims=[{"factor": str(P16), "sigma": "7"}])
    answer = client.post(ADDRESS, json=[NUMBER, {**row, "command": row["command"] | changed}], headers=admin).json()
    assert (answer[1]["status"], answer[1]["refused"][0][:7]) == ("refused", "The id ")


def test_a_time_that_no_calendar_knows_is_refused(client, admin):
    answer = client.post(ADDRESS, json=[{**NUMBER, "at": 2**62}], headers=admin)
    assert answer.status_code == 400


def test_only_who_administers_may_move_in(client):
    assert client.post(ADDRESS, json=[NUMBER]).status_code == 401
