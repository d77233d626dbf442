"""Residue files behind the HTTP door: handed in, claimed, fetched, completed, taken away."""

import hashlib

import pytest

from coordinator.http import commanding
from coordinator.http.factoring import residue_custody
from core.timestamps import SECOND
from tests.residue_files import residue_file, residue_line

P16, P20, P64 = 10**15 + 37, 10**19 + 51, 10**63 + 121
N = P16 * P64
SIGMAS = range(101, 111)
FILE = residue_file(N, SIGMAS)


@pytest.fixture
def upload(client):
    """A function that hands a residue file in."""

    def upload(content=FILE, *, status=200, username="alice", **query):
        answer = client.post(
            "/api/v1/residues/upload",
            params={"expiry_days": 7, **query},
            files={"file": ("residue.txt", content, "text/plain")},
            headers={"X-Client-ID": username},
        )
        assert answer.status_code == status, answer.text
        return answer.json()

    return upload


@pytest.fixture
def claim(client):
    """A function that claims a residue file."""

    def claim(username="bob", *, status=200, **query):
        answer = client.get("/api/v1/residues/work", params=query, headers={"X-Client-ID": username})
        assert answer.status_code == status, answer.text
        return answer.json()

    return claim


@pytest.fixture
def at(client):
    """A function that calls an address of a residue file."""

    def at(method, address, username="bob", *, status=200, **options):
        answer = client.request(method, f"/api/v1/residues/{address}", headers={"X-Client-ID": username}, **options)
        assert answer.status_code == status, answer.text
        return answer

    return at


@pytest.fixture
def stage_1(known, hand_in):
    """The report of ten curves of stage 1, whose sigmas it does not tell."""
    known(N, target_t_level=40)
    return hand_in(N, b2=0, parametrization=3, execution_time=0)


def stage_2(hand_in, residue=1, **fields):
    fields = {"client_id": "bob-box2", "raw_output": f"Stage 2 from residue {residue}", "b2": 1_100_000, **fields}
    return hand_in(N, **fields)


def test_stage_2_takes_the_place_of_stage_1(stage_1, upload, claim, at, hand_in, standing):
    uploaded = upload(stage1_attempt_id=stage_1["attempt_id"])
    assert {
        "residue_id": 1,
        "composite_id": stage_1["composite_id"],
        "composite": str(N),
        "b1": 11000,
        "parametrization": 1,
        "curve_count": 10,
        "file_size_bytes": len(FILE),
    }.items() <= uploaded.items()
    work = claim(claim_timeout_hours=24)
    assert (work["residue_id"], work["composite"], work["digit_length"]) == (1, str(N), len(str(N)))
    assert (work["b1"], work["curve_count"], work["suggested_b2"]) == (11000, 10, 1_100_000)
    assert (work["parametrization"], work["stage1_attempt_id"]) == (1, stage_1["attempt_id"])
    assert at("GET", "1/download").content == FILE
    assert at("GET", "1").json()["status"] == "claimed"
    done = stage_2(hand_in)
    assert standing(N)["ecm_work"]["total_curves"] == 10
    completed = at("POST", "1/complete", json={"stage2_attempt_id": done["attempt_id"]}).json()
    assert (completed["stage1_attempt_id"], completed["stage2_attempt_id"]) == (1, done["attempt_id"])
    assert completed["new_t_level"] == standing(N)["current_t_level"] == done["current_t_level"]
    shown = at("GET", "1").json()
    assert (shown["status"], shown["client_id"], shown["claimed_by"]) == ("completed", "alice", "bob")
    assert claim()["residue_id"] is None


def test_the_checksum_of_the_file_stands_for_a_claim(stage_1, upload, hand_in, standing):
    upload(stage1_attempt_id=stage_1["attempt_id"])
    checksum = hashlib.sha256(FILE).hexdigest()
    stage_2(hand_in, client_id="carol", raw_output="", residue_checksum=checksum, parametrization=None)
    assert standing(N)["ecm_work"]["total_curves"] == 10


def test_without_a_claim_a_mention_is_ordinary_work(stage_1, upload, hand_in, standing):
    upload(stage1_attempt_id=stage_1["attempt_id"])
    stage_2(hand_in, client_id="carol")
    assert standing(N)["ecm_work"]["total_curves"] == 20


def test_a_part_of_stage_2_counts_and_the_file_stays(stage_1, upload, claim, at, hand_in, client):
    upload(stage1_attempt_id=stage_1["attempt_id"])
    claim()
    part = stage_2(hand_in, curves_completed=4)
    effort = client.get(f"/api/v1/composites/{part['composite_id']}").json()["effort"]
    assert [(row["b2"], row["curves"]) for row in effort] == [(0, 6), (1_100_000, 4)]
    refused = at("POST", "1/complete", status=400, json={"stage2_attempt_id": part["attempt_id"]}).json()
    assert "4 of the 10" in refused["detail"]
    assert at("DELETE", "1/claim").json() == {
        "residue_id": 1,
        "status": "available",
        "message": "The residue file can be claimed by others.",
    }
    assert claim("carol")["residue_id"] == 1


def test_a_resend_of_stage_2_is_the_same_result(stage_1, upload, claim, at, hand_in):
    upload(stage1_attempt_id=stage_1["attempt_id"])
    claim()
    first = stage_2(hand_in)
    at("POST", "1/complete", json={"stage2_attempt_id": first["attempt_id"]})
    assert stage_2(hand_in) == first


def test_more_curves_than_fit_into_one_report_are_completed_by_the_first_of_its_attempts(
    known, hand_in, upload, claim, at, standing
):
    known(N, target_t_level=45)
    reported = hand_in(N, b2=0, curves_completed=2_500)
    upload(residue_file(N, range(1, 2_501)), stage1_attempt_id=reported["attempt_id"])
    claim()
    done = stage_2(hand_in, curves_completed=2_500)
    assert done["credited_curves"] == 2_500
    at("POST", "1/complete", json={"stage2_attempt_id": done["attempt_id"]})
    assert standing(N)["ecm_work"]["total_curves"] == 2_500


def test_the_same_file_again_is_the_first_one(stage_1, upload, client):
    first = upload()
    again = upload(username="carol")
    assert again["residue_id"] == first["residue_id"]
    assert "known" in again["message"]
    assert client.get("/api/v1/residues/stats/summary").json() == {
        "total_available": 1,
        "total_claimed": 0,
        "total_completed": 0,
        "total_expired": 0,
        "total_curves_pending": 10,
    }


def test_a_wrong_checksum_is_named_and_the_other_lines_are_handed_out(stage_1, upload, claim, at):
    lines = [residue_line(N, sigma).encode() for sigma in SIGMAS]
    lines[3] = lines[3].replace(b"B1=11000", b"B1=11001")
    uploaded = upload(b"".join(lines))
    assert uploaded["curve_count"] == 9
    assert "line 4: CHECKSUM" in uploaded["message"]
    claim()
    assert at("GET", "1/download").content == b"".join(lines[:3] + lines[4:])


def test_a_cut_line_is_named(stage_1, upload):
    uploaded = upload(FILE[:-120])
    assert uploaded["curve_count"] == 9
    assert "line 10" in uploaded["message"]


def test_a_missing_param_is_put_in_and_said_so(stage_1, upload, claim, at):
    uploaded = upload(residue_file(N, SIGMAS, param=None))
    assert (uploaded["curve_count"], uploaded["parametrization"]) == (10, 1)
    assert "-param" in uploaded["message"]
    claim()
    served = at("GET", "1/download").content
    assert served == FILE
    assert hashlib.sha256(served).hexdigest() == at("GET", "1").json()["sha256"]


def test_prime95_files_are_taken_with_their_b1(known, upload):
    number = 0x1FFFFFFFFFFFFFFF0000000000000001
    known(number)
    content = f"N={number:#x}; QX=0x1a2b3c; SIGMA=8371286187311\n".encode()
    assert "b1" in upload(content, status=400)["detail"]
    assert upload(content, b1=1_000_000)["b1"] == 1_000_000


@pytest.mark.parametrize(
    ("content", "query", "words"),
    [
        (b"", {}, "empty"),
        (b"nonsense\n", {}, "no good residue"),
        (residue_file(N + 2, [7]), {}, "not known here"),
        (residue_file(N, [7]) + residue_file(N + 2, [8]), {}, "one number"),
        (FILE, {"stage1_attempt_id": 2}, "was made on number 2"),
        (FILE, {"stage1_attempt_id": 77}, "77"),
        (FILE, {"stage1_attempt_id": 0}, "stage1_attempt_id"),
        (FILE, {"expiry_days": 31}, "expiry_days"),
    ],
)
def test_a_bad_upload_is_400_with_a_sentence_and_leaves_nothing_behind(
    client, stage_1, known, hand_in, upload, tmp_path, content, query, words
):
    known(P16 * P20)
    hand_in(P16 * P20, b2=0)
    before = client.get("/health").json()["log"]["position"]
    refused = upload(content, status=400, **query)
    assert words in refused["detail"]
    assert client.get("/health").json()["log"]["position"] == before
    assert list((tmp_path / "residues").iterdir()) == []


def test_a_file_beyond_50_megabytes_is_too_large(stage_1, upload, tmp_path):
    assert "52428800" in upload(b"#" * (50 * 1024 * 1024 + 1), status=413)["detail"]
    assert list((tmp_path / "residues").iterdir()) == []


def test_a_request_without_a_client_is_400(client, stage_1, upload):
    upload()
    for method, address in (("GET", "work"), ("GET", "1/download"), ("DELETE", "1/claim")):
        answer = client.request(method, f"/api/v1/residues/{address}")
        assert answer.status_code == 400
        assert "X-Client-ID" in answer.json()["detail"]


def test_only_the_holder_fetches_completes_and_hands_back(stage_1, upload, claim, at, hand_in):
    upload()
    at("GET", "1/download", status=403)
    assert "Nobody" in at("DELETE", "1/claim", status=400).json()["detail"]
    claim()
    at("GET", "1/download", "carol", status=403)
    at("DELETE", "1/claim", "carol", status=400)
    done = stage_2(hand_in)
    at("POST", "1/complete", "carol", status=403, json={"stage2_attempt_id": done["attempt_id"]})
    for attempt in (stage_1["attempt_id"], 99):
        at("POST", "1/complete", status=400, json={"stage2_attempt_id": attempt})
    at("POST", "1/complete", status=400, json={"stage2_attempt_id": 0})


def test_what_does_not_exist_is_said_so(at, claim):
    for method, address, status in (("GET", "7", 404), ("GET", "7/download", 404), ("DELETE", "7/claim", 400)):
        assert "7" in at(method, address, status=status).json()["detail"]
    at("POST", "7/complete", status=404, json={"stage2_attempt_id": 1})
    nothing = claim()
    assert nothing["residue_id"] is None
    assert nothing["message"]


def test_residues_outlive_a_factor_of_their_number(stage_1, upload, claim, hand_in, standing):
    whole = P16 * P20 * P64
    hand_in(whole, b2=0)
    upload(residue_file(whole, SIGMAS), stage1_attempt_id=2)
    hand_in(whole, curves_completed=1, sigma="1:7", factors_found=[{"factor": str(P16), "sigma": "1:7"}])
    assert claim(min_digits=len(str(whole)))["composite"] == str(whole)
    before = standing(P20 * P64)["current_t_level"]
    hand_in(whole, client_id="bob-box2", raw_output="Stage 2 from residue 1", b2=1_100_000)
    assert standing(P20 * P64)["current_t_level"] > before


def test_nobody_is_given_residues_of_what_is_factored(stage_1, upload, claim, hand_in, at):
    upload()
    hand_in(N, curves_completed=1, sigma="1:7", factors_found=[{"factor": str(P16), "sigma": "1:7"}])
    assert claim()["residue_id"] is None
    assert at("GET", "1").json()["status"] == "expired"


@pytest.fixture
def manage(client, admin):
    """A function that calls an address of the administration of residue files."""

    def manage(method, address, *, status=200, **query):
        answer = client.request(method, f"/api/v1/admin/residues/{address}", params=query, headers=admin)
        assert answer.status_code == status, answer.text
        return answer.json()

    return manage


def test_the_pages_show_who_has_which_file_and_the_old_address_leads_there(client, stage_1, upload, claim):
    html = {"Accept": "text/html"}
    empty = client.get("/residues", headers=html).text
    assert "No residue file was handed in yet." in empty
    upload(stage1_attempt_id=stage_1["attempt_id"])
    claim()
    for address in ("/residues", f"/composites/{stage_1['composite_id']}"):
        shown = client.get(address, headers=html).text
        assert "10 at B1 1.1e4" in shown
        assert 'class="status claimed"' in shown
        assert "bob" in shown
    led = client.get("/api/v1/dashboard/residue-status", follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (302, "/residues")


def test_claims_are_counted_apart_from_assignments(client, admin, stage_1, upload, claim):
    upload()
    claim()
    assert client.get("/api/v1/admin/stats/summary", headers=admin).json()["active_assignments"] == 0


def test_only_administrators_manage_residue_files(client):
    for method, address in (("DELETE", "1"), ("POST", "1/release"), ("POST", "cleanup"), ("POST", "cleanup-orphaned")):
        assert client.request(method, f"/api/v1/admin/residues/{address}").status_code == 401


def test_an_administrator_takes_a_file_back_and_removes_it(stage_1, upload, claim, at, manage, tmp_path):
    upload()
    claim()
    assert manage("POST", "1/release", reason="too slow")["status"] == "available"
    assert "Nobody" in manage("POST", "1/release", status=400)["detail"]
    claim()
    assert manage("DELETE", "1")["residue_id"] == 1
    assert list((tmp_path / "residues").iterdir()) == []
    assert "kept no longer" in at("GET", "1/download", status=404).json()["detail"]
    shown = at("GET", "1").json()
    assert (shown["status"], shown["file_kept"]) == ("expired", False)
    manage("DELETE", "1")
    manage("DELETE", "2", status=404)


def test_a_cleanup_removes_only_what_is_done_and_was_kept_long_enough(
    stage_1, upload, claim, at, hand_in, manage, tmp_path, monkeypatch
):
    upload(stage1_attempt_id=stage_1["attempt_id"])
    assert manage("POST", "cleanup")["removed"] == []
    claim()
    done = stage_2(hand_in)
    at("POST", "1/complete", json={"stage2_attempt_id": done["attempt_id"]})
    assert manage("POST", "cleanup")["removed"] == []
    later = residue_custody.now() + 8 * 86_400 * SECOND
    for module in (residue_custody, commanding):
        monkeypatch.setattr(module, "now", lambda: later)
    assert manage("POST", "cleanup")["removed"] == [1]
    assert list((tmp_path / "residues").iterdir()) == []
    assert at("GET", "1").json()["status"] == "completed"


def test_files_without_a_record_are_removed_and_missing_ones_named(stage_1, upload, manage, tmp_path):
    sha256 = hashlib.sha256(FILE).hexdigest()
    upload()
    (tmp_path / "residues" / ("0" * 64)).write_bytes(b"orphan")
    assert manage("POST", "cleanup-orphaned")["deleted_files"] == ["0" * 64]
    (tmp_path / "residues" / sha256).unlink()
    assert manage("POST", "cleanup-orphaned")["missing_residues"] == [1]
    assert "known" in upload()["message"]
    assert manage("POST", "cleanup-orphaned")["missing_residues"] == []
