"""A worker says its version: it is shown, and one that is too old gets no work."""

NUMBER = (10**61 - 1) // 9


def test_a_worker_that_is_too_old_is_told_so_and_its_results_are_taken(serving):
    with serving(minimum_worker_version="1.2") as client:
        client.post("/api/v1/composites/bulk", json=[{"number": str(NUMBER)}])
        ask = {"params": {"client_id": "alice"}}
        old = client.get("/api/v1/work/request", **ask, headers={"User-Agent": "tallystick/1.1.9"})
        assert old.status_code == 403
        assert old.json()["detail"].startswith("This worker is tallystick 1.1.9, and work is given to 1.2 and later")
        for agent in ("tallystick/1.2.0", "tallystick/1.10", "python-requests/2.0"):
            assert client.get("/api/v1/work/request", **ask, headers={"User-Agent": agent}).status_code == 200
        report = {"client_id": "alice", "composite": str(NUMBER), "b1": 2000, "curves_completed": 1}
        sent = client.post("/api/v1/results/ecm", json=report, headers={"User-Agent": "tallystick/1.1.9"})
        assert sent.status_code != 403
        (row,) = client.get("/workers?of=workers&format=json").json()["workers"]
        assert row["version"] == "1.10"
