"""What factoring takes at the bulk address."""

import pytest

NUMBER = str((10**44 + 31) * (10**45 + 9))
SUBMITTED = {"type": "factoring.composite_submitted", "id": "n", "client_id": "ann", "number": NUMBER}
RUN = {"type": "factoring.curves_run", "client_id": "ann", "composite": NUMBER, "b1": 2000, "param": 1, "curves": 1}


def results(client, *items):
    answer = client.post("/api/v1/events", json=items)
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]


def test_curves_may_come_behind_the_number_that_they_were_run_on(client):
    found = results(
        client,
        SUBMITTED,
        *({**RUN, "id": f"c{sigma}", "sigmas": [sigma]} for sigma in (7, 8)),
        {**SUBMITTED, "id": "bad", "number": "9^9^9"},
    )
    assert [result["status"] for result in found] == ["accepted", "accepted", "accepted", "refused"]
    positions = [result["position"] for result in found[:3]]
    assert positions == sorted(positions)
    work = client.get(f"/api/v1/stats/{NUMBER}").json()["ecm_work"]
    assert work["effort_by_level"] == [{"b1": 2000, "curves": 2}]


def test_null_says_the_same_as_leaving_a_field_out(client):
    optional = ("b2", "work_assignment_id", "sigmas", "checksums", "factors", "cpu_seconds", "program", "occurred_at")
    nulls = dict.fromkeys(("target_t_level", "priority", "project", "prior_t_level", "work", "occurred_at"))
    submitted, run, again = results(
        client, SUBMITTED | nulls, RUN | {"id": "c"} | dict.fromkeys(optional), RUN | {"id": "c"}
    )
    assert submitted["status"] == run["status"] == "accepted"
    assert again["status"] == "duplicate"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"cpu_seconds": -1}, "cpu_seconds is -1"),
        ({"cpu_seconds": 1e308}, "cpu_seconds is 1e+308"),
        ({"sigmas": ["5"], "checksums": [-1]}, "The checksum -1 is out of bounds"),
        ({"sigmas": ["5"], "checksums": [2**32]}, "The checksum 4294967296 is out of bounds"),
        ({"program": "x" * 201}, "text of at most 200 characters"),
    ],
)
def test_curves_out_of_bounds_are_refused_by_what_is_wrong(client, fields, sentence):
    submitted, run = results(client, SUBMITTED, RUN | {"id": "c"} | fields)
    assert (submitted["status"], run["status"]) == ("accepted", "refused")
    assert sentence in run["error"]


def test_the_ceiling_for_numbers_is_the_one_that_was_set(serving):
    with serving(number_ceiling_digits=50) as client:
        (result,) = results(client, SUBMITTED)
    assert "at most 50 digits are accepted" in result["error"]


def test_the_number_of_curves_may_be_written_as_it_was_submitted(client):
    written = "2^257 - 1"
    submitted, run, wrong = results(
        client,
        SUBMITTED | {"number": written},
        RUN | {"id": "c", "composite": written},
        RUN | {"id": "d", "composite": "2^"},
    )
    assert (submitted["status"], run["status"], wrong["status"]) == ("accepted", "accepted", "refused")
    assert client.get(f"/api/v1/stats/{2**257 - 1}").json()["ecm_work"]["total_curves"] == 1


def test_a_factor_that_is_refused_is_named_though_the_curves_count_and_so_when_they_come_again(client):
    factors = [{"factor": "12"}, {"factor": str(10**44 + 31)}, {"factor": "abc"}]
    _, run, again = results(client, SUBMITTED, *[RUN | {"id": "c", "factors": factors}] * 2)
    assert (run["status"], again["status"]) == ("accepted", "duplicate")
    twelve, letters = run["errors"]
    assert twelve.startswith("The factor 12 does not divide")
    assert letters.startswith("The factor 'abc' is not a number")
    assert again["errors"] == run["errors"]
    assert "error" not in run
