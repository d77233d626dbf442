"""Rows of the system replaced, taken over by a running coordinator."""

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


def test_only_who_administers_may_move_in(client):
    assert client.post(ADDRESS, json=[NUMBER]).status_code == 401
