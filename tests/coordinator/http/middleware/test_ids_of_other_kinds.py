"""Wherever an id is asked for, the ids of other kinds of things get a sentence: never a fault, and nothing is done to them."""

import itertools

import gmpy2
import pytest

from tests.residue_files import residue_file

P64 = 10**63 + 121
_LENGTHS = itertools.count(20)


@pytest.fixture(scope="module")
def client(serving_in, tmp_path_factory):
    """A client of the coordinator of all tests here."""
    with serving_in(tmp_path_factory.mktemp("data")) as client:
        yield client


@pytest.fixture
def number(known):
    """A composite on record, on which something was done elsewhere."""
    number = gmpy2.next_prime(3 * 10 ** next(_LENGTHS)) * P64
    known(number, target_t_level=40, prior_t_level=12)
    return int(number)


@pytest.fixture
def claimed(client, number, hand_in):
    """A residue file that bob has claimed, of this number."""
    attempt = hand_in(number, b2=0)["attempt_id"]
    file = {"file": ("residue.txt", residue_file(number, range(101, 111)), "text/plain")}
    answer = client.post(
        "/api/v1/residues/upload", params={"stage1_attempt_id": attempt}, files=file, headers={"X-Client-ID": "alice"}
    )
    assert answer.status_code == 200, answer.text
    only = {"min_digits": len(str(number)), "max_digits": len(str(number))}
    claimed = client.get("/api/v1/residues/work", params=only, headers={"X-Client-ID": "bob"}).json()
    assert claimed["residue_id"] == answer.json()["residue_id"]
    return claimed["residue_id"]


def prior_of(client, number):
    """Return the id of the declaration of what was done elsewhere."""
    composite = client.get("/api/v1/composites", params={"search": str(number)}).json()["composites"][0]
    attempts = client.get(f"/api/v1/composites/{composite['id']}").json()["attempts"]
    return next(attempt["id"] for attempt in attempts if attempt["method"] == "prior")


@pytest.mark.parametrize("kind", ["prior", "pm1", "curves of another number", "none"])
def test_a_stage_2_is_completed_and_a_stage_1_named_only_by_reports_of_their_curves(
    client, number, claimed, known, hand_in, kind
):
    other = int(gmpy2.next_prime(3 * 10 ** next(_LENGTHS)) * P64)
    known(other)
    attempt = {
        "prior": lambda: prior_of(client, number),
        "pm1": lambda: hand_in(number, method="pm1", b1=50_000, curves_completed=1)["attempt_id"],
        "curves of another number": lambda: hand_in(other)["attempt_id"],
        "none": lambda: 7_777_777,
    }[kind]()
    named = {"json": {"stage2_attempt_id": attempt}}
    answer = client.post(f"/api/v1/residues/{claimed}/complete", headers={"X-Client-ID": "carol"}, **named)
    assert answer.status_code == 403, answer.text
    answer = client.post(f"/api/v1/residues/{claimed}/complete", headers={"X-Client-ID": "bob"}, **named)
    due = 404 if kind in {"prior", "none"} else 400
    assert (answer.status_code, "attempt" in answer.json()["detail"]) == (due, True), answer.text
    uploaded = client.post(
        "/api/v1/residues/upload",
        params={"stage1_attempt_id": attempt},
        files={"file": ("residue.txt", residue_file(number, range(201, 204)), "text/plain")},
        headers={"X-Client-ID": "alice"},
    )
    assert uploaded.status_code == 200, uploaded.text
    assert uploaded.json()["message"].endswith("and the file tells nothing of it.")
    kept = client.get(f"/api/v1/residues/{uploaded.json()['residue_id']}").json()
    assert kept["stage1_attempt_id"] is None
    assert client.get(f"/api/v1/residues/{claimed}").json()["claimed_by"] == "bob"


def test_work_is_claimed_reported_and_ended_only_by_the_id_of_an_assignment(client, number, claimed, admin, ask):
    """A claim on a residue file and a reservation have ids like those of assignments, and stand in the log for all to see."""
    only = {"min_digits": len(str(number)), "max_digits": len(str(number))}
    reserved = client.post(
        "/api/v1/admin/work/reserve",
        json={"composite_identifier": str(number), "client_id": "bob", "method": "nfs"},
        headers=admin,
    ).json()["work_id"]
    events = client.get("/api/v1/events", params={"type": "factoring.residue_claimed.v1"}).json()["events"]
    claim = next(event["data"]["claim"] for event in events if event["data"]["residue"] == claimed)
    assert ask("carol", "p1-work", **only)["work_id"] is None
    for work in (claim, reserved, "no-work", str(claimed), "%00"):
        reports = {"work_assignment_id": work, "client_id": "bob", "curves_completed": 1, "b1": 2_000}
        answers = [
            client.post(f"/api/v1/work/{work}/claim", params={"client_id": "bob"}),
            client.post(f"/api/v1/work/{work}/start", params={"client_id": "bob"}),
            client.post(f"/api/v1/work/{work}/complete", params={"client_id": "bob"}),
            client.put(f"/api/v1/work/{work}/progress", params={"client_id": "bob", "curves_completed": 3}),
            client.delete(f"/api/v1/work/{work}", params={"client_id": "bob"}),
            client.post("/api/v1/results/ecm", json=reports),
        ]
        told = [(answer.status_code, answer.text) for answer in answers]
        assert [status for status, _ in told] == [404] * len(told), (work, told)
        assert all(answer.json()["detail"] for answer in answers)
    assert client.get(f"/api/v1/residues/{claimed}").json()["claimed_by"] == "bob"
    for work in (claim, "no-work"):
        for method, address in (("DELETE", "assignments"), ("POST", "release")):
            answer = client.request(method, f"/api/v1/admin/work/{address}/{work}", headers=admin)
            assert (answer.status_code, bool(answer.json()["detail"])) == (404, True), answer.text
    assert client.get(f"/api/v1/residues/{claimed}").json()["claimed_by"] == "bob"
