"""Taking work that is done without a network, and handing in what came of it."""

import json

import msgspec
import pytest

from coordinator.http.factoring import jobs
from coordinator.operations import job_files
from core.factoring.formats.jobfile import read_job_file, whole, written
from core.timestamps import from_iso

NUMBER = 1_000_000_000_000_000_000_000_000_000_057 * 1_000_000_000_000_000_000_000_000_000_099
FACTOR = 1_000_000_007
KEYS = {"X-Admin-Key": "open-sesame"}


@pytest.fixture
def take(client):
    """A function that takes a job, and returns the answer."""

    def take(hours=1, processes=2, client_id="cluster", key="", status=200):
        body = {"client_id": client_id, "hours": hours, "processes": processes}
        answer = client.post("/api/v1/work/jobs", json=body, headers={"Idempotency-Key": key} if key else {})
        assert answer.status_code == status, answer.text
        return answer.json()

    return take


def standing(client, file, status=200, headers=None):
    answer = client.post("/api/v1/work/jobs/standing", json={"file": file}, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json()


def ran(client, one, first=0, **more):
    """Hand in all curves of an assignment."""
    report = {
        "work_assignment_id": one.work_id,
        "client_id": "cluster",
        "b1": one.b1,
        "b2": one.b2,
        "parametrization": one.parametrization,
        "curves_completed": one.curves,
        "sigmas": [str(first + number) for number in range(one.curves)],
    }
    answer = client.post("/api/v1/results/ecm", json=report | more, headers={"Idempotency-Key": one.work_id})
    assert answer.status_code == 200, answer.text
    return answer


def test_a_job_fills_its_hours_and_is_held_as_long_as_it_lasts(client, known, take):
    known(NUMBER, target_t_level=40, prior_t_level=20)
    taken = take(hours=0.1, processes=3)
    job = read_job_file(taken["file"].encode(), "it").job
    assert 0.1 * 3 * 3600 <= taken["cpu_seconds"] < 2 * 0.1 * 3 * 3600
    assert len(job.assignments) == taken["assignments"] >= 12
    assert sum(one.curves for one in job.assignments) == taken["curves"]
    assert job.assignments[0].before
    assert taken["message"].endswith(
        "No curves of 'cluster' were timed here yet: that is at the speed of a core of 2020."
    )
    live = client.get("/api/v1/work/status/cluster").json()["work_assignments"]
    assert {one["status"] for one in live} == {"assigned"}
    assert job.part(1, 3) + job.part(2, 3) + job.part(3, 3) != list(job.assignments)
    assert {one.work_id for part in (1, 2, 3) for one in job.part(part, 3)} == {one.work_id for one in job.assignments}


def test_a_question_that_is_sent_again_takes_nothing_more(known, take):
    known(NUMBER, target_t_level=40)
    first, again = take(key="k"), take(key="k")
    assert first["job"] == again["job"]
    before, after = (read_job_file(one["file"].encode(), "it").job for one in (first, again))
    assert [one.work_id for one in before.assignments] == [one.work_id for one in after.assignments]
    assert take(key="another")["job"] != first["job"]


def test_a_job_whose_time_is_over_is_not_taken_again(known, take, monkeypatch):
    known(NUMBER, target_t_level=40)
    first = take(key="k")
    monkeypatch.setattr(jobs, "now", lambda: from_iso(first["ends_at"]))
    refusal = take(key="k", status=409)["detail"]
    assert refusal == f"The job {first['job']} was taken before, and its time is over; take another."


@pytest.mark.parametrize(("most", "many"), [("MOST_ASSIGNMENTS", 3), ("MOST_DIGITS", 3 * len(str(NUMBER)))])
def test_what_does_not_fit_into_one_job_is_left_for_another(known, take, monkeypatch, most, many):
    known(NUMBER, target_t_level=40)
    monkeypatch.setattr(job_files, most, many)
    taken = take(hours=0.1, processes=3)
    assert (taken["assignments"], len(read_job_file(taken["file"].encode(), "it").job.assignments)) == (3, 3)
    assert taken["message"].startswith("More than 3 assignments do not fit into one job; take another beside it. ")
    assert take(hours=0.1, processes=3)["assignments"] == 3


def test_results_are_taken_in_any_order_and_once(client, known, take):
    known(NUMBER, target_t_level=20)
    file = take(hours=0.01)["file"]
    job = read_job_file(file.encode(), "it").job
    for _ in range(2):
        for one in reversed(job.assignments):
            ran(client, one, 1_000 * job.assignments.index(one))
    composite = client.get(f"/api/v1/composites/{known(NUMBER)['id']}").json()
    assert sum(row["curves"] for row in composite["effort"]) == sum(one.curves for one in job.assignments)
    assert {one["status"] for one in standing(client, file)["assignments"]} == {"completed"}


def test_curves_on_a_number_that_was_factored_meanwhile_are_credited(client, known, take):
    number = FACTOR * (10**40 + 121)
    known(number, target_t_level=20)
    job = read_job_file(take(hours=0.01, processes=1)["file"].encode(), "it").job
    found = {"client_id": "alice", "composite": str(number), "b1": 2000, "curves_completed": 1}
    factor = {"factor": str(FACTOR), "sigma": "77"}
    work = client.get("/api/v1/work/request", params={"client_id": "alice"}).json()
    report = {"work_assignment_id": job.assignments[0].work_id, "sigmas": ["77"], "factors_found": [factor]}
    assert client.post("/api/v1/results/ecm", json={**found, **report}).status_code == 200, work
    answer = ran(client, job.assignments[-1], 5_000).json()
    assert answer["credited_curves"] == job.assignments[-1].curves


def test_what_is_not_a_job_of_this_log_is_refused(client, known, take, serving_in, tmp_path_factory):
    known(NUMBER, target_t_level=20)
    file = take(hours=0.01)["file"]
    read = read_job_file(file.encode(), "it")
    longer = whole(written(msgspec.structs.replace(read.job, ends_at="2100-01-01T00:00:00Z")), read.signature)
    assert "signature does not hold" in standing(client, longer.decode(), 400)["detail"]
    assert "not the whole of one" in standing(client, file[:-40], 400)["detail"]
    assert "What was sent is not a job file" in standing(client, json.dumps({"a": 1}), 400)["detail"]
    with serving_in(tmp_path_factory.mktemp("other")) as other:
        assert "was taken from another coordinator" in standing(other, file, 400)["detail"]


def test_a_job_of_somebody_else_is_refused(client, known, take):
    known(NUMBER, target_t_level=20)
    keys = [
        client.post("/api/v1/admin/keys", json={"roles": ["work"], "label": who}, headers=KEYS).json()["key"]
        for who in ("a", "b")
    ]
    body = {"client_id": "cluster", "hours": 0.01, "processes": 1}
    mine, other = ({"X-API-Key": key} for key in keys)
    file = client.post("/api/v1/work/jobs", json=body, headers=mine).json()["file"]
    assert standing(client, file, headers=mine)["assignments"]
    refusal = standing(client, file, 403, headers=other)["detail"]
    assert refusal.endswith("hand it in with the key that took it, or another of the same user.")


def test_how_long_a_job_may_be_is_set(serving):
    with serving(longest_job_hours=2) as client:
        body = {"client_id": "cluster", "hours": 3, "processes": 1}
        answer = client.post("/api/v1/work/jobs", json=body)
        assert answer.status_code == 400
        assert answer.json()["detail"] == "A job of 3 hours is too long; up to 2 hours are handed out here."


def test_without_work_there_is_no_job(take):
    taken = take()
    assert (taken["file"], taken["assignments"]) == (None, 0)
    assert "submit composites" in taken["message"]
