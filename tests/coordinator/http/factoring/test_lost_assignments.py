"""What was done under an assignment that the log does not know, as one that was restored from a backup does not."""

import pytest

NUMBER = (10**44 + 31) * (10**45 + 9)
LOST = "0a3dea04-0000-4000-8000-000000000000"
CURVES = {
    "work_assignment_id": LOST, "client_id": "ann", "b1": 2000, "parametrization": 1, "curves_completed": 2,
    "sigmas": ["7", "8"],
}  # fmt: skip
RUN = {"work_assignment_id": LOST, "client_id": "ann", "method": "pm1", "b1": 50_000}
REPORTS = pytest.mark.parametrize(("address", "report"), [("ecm", CURVES), ("attempt", RUN)], ids=["curves", "P-1"])


def reported(client, address, report, key=""):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"/api/v1/results/{address}", json=report, headers=headers)


@REPORTS
def test_what_names_its_number_counts(client, known, address, report):
    known(NUMBER)
    answer = reported(client, address, {**report, "composite": str(NUMBER)}, key="once")
    assert answer.status_code == 200, answer.text
    assert answer.json()["composite_id"] == 1
    assert reported(client, address, {**report, "composite": str(NUMBER)}, key="once").json() == answer.json()
    assert client.get(f"/api/v1/stats/{NUMBER}").json()["ecm_work"]["total_curves"] == report.get("curves_completed", 0)


@REPORTS
def test_what_does_not_is_refused(client, known, address, report):
    known(NUMBER)
    answer = reported(client, address, report)
    assert (answer.status_code, answer.json()["detail"]) == (404, f"There is no assignment '{LOST}'.")


@REPORTS
def test_so_is_what_was_done_on_a_number_that_is_lost_too(client, address, report):
    answer = reported(client, address, {**report, "composite": str(NUMBER)})
    assert answer.status_code == 404
    assert "is not known here" in answer.json()["detail"]


@REPORTS
def test_where_an_assignment_is_known_its_number_is_meant_or_none(client, known, address, report):
    known("10^89+3")
    work = client.get("/api/v1/work/request", params={"client_id": "ann"}).json()
    report = {**report, "work_assignment_id": work["work_assignment_id"]}
    answer = reported(client, address, {**report, "composite": "2^311-1"})
    assert answer.status_code == 400
    assert answer.json()["detail"] == (
        "composite is 4171…6047 (94 digits), and the assignment is of 1126…1507 (81 digits); that number is accepted, one"
        " that it is a part of, what is left of it without primes that are known, or none. What was run on another one counts for"
        " that when no assignment is named."
    )
    for composite in (None, "10^89+3", str(10**89 + 3), work["composite"]):
        answer = reported(client, address, {**report, "composite": composite})
        assert answer.status_code == 200, answer.text
        assert answer.json()["composite_id"] == work["composite_id"]


@REPORTS
def test_what_was_run_on_a_part_counts_for_the_whole_where_primes_alone_are_missing(client, known, address, report):
    found, left, other = 10**15 + 37, 10**44 + 31, 10**45 + 9
    known(found * left * other)
    work = client.get("/api/v1/work/request", params={"client_id": "ann"}).json()
    report = {**report, "work_assignment_id": work["work_assignment_id"]}
    for composite, status in ((found, 400), (left, 400), (left * other, 200)):
        assert reported(client, address, {**report, "composite": composite}).status_code == status
    curves = client.get(f"/api/v1/stats/{found * left * other}").json()["ecm_work"]["total_curves"]
    assert curves == report.get("curves_completed", 0)
