"""Items about a number that another item of the same body brings."""


def test_curves_may_come_behind_the_number_that_they_were_run_on(client):
    number = str((10**44 + 31) * (10**45 + 9))
    items = [
        {"type": "factoring.composite_submitted", "id": "n", "client_id": "ann", "number": number},
        *(
            {
                "type": "factoring.curves_run",
                "id": f"c{sigma}",
                "client_id": "ann",
                "composite": number,
                "b1": 2000,
                "param": 1,
                "curves": 1,
                "sigmas": [sigma],
            }
            for sigma in (7, 8)
        ),
        {"type": "factoring.composite_submitted", "id": "bad", "client_id": "ann", "number": "9^9^9"},
    ]
    answer = client.post("/api/v1/events", json=items).json()
    assert [result["status"] for result in answer["results"]] == ["accepted", "accepted", "accepted", "refused"]
    positions = [result["position"] for result in answer["results"][:3]]
    assert positions == sorted(positions)
    work = client.get(f"/api/v1/stats/{number}").json()["ecm_work"]
    assert work["effort_by_level"] == [{"b1": 2000, "curves": 2}]
