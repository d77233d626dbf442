"""Undoing attempts and factors: the log keeps them, every table forgets them, and no work on what vanishes is lost."""

import sqlite3
from contextlib import closing

import pytest

from coordinator.auditing.verify import verify
from coordinator.log.sqlite import SqliteEventLog
from coordinator.residues.auditing import Audited, audit
from core.events.chain import stamp
from core.events.envelope import Envelope, NewEvent
from core.factoring.events.numbers import NumberShelved
from tests.residue_files import residue_file

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


def test_an_undone_factor_takes_its_parts_along_and_their_curves_count_for_the_whole(
    client, admin, known, hand_in, standing
):
    whole = P16 * P20 * P64
    known(whole)
    found = hand_in(whole, factors_found=[{"factor": str(P16), "sigma": "1:3"}])
    hand_in(P20 * P64, curves_completed=7)
    (factor,) = client.get("/api/v1/factors").json()["factors"]
    answer = client.delete(f"/api/v1/admin/factors/{factor['id']}", headers=admin)
    assert answer.status_code == 200
    after = standing(whole)
    assert (after["factors_found"], after["current_composite"]) == ([], str(whole))
    assert after["ecm_work"]["total_curves"] == 17
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


def test_an_event_that_can_not_be_folded_is_said_everywhere_and_can_be_withdrawn(serving, admin, tmp_path):
    with serving() as client:
        client.post("/api/v1/composites/bulk", json=[str(N)])
    with closing(SqliteEventLog(tmp_path / "log.db")) as log:
        (last,) = log.read(log.head().position - 1, 1)
        nonsense = [
            NewEvent("composite-99", NumberShelved(number=99, shelf="inactive", reason="of a mistaken version"))
        ]
        envelope = Envelope(last.recorded_at, None, "operator", "test/~#", "by hand")
        log.append(stamp(nonsense, envelope, log.head(), log.version), log.head())
        position = log.head().position
    with serving() as client:
        health = client.get("/health")
        assert (health.status_code, health.json()["status"]) == (503, "unhealthy")
        assert f"its state stopped at event {position} (AssertionError" in health.json()["reason"]
        assert client.post("/api/v1/admin/residues/cleanup-orphaned", headers=admin).status_code == 503
        assert f"/admin/corrections?positions={position}" in client.get("/", headers={"Accept": "text/html"}).text
        found = verify(tmp_path)
        assert (found.holds, f"The state stopped at event {position}" in found.sentence) == (False, True)
        answer = client.post("/api/v1/admin/corrections", json={"positions": [position]}, headers=admin)
        assert answer.status_code == 200, answer.text
        assert client.get("/health").status_code == 200
        assert client.post("/api/v1/composites/bulk", json=[str(P12 * P20)]).json()["new_composites"] == 1
    found = verify(tmp_path)
    assert found.holds, found.sentence


def test_what_is_withdrawn_stays_so_when_it_is_sent_again_and_counts_when_it_is_taken_back(
    client, admin, known, hand_in, standing, events_of, correct
):
    known(N)
    sent = {"Idempotency-Key": "report-1"}
    work = client.get("/api/v1/work/request?client_id=alice").json()["work_assignment_id"]
    report = {"work_assignment_id": work, "client_id": "alice", "curves_completed": 43}
    first = client.post("/api/v1/results/ecm", json=report, headers=sent).json()
    (run,) = (event["position"] for event in events_of("factoring.curves_run"))
    assert correct(run).status_code == 200
    again = client.post("/api/v1/results/ecm", json=report, headers=sent)
    assert (again.status_code, "stays withdrawn" in again.json()["detail"]) == (409, True)
    assert standing(N)["ecm_work"]["total_curves"] == 0
    assert correct(run, undo=True).status_code == 200
    again = client.post("/api/v1/results/ecm", json=report, headers=sent)
    assert (again.status_code, again.json()["attempt_id"]) == (200, first["attempt_id"])
    assert again.headers["tallystick-repeated"] == "true"
    assert standing(N)["ecm_work"]["total_curves"] == 43
    assert correct(run, undo=True).status_code == 409


def test_a_submission_that_is_sent_again_after_it_was_withdrawn_is_given_up_by_the_client(
    client, known, hand_in, events_of, correct
):
    """The newest client of the middleware discards what is 404, and sends all else again before whatever else it asks for."""
    known(N)
    hand_in(N)
    (run,) = (event["position"] for event in events_of("factoring.curves_run"))
    assert correct(run).status_code == 200
    again = hand_in(N, status=404)
    assert "stays withdrawn" in again["detail"]


def test_a_factor_of_which_one_report_tells_with_another_is_withdrawn_alone(
    client, known, hand_in, standing, events_of, correct, tmp_path
):
    whole = P16 * P20 * P64
    known(whole)
    hand_in(whole, factors_found=[{"factor": str(P16)}, {"factor": str(P20)}])
    first, _ = events_of("factoring.factor_found")
    assert correct(first["position"]).status_code == 200
    assert standing(whole)["current_composite"] == str(P16 * P64)
    found = verify(tmp_path)
    assert found.holds, found.sentence


def test_what_is_not_there_can_not_be_undone(client, admin, known, hand_in):
    known(N)
    attempt = hand_in(N)["attempt_id"]
    for address in ("attempts/99", "factors/1", f"attempts/{attempt}?composite_id=77"):
        assert client.delete(f"/api/v1/admin/{address}", headers=admin).status_code == 404


@pytest.fixture
def events_of(client):
    """A function that returns the events of a type."""

    def events_of(kind):
        return client.get("/api/v1/events", params={"type": kind, "limit": 100}).json()["events"]

    return events_of


@pytest.fixture
def correct(client, admin):
    """A function that has events withdrawn, and returns the answer."""

    def correct(*positions, reason="a slip", undo=False):
        wanted = {"positions": positions, "reason": reason, "undo": undo}
        return client.post("/api/v1/admin/corrections", json=wanted, headers=admin)

    return correct


def test_curves_on_a_vanishing_part_move_once_each_in_the_same_command(
    admin, tmp_path, client, known, hand_in, standing, events_of, correct
):
    whole = P16 * P20 * P64
    number = known(whole)["id"]
    hand_in(whole, sigma="1:3", curves_completed=1, factors_found=[{"factor": str(P16), "sigma": "1:3"}])
    hand_in(P20 * P64, sigma="1:5", curves_completed=1)
    hand_in(P20 * P64, sigma="1:5", curves_completed=1, b1=50_000)
    spoilt = hand_in(P20 * P64, curves_completed=100)
    hand_in(P20 * P64, curves_completed=7, factors_found=[{"factor": str(P20)}])
    client.delete(f"/api/v1/admin/attempts/{spoilt['attempt_id']}", headers=admin)
    (factor, _) = events_of("factoring.factor_found")
    answer = correct(factor["position"], reason="a slip")
    assert answer.status_code == 200, answer.text
    assert answer.json()["positions"] == [factor["position"]]
    assert int(answer.headers["tallystick-position"]) == answer.json()["position"]
    correction = events_of("corrections.withdrawn")[-1]
    moved = [event for event in events_of("factoring.curves_run") if event["position"] > correction["position"]]
    assert [(event["data"]["number"], event["data"]["curves"], event["data"]["factors"]) for event in moved] == [
        (number, 1, []),
        (number, 1, []),
        (number, 1, []),
        (number, 7, [str(P20)]),
    ]
    assert {event["command"] for event in moved} == {correction["command"]}
    after = standing(whole)
    assert (after["current_composite"], after["ecm_work"]["total_attempts"]) == (str(P16 * P64), 4)
    effort = client.get(f"/api/v1/composites/{number}").json()["effort"]
    assert {(row["b1"], row["curves"]) for row in effort} == {(11_000, 8), (50_000, 1)}
    explained = client.get(f"/api/v1/explain/composites/{number}").json()
    assert explained["t_level"] == after["current_t_level"] > 0
    assert hand_in(whole, curves_completed=2)["attempt_id"] == 6
    found = verify(tmp_path)
    assert found.holds, found.sentence


def test_a_part_that_another_split_still_gives_keeps_its_curves(client, known, hand_in, standing, events_of, correct):
    one, other, part = P16 * P20 * P64, P12 * P20 * P64, P20 * P64
    known(one)
    known(other)
    hand_in(one, factors_found=[{"factor": str(P16)}])
    hand_in(other, factors_found=[{"factor": str(P12)}])
    hand_in(part, curves_completed=7)
    first, second = events_of("factoring.factor_found")
    assert correct(first["position"]).status_code == 200
    assert standing(one)["current_composite"] == str(one)
    assert standing(part)["ecm_work"]["total_curves"] == 10 + 7
    assert correct(second["position"]).status_code == 200
    assert client.get(f"/api/v1/stats/{part}").status_code == 404
    assert standing(other)["ecm_work"]["total_curves"] == 10 + 7


def test_what_is_withdrawn_is_not_withdrawn_again(known, hand_in, events_of, correct):
    known(N)
    hand_in(N)
    hand_in(N, curves_completed=5)
    first, second = (event["position"] for event in events_of("factoring.curves_run"))
    assert correct(second, first, first).json()["positions"] == [first, second]
    answer = correct(first)
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith(f"Event {first} does not count any more since event ")


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ({"positions": [1], "reason": "x"}, 400, "Event 1 is a log.opened.v1; attempts and factors can be withdrawn"),
        ({"positions": [99], "reason": "x"}, 404, "The log has no event 99."),
        ({"positions": [], "reason": "x"}, 400, "positions"),
        ({"positions": [0], "reason": "x"}, 400, "positions"),
        ({"positions": 2, "reason": "x"}, 400, "positions"),
        ({"reason": "x"}, 400, "positions"),
        ([], 400, ""),
    ],
)
def test_what_can_not_be_withdrawn_is_refused_in_a_sentence(client, admin, body, status, sentence):
    answer = client.post("/api/v1/admin/corrections", json=body, headers=admin)
    assert (answer.status_code, sentence in answer.json()["detail"]) == (status, True), answer.text
    assert client.get("/health").json()["log"]["position"] == 1


def test_nothing_is_left_of_a_stage_2_that_was_undone(client, admin, known, hand_in, tmp_path):
    """Which curves were assumed to have been run stands in a table of its own."""
    known(N, target_t_level=40)
    stage_1 = hand_in(N, b2=0)["attempt_id"]
    file = {"file": ("residue.txt", residue_file(N, range(101, 111)), "text/plain")}
    query, holder = {"stage1_attempt_id": stage_1}, {"X-Client-ID": "bob"}
    residue = client.post("/api/v1/residues/upload", params=query, files=file, headers=holder).json()["residue_id"]
    client.get("/api/v1/residues/work", headers=holder)
    mentioned = {"client_id": "bob", "raw_output": f"Stage 2 from residue {residue}", "b2": 1_100_000}
    stage_2 = hand_in(N, curves_completed=4, **mentioned)["attempt_id"]

    def assumed():
        client.get("/api/v1/residues/stats/summary")  # whoever asks is shown all that was answered
        with closing(sqlite3.connect(tmp_path / "projections" / "factoring.db")) as tables:
            return [row[0] for row in tables.execute("SELECT sigma FROM assumed_curves")]

    assert assumed() == ["101", "102", "103", "104"]
    assert client.delete(f"/api/v1/admin/attempts/{stage_2}", headers=admin).status_code == 200
    assert assumed() == []


def test_a_residue_file_that_was_removed_is_not_missed_when_its_stage_1_is_undone(
    client, admin, known, hand_in, tmp_path
):
    """The correction restates how it was handed in, and stands behind its removal."""
    known(N, target_t_level=40)
    stage_1 = hand_in(N, b2=0)["attempt_id"]
    query, holder = {"stage1_attempt_id": stage_1}, {"X-Client-ID": "bob"}
    for sigmas in (range(101, 104), range(201, 204)):
        file = {"file": ("residue.txt", residue_file(N, sigmas), "text/plain")}
        uploaded = client.post("/api/v1/residues/upload", params=query, files=file, headers=holder)
        assert uploaded.status_code == 200, uploaded.text
    removed = uploaded.json()["residue_id"]
    assert client.delete(f"/api/v1/admin/residues/{removed}", headers=admin).status_code == 200
    assert client.delete(f"/api/v1/admin/attempts/{stage_1}", headers=admin).status_code == 200
    cleaned = client.post("/api/v1/admin/residues/cleanup-orphaned", headers=admin).json()
    assert (cleaned["total_checked"], cleaned["missing_residues"]) == (1, [])
    with closing(sqlite3.connect(f"file:{tmp_path / 'log.db'}?mode=ro", uri=True)) as log:
        assert audit(tmp_path, log) == Audited(1)


def test_a_report_of_no_curves_outlives_the_correction_of_another(client, admin, known, hand_in):
    number = known(N)["id"]
    kept = hand_in(N, curves_completed=0)["attempt_id"]
    undone = hand_in(N)["attempt_id"]
    assert client.delete(f"/api/v1/admin/attempts/{undone}", headers=admin).status_code == 200
    assert [attempt["id"] for attempt in client.get(f"/api/v1/composites/{number}").json()["attempts"]] == [kept]
