"""Asking for work as clients of the ECM Coordination Middleware do."""

from datetime import UTC, datetime, timedelta

import pytest

from core.factoring.assignment.p1 import p1_b1
from core.timestamps import SECOND, from_iso

P16, P20, P64 = 10**15 + 37, 10**19 + 51, 10**63 + 121
N = P16 * P64
DAY = 86_400 * SECOND


def test_work_has_numbers_where_the_client_formats_them(known, ask):
    number = known(N, target_t_level=25)
    work = ask()
    assert set(work) == {
        "work_id",
        "composite_id",
        "composite",
        "digit_length",
        "current_t_level",
        "target_t_level",
        "prior_t_level",
        "expires_at",
        "message",
    }
    assert (work["composite_id"], work["composite"], work["digit_length"]) == (number["id"], str(N), len(str(N)))
    assert (work["current_t_level"], work["target_t_level"]) == (0.0, 25.0)
    assert not work["expires_at"].endswith("Z")


def test_work_tells_what_was_done_elsewhere(known, ask):
    known(N, target_t_level=25, prior_t_level=18)
    assert ask()["prior_t_level"] == 18.0
    known(N * P16, target_t_level=25)
    assert ask()["prior_t_level"] is None


def test_without_work_everything_is_null_and_a_message_says_why(ask):
    work = ask()
    assert {name for name, value in work.items() if value is not None} == {"message"}


@pytest.mark.parametrize(("asked", "days"), [({}, 5), ({"timeout_days": 5}, 5), ({"timeout_days": 1}, 1)])
def test_an_assignment_lasts_as_many_days_as_was_asked_for(client, known, ask, asked, days):
    known(N)
    expires = from_iso(ask(**asked)["expires_at"])
    (row,) = client.get("/api/v1/work/status/alice").json()["work_assignments"]
    assert expires - from_iso(row["assigned_at"]) == pytest.approx(days * DAY, abs=SECOND)


def test_nobody_else_is_given_a_number_that_somebody_takes_to_its_target(client, known, ask):
    known(N)
    ask()
    assert ask("bob")["work_id"] is None
    assert client.get("/api/v1/work/request?client_id=carol").json()["work_id"] is None


def test_a_client_holds_five_numbers_and_no_more(client, known, ask):
    for digits in range(20, 27):
        known(P64 * (10**digits + 1) + 2)
    held = [ask()["work_id"] for _ in range(6)]
    assert all(held[:5])
    assert held[5] is None
    assert "5" in ask()["message"]
    assert ask("bob")["work_id"]
    client.post(f"/api/v1/work/{held[0]}/complete?client_id=alice")
    assert ask()["work_id"]


def test_filters_choose_among_numbers(known, ask):
    small = known(P20 * P64, target_t_level=20, priority=1)["id"]
    large = known(P20 * P20 * P64, target_t_level=40)["id"]
    assert ask("a", min_digits=90)["composite_id"] == large
    assert ask("b", priority=1)["composite_id"] == small
    for client, wanted in (("a", {"min_digits": 90}), ("b", {"priority": 1})):
        assert ask(client, **wanted)["work_id"] is None
    assert ask("c", min_target_tlevel=30)["work_id"] is None
    assert ask("c", max_target_tlevel=30)["work_id"] is None


def test_a_number_of_a_target_that_is_wanted_is_found(known, ask):
    known(P20 * P64, target_t_level=20)
    large = known(P20 * P20 * P64, target_t_level=40)["id"]
    assert ask(min_target_tlevel=30, work_type="progressive")["composite_id"] == large


@pytest.mark.parametrize(
    "query",
    [
        "work_type=fast&client_id=alice",
        "",
        "client_id=",
        "client_id=alice&timeout_days=x",
        "client_id=alice&min_digits=x",
        "client_id=alice&min_digits=50&max_digits=40",
    ],
)
def test_a_wrong_question_is_400_with_a_sentence(client, query):
    for address in ("ecm-work", "p1-work"):
        answer = client.get(f"/api/v1/{address}?{query}")
        if "max_digits" in query and address == "p1-work":
            continue
        assert answer.status_code == 400, query
        assert answer.json()["detail"].endswith(".")


@pytest.mark.parametrize(("days", "held"), [(0, 1), (-7, 1), (5, 5), (366, 366), (10**12, 366)])
def test_a_number_is_held_for_as_many_days_as_can_be_meant(known, ask, days, held):
    """The system replaced takes any number; a client that says 0 wants to hold nothing for long."""
    known(N, target_t_level=25)
    expires = datetime.fromisoformat(ask(timeout_days=days)["expires_at"]).replace(tzinfo=UTC)
    assert timedelta(days=held - 0.01) < expires - datetime.now(UTC) <= timedelta(days=held)


@pytest.mark.parametrize(("method", "bounds"), [("pm1", (250_000, None)), ("pp1", (None, 250_000))])
def test_p1_work_of_one_method_names_the_bound_of_that_one_only(known, ask, method, bounds):
    known(N, target_t_level=25)
    work = ask(address="p1-work", method=method)
    assert (work["pm1_b1"], work["pp1_b1"]) == bounds


def test_what_was_done_elsewhere_stands_beside_the_level_wherever_that_is_said(client, known, ask):
    known(N, target_t_level=25, prior_t_level=12)
    number = {"numbers": [str(N), "35"]}
    (row, unknown) = client.post("/api/v1/composites/batch-status", json=number).json()["composites"]
    (progress,) = client.post("/api/v1/composites/top-progress", json={}).json()["composites"]
    assert [one["prior_t_level"] for one in (row, progress, client.get(f"/api/v1/stats/{N}").json())] == [12, 12, 12]
    assert (unknown["prior_t_level"], progress["is_active"]) == (None, True)
    assert ask(address="work")["prior_t_level"] == 12


@pytest.mark.parametrize("method", ["ecm", "pm1"])
@pytest.mark.parametrize(
    ("finder", "status"), [("alice-box1", "completed"), ("alice", "completed"), ("bob", "cancelled")]
)
def test_work_whose_holder_found_the_factor_is_completed(client, known, ask, hand_in, finder, status, method):
    known(N, target_t_level=25)
    work = ask("alice")
    hand_in(N, client_id=finder, method=method, factors_found=[{"factor": str(P16), "sigma": None}])
    (row,) = client.get("/api/v1/work/status/alice").json()["work_assignments"]
    assert (row["work_id"], row["status"]) == (work["work_id"], status)
    assert client.post(f"/api/v1/work/{work['work_id']}/complete", params={"client_id": "alice"}).status_code == 200


def test_numbers_past_the_level_to_which_a_client_goes_are_not_given_to_it(known, ask, hand_in):
    """`--tlevel 15` hands such a number back at once and asks again, so it would be given the same one for ever."""
    known(N, target_t_level=25)
    level = hand_in(N, curves=40, curves_completed=40)["current_t_level"]
    assert ask(max_current_tlevel=level)["work_id"] is None
    assert ask(max_current_tlevel=round(level + 0.001, 3))["composite"] == str(N)


@pytest.mark.parametrize("address", ["ecm-work", "p1-work"])
def test_work_of_a_project_is_on_its_numbers_only_and_on_those_that_join_later(known, ask, address):
    known(N, target_t_level=25)
    known(N * P16, target_t_level=25)
    assert ask(address=address, project="aliquot")["work_id"] is None
    known(N * P16, project="aliquot")
    assert ask(address=address, project="aliquot")["composite"] == str(N * P16)
    assert ask("bob", address=address, project="aliquot")["work_id"] is None
    assert ask("bob", address=address, project="")["composite"] == str(N)


def test_p1_work_names_bounds_one_step_above_the_target_until_that_was_run(client, known, ask, hand_in):
    known(N, target_t_level=25)
    work = ask(address="p1-work", method="p1")
    assert (work["pm1_b1"], work["pp1_b1"]) == (250_000, 250_000) == (p1_b1(25_000),) * 2
    assert isinstance(work["current_t_level"], float)
    client.post(f"/api/v1/work/{work['work_id']}/complete?client_id=alice")
    assert ask(address="p1-work", method="pm1")["work_id"]
    client.delete(f"/api/v1/work/{client.get('/api/v1/work/status/alice').json()['work_assignments'][0]['work_id']}")
    hand_in(N, method="pm1", b1=250_000, curves_completed=1)
    assert ask(address="p1-work", method="pm1")["work_id"] is None
    assert ask(address="p1-work", method="pp1")["work_id"]


def test_p1_work_is_given_on_numbers_at_their_target_too(known, ask, hand_in):
    known(N, target_t_level=5)
    hand_in(N, curves_completed=500)
    assert ask()["work_id"] is None
    assert ask(address="p1-work")["composite"] == str(N)


def test_p_minus_1_of_a_whole_counts_for_its_parts(known, ask, hand_in):
    whole = P16 * P20 * P64
    known(whole, target_t_level=25)
    hand_in(whole, method="pm1", b1=10**6, curves_completed=1)
    hand_in(whole, method="pp1", b1=10**6, curves_completed=3, factors_found=[{"factor": str(P16), "sigma": None}])
    assert ask()["composite"] == str(P20 * P64)
    assert ask("bob", address="p1-work")["work_id"] is None


def test_work_by_method_spells_the_number_as_it_was_submitted(client, known, ask):
    known(f"{P16}*{P64}", target_t_level=25)
    work = ask(address="work")
    assert (work["composite"], work["method"]) == (f"{P16}*{P64}", "ecm")
    assert set(work["parameters"]) == {"b1", "b2", "curves", "target_t_level", "current_t_level"}
    assert work["estimated_time_minutes"] >= 1


def test_methods_are_named_in_the_body_or_in_the_query(client, known):
    known(N)

    def ask(body=None, **query):
        return client.request("GET", "/api/v1/work", params={"client_id": "alice", **query}, json=body)

    assert ask(["nfs", "pm1"]).json()["method"] == "pm1"
    assert ask(["nfs"]).status_code == 400
    assert "No valid methods specified" in ask(["nfs"]).json()["detail"]
    assert ask({"methods": "ecm"}).status_code == 400


def test_an_assignment_goes_from_claimed_to_running_to_completed(client, known, ask):
    known(N)
    work = ask()["work_id"]

    def row():
        return client.get("/api/v1/work/status/alice").json()["work_assignments"][0]

    assert (row()["status"], row()["claimed_at"], row()["composite_number"]) == ("assigned", None, str(N)[:20])
    for step, said in (("claim", "claimed"), ("start", "started")):
        answer = client.post(f"/api/v1/work/{work}/{step}?client_id=alice")
        assert (answer.status_code, answer.json()) == (200, {"status": said, "work_id": work})
    assert row()["status"] == "running"
    assert row()["claimed_at"]
    progress = client.put(f"/api/v1/work/{work}/progress?client_id=alice&curves_completed=50&message=on").json()
    assert (progress["status"], progress["curves_completed"]) == ("updated", 50)
    assert row()["curves_completed"] == 50
    assert client.get(f"/api/v1/stats/{N}").json()["ecm_work"]["total_curves"] == 0
    assert client.post(f"/api/v1/work/{work}/complete?client_id=alice").json()["status"] == "completed"
    assert (row()["status"], row()["is_expired"]) == ("completed", False)
    assert row()["completed_at"]


def test_only_the_holder_completes_and_the_unknown_is_404(client, known, ask):
    known(N)
    work = ask()["work_id"]
    for step in ("claim", "start", "complete"):
        assert client.post(f"/api/v1/work/{work}/{step}?client_id=mallory").status_code == 404
        assert client.post(f"/api/v1/work/nothing/{step}?client_id=alice").status_code == 404
    assert client.put("/api/v1/work/nothing/progress?client_id=alice&curves_completed=1").status_code == 404
    assert client.delete("/api/v1/work/nothing").status_code == 404
    assert client.get("/api/v1/work/status/nobody").json() == {"client_id": "nobody", "work_assignments": []}


def test_handing_back_needs_no_query_and_frees_the_number_at_once(client, known, ask):
    known(N)
    answer = client.delete(f"/api/v1/work/{ask()['work_id']}")
    assert (answer.status_code, answer.json()["status"]) == (200, "abandoned")
    assert ask("bob")["composite"] == str(N)


def test_who_sends_without_end_is_told_to_wait(serving):
    with serving(requests_per_second=1, requests_at_once=3) as client:
        answers = [client.get("/api/v1/ecm-work?client_id=alice") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert int(answers[3].headers["retry-after"]) >= 1
        assert "alice" in answers[3].json()["detail"]
        assert client.get("/api/v1/ecm-work?client_id=bob").status_code == 200


def test_head_takes_no_work(known, ask, client):
    known(N, target_t_level=25)
    for path in ("/api/v1/ecm-work", "/api/v1/work/request"):
        refused = client.head(path, params={"client_id": "alice"})
        assert (refused.status_code, refused.content) == (405, b"")
    assert ask()["work_id"] is not None


@pytest.mark.parametrize("how", [{"address": "work/request", "method": "qs"}, {"address": "work", "methods": "pm1"}])
def test_work_that_is_no_curves_is_shown_with_the_time_that_it_takes(client, admin, known, ask, how):
    leftover = known(P16 * P20, prior_t_level=15)["id"]
    work = ask(**how)["work_id"]
    for status, answer in (
        (None, client.get("/api/v1/work/status/alice").json()["work_assignments"]),
        (
            "active",
            client.get("/api/v1/admin/work/assignments?status_filter=active", headers=admin).json()["assignments"],
        ),
        (None, client.get(f"/api/v1/admin/composites/{leftover}/details", headers=admin).json()["active_work"]),
    ):
        (row,) = answer
        assert (row.get("work_id") or row["id"], row["method"]) == (work, how.get("method", "pm1")), status
    client.delete(f"/api/v1/work/{work}")
    (row,) = client.get("/api/v1/work/status/alice").json()["work_assignments"]
    assert (row["status"], row["estimated_time_minutes"]) == ("abandoned", 1)
