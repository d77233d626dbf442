"""The addresses of counting: those of the Distributed Prime Counter, and those of the workers."""

import uuid

import pytest

from coordinator.time.wallclock import now
from core.timestamps import SECOND, from_iso
from tests.waiting import until

PI = {0: 0, 50_000: 5133, 100_000: 9592, 100_003: 9593}


def submitted(client, n=100_000, chunks=2):
    response = client.post("/api/count-primes", json={"n": n, "chunks": chunks, "extra": "ignored"})
    assert response.status_code == 202, response.text
    assert response.json()["status"] == "PENDING"
    return response.json()["job_id"]


def asked(client, name="alice", **query):
    response = client.get("/api/v1/counting/work", params={"client_id": name, **query})
    assert response.status_code == 200, response.text
    return response.json()


def reported(client, work, name="alice", **changes):
    counts = {"pi_before": PI[work["a"] - 1], "pi_last": PI[work["b"]]}
    body = {"client_id": name, "job_id": work["job_id"], "chunk": work["chunk"], **counts, **changes}
    return client.post("/api/v1/counting/results", json=body)


def test_who_does_not_ask_for_less_keeps_a_chunk_for_as_long_as_the_setting_says(client):
    """Workers of earlier versions, and those written by hand, may not show themselves at all meanwhile."""
    submitted(client)
    assert asked(client)["lease_seconds"] == 120
    brief = asked(client, "bob", lease_seconds=12)
    assert brief["lease_seconds"] == 12
    address = f"/api/v1/counting/work/{brief['lease']}/progress"
    extended = client.put(address, params={"client_id": "bob", "lease_seconds": 86_400}).json()
    assert 108 * SECOND <= from_iso(extended["expires_at"]) - from_iso(brief["expires_at"]) < 120 * SECOND


def test_a_job_is_counted_chunk_by_chunk(client):
    job = submitted(client)
    assert uuid.UUID(job)
    status = client.get(f"/api/jobs/{job}").json()
    assert status == {
        "job_id": job,
        "state": "PENDING",
        "progress": {"completed": 0, "total": 2},
        "result": None,
        "error": None,
        "message": status["message"],
    }
    first = asked(client)
    assert (first["a"], first["b"], first["chunk"]) == (1, 50_000, 1)
    assert client.get(f"/api/jobs/{job}").json()["state"] == "STARTED"
    assert reported(client, first, cpu_seconds=0.1).json()["status"] == "counted"
    status = client.get(f"/api/jobs/{job}").json()
    assert (status["state"], status["progress"]["completed"]) == ("PROGRESS", 1)
    answer = reported(client, asked(client))
    assert answer.json() == {"job_id": job, "chunk": 2, "status": "counted", "state": "SUCCESS"}
    assert "Tallystick-Position" in answer.headers
    status = client.get(f"/api/jobs/{job}").json()
    assert (status["result"]["prime_count"], status["result"]["n"]) == (9592, 100_000)
    assert status["result"]["duration_sec"] >= 0
    assert asked(client)["lease"] is None
    until(lambda: client.get("/health").json()["workers"] == 1)  # who was seen at a desk, its office hears in a moment


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"n": 9_999}, "n is 9999; a whole number from 10000 to 1000000000000000000 is accepted."),
        ({"n": -1}, "n is -1; a whole number from 10000 to"),
        ({"n": 1.5}, "n is 1.5; a whole number from 10000 to 1000000000000000000 is accepted."),
        (
            {"n": 1e18},
            "n is 1e+18 in floating point; a whole number from 10000 to 1000000000000000000 is accepted.",
        ),
        ({"n": "abc"}, "n is 'abc'; a whole number from 10000 to 1000000000000000000 is accepted."),
        ({"n": 10**20}, "n is 100000000000000000000; a whole number from 10000 to"),
        ({"n": "9" * 5_000}, "n is 9999…9999 (5000 digits); a whole number from 10000 to"),
        ({"n": 200_000, "chunks": 1.5}, "chunks is 1.5; a whole number from 1 to 128 is accepted."),
        ({"n": 200_000, "chunks": 0}, "chunks is 0; a whole number from 1 to 128 is accepted."),
        ({"n": 200_000, "chunks": 129}, "chunks is 129; a whole number from 1 to 128 is accepted."),
        ({"chunks": 2}, "n is missing; the number up to which to count is required."),
    ],
)
def test_a_job_that_is_out_of_bounds_is_refused_by_the_rule(client, body, detail):
    response = client.post("/api/count-primes", json=body)
    assert response.status_code == 400
    assert response.json()["detail"].startswith(detail)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("9007199254740993.0", "'9007199254740993.0'"),
        ("9007199254740992.6", "'9007199254740992.6'"),
        ("20000.00000000000000000001", "'20000.00000000000000000001'"),
        (2.0**53, "9007199254740992.0 in floating point"),
    ],
)
def test_a_number_that_floating_point_would_round_is_refused(client, said, shown):
    refused = client.post("/api/count-primes", json={"n": said})
    assert refused.status_code == 400
    assert refused.json()["detail"] == f"n is {shown}; a whole number from 10000 to {10**18} is accepted."


@pytest.mark.parametrize(
    ("said", "n"), [("9007199254740993", 2**53 + 1), ("9007199254740992.0", 2**53), ("1e5", 10**5), (1e5, 10**5)]
)
def test_whole_numbers_are_taken_as_they_are_written(client, said, n):
    submitted(client, said, 1)
    assert asked(client)["b"] == n


def test_the_ceiling_is_as_it_is_set(serving):
    with serving(counting_ceiling=10**30) as client:
        job = submitted(client, 2**64, 4)
        for said in ("", 10**31):
            refused = client.post("/api/count-primes", json={"n": said}).json()["detail"]
            assert refused == f"n is {said!r}; a whole number from 10000 to {10**30} is accepted."
        assert asked(client)["b"] == 2**62
        assert client.get(f"/api/jobs/{job}").json()["state"] == "STARTED"


def test_an_unknown_job_is_not_found(client):
    for response in (client.get("/api/jobs/nothing"), client.delete("/api/jobs/nothing")):
        assert response.status_code == 404
        assert response.json()["detail"] == "There is no job 'nothing'."


def test_jobs_are_listed_in_pages_and_by_state(client):
    jobs = [submitted(client) for _ in range(3)]
    client.delete(f"/api/jobs/{jobs[0]}")
    page = client.get("/api/jobs", params={"size": 2, "page": 1}).json()
    assert ([job["job_id"] for job in page["jobs"]], page["total"], page["size"]) == (jobs[:0:-1], 3, 2)
    revoked = client.get("/api/jobs", params={"state": "REVOKED"}).json()
    assert [job["job_id"] for job in revoked["jobs"]] == jobs[:1]
    assert client.get("/api/jobs", params={"state": "LOST"}).status_code == 400


def test_a_cancelled_job_takes_nothing_more(client):
    job = submitted(client)
    work = asked(client)
    assert client.delete(f"/api/jobs/{job}").json() == {"job_id": job, "state": "REVOKED"}
    assert client.delete(f"/api/jobs/{job}").status_code == 200
    assert reported(client, work).status_code == 409
    status = client.put(f"/api/v1/counting/work/{work['lease']}/progress", params={"client_id": "alice"}).json()
    assert status["status"] == "revoked"


def test_a_chunk_is_kept_and_handed_back(client):
    submitted(client)
    work = asked(client)
    address = f"/api/v1/counting/work/{work['lease']}"
    assert client.put(f"{address}/progress", params={"client_id": "alice"}).json()["status"] == "updated"
    assert client.delete(address).json()["status"] == "released"
    assert client.put(f"{address}/progress", params={"client_id": "alice"}).json()["status"] == "released"
    assert asked(client, "bob")["chunk"] == 1
    assert client.delete("/api/v1/counting/work/nothing").status_code == 404


def test_whoever_asks_again_with_the_same_key_gets_the_same_chunk(client):
    submitted(client)
    headers = {"Idempotency-Key": "once"}
    answers = [
        client.get("/api/v1/counting/work", params={"client_id": "alice"}, headers=headers).json() for _ in range(2)
    ]
    assert answers[0] == answers[1]


def test_a_count_by_a_stranger_is_counted_once_more(client):
    job = submitted(client)
    work = asked(client)
    assert reported(client, work, "stranger").json()["status"] == "unconfirmed"
    assert client.get(f"/api/jobs/{job}").json()["progress"]["completed"] == 0
    assert reported(client, work).json()["status"] == "counted"


def test_a_count_that_came_too_late_finishes_the_chunk_when_its_sender_holds_it_again(client):
    """Word for word the same, without a key: a holder's report is no resend, for the first would have ended the lease."""
    job = submitted(client, n=10_000, chunks=1)
    work, body = asked(client), {"client_id": "alice", "job_id": job, "chunk": 1, "pi_before": 0, "pi_last": 1229}

    def report():
        return client.post("/api/v1/counting/results", json=body).json()["status"]

    client.delete(f"/api/v1/counting/work/{work['lease']}")
    assert [report(), report()] == ["unconfirmed", "unconfirmed"]
    assert asked(client)["chunk"] == 1
    assert [report(), report()] == ["counted", "counted"]
    assert client.get(f"/api/jobs/{job}").json()["result"]["prime_count"] == 1229


def test_two_different_counts_fail_the_job_with_both_values(client):
    job = submitted(client)
    items = [
        {
            "type": "counting.chunk_counted",
            "id": "1",
            "client_id": name,
            "job_id": job,
            "chunk": 1,
            "pi_before": 0,
            "pi_last": last,
        }
        for name, last in (("alice", 5133), ("bob", 5134))
    ]
    results = client.post("/api/v1/events", json=items).json()["results"]
    assert [result["status"] for result in results] == ["accepted", "accepted"]
    status = client.get(f"/api/jobs/{job}").json()
    assert status["state"] == "FAILURE"
    assert "5133" in status["error"]
    assert "5134" in status["error"]
    events = client.get("/api/v1/events", params={"stream": f"job-{job}"}).json()["events"]
    assert [event["type"] for event in events[1:]] == [
        "counting.chunk_counted.v1",
        "counting.chunk_counted.v1",
        "counting.counts_disagreed.v1",
        "counting.job_failed.v1",
    ]


def test_a_chunk_that_can_not_be_counted_fails_the_job(client):
    job = submitted(client)
    work = asked(client)
    failure = reported(client, work, pi_before=None, pi_last=None, error="the library gave up.")
    assert failure.json()["state"] == "FAILURE"
    assert client.get(f"/api/jobs/{job}").json()["error"].endswith("the library gave up.")


@pytest.mark.parametrize(
    "changes",
    [
        {"pi_before": None},
        {"error": "both"},
        {"chunk": 3},
        {"chunk": 0},
        {"pi_last": 60_000},
        {"pi_before": -1},
        {"pi_last": "x"},
        {"cpu_seconds": -1},
        {"client_id": ""},
    ],
)
def test_a_report_that_can_not_be_is_refused(client, changes):
    submitted(client)
    assert reported(client, asked(client), **changes).status_code == 400


def test_work_and_jobs_need_their_roles(serving):
    with serving(allow_anonymous=()) as client:
        assert client.post("/api/count-primes", json={"n": 10_000}).status_code == 401
        assert client.get("/api/v1/counting/work", params={"client_id": "a"}).status_code == 401
        assert client.get("/api/jobs").status_code == 401


def test_a_count_that_is_in_no_table_is_checked_before_it_is_told(client):
    job = submitted(client, n=100_003, chunks=1)
    reported(client, asked(client))
    status = client.get(f"/api/jobs/{job}").json()
    assert (status["state"], status["progress"]["completed"], status["result"]) == ("PROGRESS", 1, None)
    assert status["message"].startswith("Every chunk is counted; another worker")
    assert asked(client)["lease"] is None
    check = asked(client, "bob")
    assert (check["check"], check["chunk"], check["a"], check["b"]) == (True, 2, 1, 100_003)
    answer = reported(client, check, "bob", sieved=True)
    assert (answer.json()["status"], answer.json()["state"]) == ("checked", "SUCCESS")
    assert client.get(f"/api/jobs/{job}").json()["result"]["prime_count"] == 9593


def test_who_is_alone_checks_its_own_count_after_the_clock_was_set_back(client, monkeypatch):
    """By such a clock the coordinator is yet to start."""
    submitted(client, n=100_003, chunks=1)
    reported(client, asked(client))
    assert asked(client)["lease"] is None
    monkeypatch.setattr("coordinator.http.counting.work.now", lambda: now() - 3_600 * SECOND)
    assert asked(client)["check"]


def test_who_is_alone_checks_its_own_count(client, monkeypatch):
    monkeypatch.setattr("coordinator.http.counting.work._FINDING_BACK", 0)
    submitted(client, n=100_003, chunks=1)
    reported(client, asked(client))
    check = asked(client)
    assert reported(client, check, pi_last=9594).json()["status"] == "failed"
