"""What the administrative pages of the newest fork of the system replaced read of each answer, as their scripts read it."""

import pytest

from tests.residue_files import residue_file

P16, P20, P64 = 10**15 + 37, 10**19 + 51, 10**63 + 121
N = P16 * P64


@pytest.fixture
def manage(client, admin):
    """A function that calls an address of the administration."""

    def manage(method, address, *, status=200, json=None, **query):
        answer = client.request(method, f"/api/v1/admin/{address}", params=query, headers=admin, json=json)
        assert answer.status_code == status, answer.text
        return answer.json()

    return manage


def held(answer, **fields):
    """Check that an answer has these fields, and return it."""
    assert fields.items() <= answer.items()
    return answer


def test_the_summary_has_its_groups(known, hand_in, ask, manage):
    known(N)
    known(P16 * P20)
    hand_in(P16 * P20, factors_found=[{"factor": str(P16), "sigma": None}])
    ask(min_digits=70)
    summary = manage("GET", "stats/summary")
    assert summary["overview"] == {
        "total_composites": 4,
        "factored_composites": 3,
        "unfactored_composites": 1,
        "active_work_assignments": 1,
        "active_clients": 1,
    }
    assert summary["recent_activity_24h"] == {"new_attempts": 1, "factors_found": 1}
    assert summary["t_level_targeting"] == {"composites_with_targets": 1}
    assert summary["health"] == {
        "factorization_rate": 75.0,
        "work_queue_utilization": 100.0,
        "t_level_coverage": 100.0,
    }


def test_the_queue_is_counted_by_length(known, ask, manage):
    known(N)
    known(P16 * P20)
    ask(min_digits=70)
    counts = manage("GET", "composites/status")
    assert counts["composites"] == {
        "total": 2,
        "unfactored": 2,
        "factored": 0,
        "size_distribution": {"30-39 digits": 1, "70-79 digits": 1},
    }
    assert counts["work_assignments"] == {"active": 1, "completed": 0}
    assert counts["queue_health"] == {"available_work": 1, "utilization": 50.0}


def test_a_number_that_is_searched_is_led_to(client, admin, known):
    number = known("2^101-1")["id"]
    for text in (str(number), "2^101-1", str(2**101 - 1)):
        answer = client.get("/api/v1/admin/composites/find", params={"q": text}, headers=admin, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (302, f"/api/v1/admin/composites/{number}/details")
    answer = client.get("/api/v1/admin/composites/find", params={"q": "2^67-1"}, headers=admin)
    assert (answer.status_code, answer.json()["detail"]) == (404, "No number on record is '2^67-1'.")


def test_a_number_is_shown_in_its_sections(known, hand_in, ask, manage):
    number = known(P16 * P20 * P64, target_t_level=30, prior_t_level=12, priority=3)["id"]
    hand_in(P16 * P20 * P64, factors_found=[{"factor": str(P16), "sigma": "1:3"}])
    hand_in(P16 * P20 * P64, method="pm1", curves_completed=1)
    detail = manage("GET", f"composites/{number}")
    held(
        detail["composite"],
        id=number,
        current_composite=str(P20 * P64),
        priority=3,
        prior_t_level=12.0,
        is_complete=False,
        is_fully_factored=False,
        is_active=True,
    )
    assert detail["progress"] == {
        "total_attempts": 3,
        "total_ecm_curves": detail["progress"]["total_ecm_curves"],
        "pm1_attempts": 1,
        "factors_found": [str(P16)],
    }
    assert [attempt["method"] for attempt in detail["recent_attempts"]] == ["pm1", "ecm", "prior"]
    (factor,) = detail["all_factors"]
    held(factor, factor=str(P16), sigma="3", method="ecm", is_prime=True)
    work = ask("carol", "p1-work")
    (active,) = manage("GET", f"composites/{work['composite_id']}")["active_work"]
    held(active, id=work["work_id"], client_id="carol", method="p1", b1=work["pm1_b1"], status="assigned")


def test_what_is_done_to_a_number_is_said_in_its_words(known, ask, manage):
    number = known(N)["id"]
    address = f"composites/{number}"
    held(manage("PUT", f"{address}/priority", priority=7), composite_id=number, priority=7, status="updated")
    held(manage("PUT", f"{address}/deactivate"), composite_id=number, is_active=False, status="deactivated")
    held(manage("PUT", f"{address}/activate"), composite_id=number, is_active=True, status="activated")
    held(manage("POST", f"{address}/complete", reason="opn"), status="marked_complete", reason="opn")
    manage("PUT", f"{address}/activate")
    ask()
    held(
        manage("DELETE", address, reason="gone"),
        composite_id=number,
        status="removed",
        reason="gone",
        cancelled_work_assignments=1,
        deleted_attempts=0,
        deleted_factors=0,
        deleted_work_assignments=0,
    )


def test_work_is_cancelled_timed_out_reserved_and_released(client, known, ask, manage):
    number = known(N)["id"]
    for reason, status in (("admin_cancel", "cancelled"), ("admin_timeout", "timeout")):
        work = ask()["work_id"]
        listed = manage("GET", "work/assignments", status_filter="assigned", client_id="alice")
        held(listed, total_count=1, filters_applied={"status": "assigned", "client_id": "alice"})
        ended = manage("DELETE", f"work/assignments/{work}", reason=reason)
        held(ended, work_id=work, status="cancelled", reason=reason, previous_status="assigned", new_status=status)
        assert client.get("/api/v1/work/status/alice").json()["work_assignments"][0]["status"] == status
    held(manage("POST", "work/cleanup"), cleaned_up=0, status="completed")
    wanted = {"composite_identifier": str(N), "client_id": "sieve", "method": "snfs"}
    reserved = manage("POST", "work/reserve", json=wanted)
    held(reserved, composite_id=number, composite_number=str(N), status="running", client_id="sieve")
    released = manage("POST", f"work/release/{reserved['work_id']}", reason="factored")
    held(released, composite_id=number, previous_status="running", status="released", reason="factored")


def test_numbers_are_handed_in_active_or_not_and_complete(manage, ask, standing):
    rows = [
        {"number": str(N), "is_active": False, "prior_t_level": 11},
        {"number": str(P20 * P64), "is_complete": True},
        {"number": str(P16 * P20), "is_active": True},
    ]
    taken = manage("POST", "composites/bulk-structured", json={"composites": rows, "project_name": "opn"})
    held(taken, input_count=3, total_processed=3, new_composites=3, invalid_numbers=0, project_name="opn")
    assert [standing(row["number"])["is_active"] for row in rows] == [False, False, True]
    assert standing(P20 * P64)["status"] == "complete"
    assert ask()["composite"] == str(P16 * P20)
    rows = [{"number": str(N), "is_active": True}]
    held(manage("POST", "composites/bulk-structured", json={"composites": rows}), existing_composites=1)
    held(standing(N), is_active=True, prior_t_level=11)


def test_t_levels_are_recalculated_in_its_words(known, hand_in, manage):
    number = known(N, target_t_level=33)["id"]
    level = hand_in(N)["current_t_level"]
    calculated = manage("POST", "composites/calculate-t-levels", recalculate_all=True)
    held(calculated, status="completed", composites_updated=1, operation_type="Recalculated all")
    assert calculated["message"]
    one = manage("POST", f"composites/{number}/recalculate-t-level")
    held(one, status="success", old_current_t_level=round(level, 2), new_current_t_level=round(level, 2))
    assert one["old_target_t_level"] == one["new_target_t_level"] > 0
    assert "id 77" in manage("POST", "composites/77/recalculate-t-level", status=404)["detail"]
    held(manage("GET", "composites/recalculate-status"), running=False, completed=False, result=None, started_at=None)
    begun = manage("POST", "composites/recalculate-all-t-levels")
    assert begun["status"] == "started"
    assert begun["started_at"]
    while not (status := manage("GET", "composites/recalculate-status"))["completed"]:
        assert status["running"]
    held(status, running=False, progress=1, total=1)
    held(status["result"], status="completed", composites_updated=1, current_t_levels_updated=0)


def test_a_curve_and_a_factor_are_deleted_in_its_words(known, hand_in, manage):
    other, number = known(N)["id"], known(P16 * P20 * P64, target_t_level=30)["id"]
    made = hand_in(P16 * P20 * P64)
    found = hand_in(P16 * P20 * P64, execution_time=0.8, factors_found=[{"factor": str(P16), "sigma": None}])
    assert found["factor_status"] == "new_factor"
    held(manage("DELETE", "factors/1"), success=True, factor_id=1)
    manage("DELETE", f"attempts/{made['attempt_id']}", status=400, composite_id=other)
    for address, query in (
        (f"attempts/{made['attempt_id']}", {"composite_id": 77}),
        ("attempts/77", {}),
        ("factors/77", {}),
    ):
        assert "id 77" in manage("DELETE", address, status=404, **query)["detail"]
    deleted = manage("DELETE", f"attempts/{made['attempt_id']}", composite_id=number)
    held(deleted, status="deleted", attempt_id=made["attempt_id"], composite_id=number)
    assert deleted["old_t_level"] > deleted["new_t_level"] > 0


def test_residue_files_are_taken_back_cleared_up_and_deleted_in_its_words(client, known, manage):
    number = known(N, target_t_level=40)["id"]
    file = {"file": ("residue.txt", residue_file(N, range(101, 111)), "text/plain")}
    residue = client.post("/api/v1/residues/upload", files=file, headers={"X-Client-ID": "alice"}).json()["residue_id"]
    release = f"residues/{residue}/release"
    held(manage("DELETE", release), success=False, residue_id=residue, status="available")
    client.get("/api/v1/residues/work", headers={"X-Client-ID": "bob"})
    held(manage("DELETE", release), success=True, residue_id=residue, status="available", previous_claimer="bob")
    manage("DELETE", "residues/77/release", status=404)
    cleaned = manage("POST", "residues/cleanup")
    held(cleaned, success=True, claims_released=0, factored_composites_cleaned=0, total_cleaned=0)
    orphaned = manage("POST", "residues/cleanup-orphaned")
    held(orphaned, status="success", cleaned_up=0, total_checked=1, orphaned_residues=[])
    removed = manage("DELETE", f"residues/{residue}")
    held(removed, success=True, residue_id=residue, composite_id=number, previous_status="available")
