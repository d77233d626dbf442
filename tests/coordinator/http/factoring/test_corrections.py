"""Undoing attempts and factors: the log keeps them, every table forgets them."""

P12, P16, P20, P64 = 10**11 + 3, 10**15 + 37, 10**19 + 51, 10**63 + 121
N = P16 * P64


def test_an_undone_attempt_counts_no_more_and_stays_in_the_log(client, admin, known, hand_in, standing):
    number = known(N)["id"]
    kept = hand_in(N)
    undone = hand_in(N, curves_completed=5, execution_time=0.8)
    before = standing(N)["current_t_level"]
    answer = client.delete(f"/api/v1/admin/attempts/{undone['attempt_id']}?reason=fake", headers=admin)
    assert (answer.status_code, answer.json()["composite_id"]) == (200, number)
    after = standing(N)
    assert after["ecm_work"]["total_curves"] == 10
    assert 0 < after["current_t_level"] < before
    types = [event["type"] for event in client.get("/api/v1/events?type=factoring.curves_run&limit=9").json()["events"]]
    assert len(types) == 2
    assert client.delete(f"/api/v1/admin/attempts/{undone['attempt_id']}", headers=admin).status_code == 404
    assert hand_in(N, execution_time=0.9)["attempt_id"] > kept["attempt_id"]
    assert client.get("/health").json()["status"] == "healthy"


def test_an_undone_factor_takes_its_parts_along_and_leaves_its_curves(client, admin, known, hand_in, standing):
    whole = P16 * P20 * P64
    known(whole)
    found = hand_in(whole, factors_found=[{"factor": str(P16), "sigma": "1:3"}])
    hand_in(P20 * P64, curves_completed=7)
    (factor,) = client.get("/api/v1/factors").json()["factors"]
    answer = client.delete(f"/api/v1/admin/factors/{factor['id']}", headers=admin)
    assert answer.status_code == 200
    after = standing(whole)
    assert (after["factors_found"], after["current_composite"]) == ([], str(whole))
    assert after["ecm_work"]["total_curves"] == 10
    assert client.get("/api/v1/factors").json()["total"] == 0
    assert client.get(f"/api/v1/stats/{P20 * P64}").status_code == 404
    again = hand_in(whole, factors_found=[{"factor": str(P16), "sigma": "1:3"}], execution_time=1.5)
    assert (found["factor_status"], again["factor_status"]) == ("new_factor", "new_factor")


def test_a_correction_survives_a_restart_and_a_rebuild(serving, admin, tmp_path):
    with serving() as client:
        client.post("/api/v1/composites/bulk", json=[str(N)])
        work = client.get("/api/v1/work/request?client_id=alice").json()["work_id"]
        reported = client.post(
            "/api/v1/results/ecm", json={"work_assignment_id": work, "curves_completed": 3, "b1": 2000}
        ).json()
        client.delete(f"/api/v1/admin/attempts/{reported['attempt_id']}", headers=admin)
    for rebuilt in (False, True):
        if rebuilt:
            for path in (tmp_path / "projections").glob("factoring.db*"):
                path.unlink()
        with serving() as client:
            assert client.get(f"/api/v1/stats/{N}").json()["ecm_work"]["total_curves"] == 0
            assert client.get("/health").json()["status"] == "healthy"


def test_what_is_not_there_can_not_be_undone(client, admin, known, hand_in):
    known(N)
    attempt = hand_in(N)["attempt_id"]
    for address in ("attempts/99", "factors/1", f"attempts/{attempt}?composite_id=77"):
        assert client.delete(f"/api/v1/admin/{address}", headers=admin).status_code == 404
