"""Residue files behind the HTTP door: handed in, claimed, fetched, completed, taken away.

One coordinator serves all tests here; each works on numbers of a length of its own.
"""

import bz2
import gzip
import hashlib
import itertools
import lzma

import gmpy2
import pytest

from coordinator.http import commanding
from coordinator.operations import clock, removing
from coordinator.residues.store import ResidueStore
from core.factoring.formats.residue_lines import read_residues
from core.timestamps import SECOND
from tests.residue_files import residue_file, residue_line

P16, P64 = 10**15 + 37, 10**63 + 121
SIGMAS = range(101, 111)
_LENGTHS = itertools.count(20)


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    """The data directory."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def client(serving_in, directory):
    """A client of the coordinator."""
    with serving_in(directory) as client:
        yield client


def next_prime():
    """Return a prime that nobody has had yet."""
    return int(gmpy2.next_prime(10 ** next(_LENGTHS)))


@pytest.fixture
def prime():
    """A prime factor that no other test has."""
    return next_prime()


@pytest.fixture
def number(prime, known):
    """A composite on record."""
    number = prime * P64
    known(number, target_t_level=40)
    return number


@pytest.fixture
def stage_1(number, hand_in):
    """The id of the report of ten curves of stage 1, whose sigmas it does not tell."""
    return hand_in(number, b2=0, parametrization=3, execution_time=0)["attempt_id"]


@pytest.fixture
def content(number):
    """The file that this stage 1 left behind."""
    return residue_file(number, SIGMAS)


@pytest.fixture
def upload(client):
    """A function that hands a residue file in."""

    def upload(content, *, status=200, username="alice", **query):
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
def claim(client, number):
    """A function that claims a residue file of the test's number."""

    def claim(username="bob", *, value=number, **query):
        wanted = {"min_digits": len(str(value)), "max_digits": len(str(value)), **query}
        answer = client.get("/api/v1/residues/work", params=wanted, headers={"X-Client-ID": username})
        assert answer.status_code == 200, answer.text
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
def manage(client, admin):
    """A function that calls an address of the administration of residue files."""

    def manage(method, address, *, status=200, **query):
        answer = client.request(method, f"/api/v1/admin/residues/{address}", params=query, headers=admin)
        assert answer.status_code == status, answer.text
        return answer.json()

    return manage


@pytest.fixture
def stage_2(hand_in, number):
    """A function that reports stage 2 as the client does."""

    def stage_2(residue, **fields):
        fields = {"client_id": "bob-box2", "raw_output": f"Stage 2 from residue {residue}", "b2": 1_100_000, **fields}
        return hand_in(number, **fields)

    return stage_2


@pytest.fixture
def completed(at):
    """A function that completes a residue file by a report."""

    def completed(residue, attempt, username="bob", *, status=200):
        return at("POST", f"{residue}/complete", username, status=status, json={"stage2_attempt_id": attempt}).json()

    return completed


def kept(directory):
    return sorted(path.name for path in (directory / "residues").iterdir())


def test_stage_2_takes_the_place_of_stage_1(number, stage_1, content, upload, claim, at, stage_2, completed, standing):
    uploaded = upload(content, stage1_attempt_id=stage_1)
    residue = uploaded["residue_id"]
    told = {"composite": str(number), "b1": 11000, "parametrization": 1, "curve_count": 10}
    assert (told | {"file_size_bytes": len(content)}).items() <= uploaded.items()
    work = claim(claim_timeout_hours=24)
    assert (
        told | {"residue_id": residue, "suggested_b2": 1_100_000, "stage1_attempt_id": stage_1}
    ).items() <= work.items()
    assert work["digit_length"] == len(str(number))
    assert at("GET", f"{residue}/download").content == content
    assert at("GET", residue).json()["status"] == "claimed"
    done = stage_2(residue)
    assert standing(number)["ecm_work"]["total_curves"] == 10
    answer = completed(residue, done["attempt_id"])
    assert (answer["stage1_attempt_id"], answer["stage2_attempt_id"]) == (stage_1, done["attempt_id"])
    assert answer["new_t_level"] == standing(number)["current_t_level"] == done["current_t_level"]
    shown = at("GET", residue).json()
    assert (shown["status"], shown["client_id"], shown["claimed_by"]) == ("completed", "alice", "bob")
    assert claim()["residue_id"] is None


def test_the_checksum_of_the_file_stands_for_a_claim(number, stage_1, content, upload, stage_2, standing):
    upload(content, stage1_attempt_id=stage_1)
    checksum = hashlib.sha256(content).hexdigest()
    stage_2(0, client_id="carol", raw_output="", residue_checksum=checksum, parametrization=None)
    assert standing(number)["ecm_work"]["total_curves"] == 10


def test_without_a_claim_a_mention_is_ordinary_work(number, stage_1, content, upload, stage_2, standing):
    residue = upload(content, stage1_attempt_id=stage_1)["residue_id"]
    stage_2(residue, client_id="carol")
    assert standing(number)["ecm_work"]["total_curves"] == 20


def test_a_mention_in_a_report_about_another_number_is_ordinary_work(
    stage_1, content, upload, claim, hand_in, known, standing, number
):
    residue = upload(content, stage1_attempt_id=stage_1)["residue_id"]
    claim()
    other = next_prime() * P64
    known(other, target_t_level=40)
    hand_in(other, client_id="bob-box2", raw_output=f"Stage 2 from residue {residue}")
    assert standing(other)["ecm_work"]["total_curves"] == standing(number)["ecm_work"]["total_curves"] == 10


def test_a_part_of_stage_2_counts_and_the_file_stays(stage_1, content, upload, claim, at, stage_2, completed, client):
    residue = upload(content, stage1_attempt_id=stage_1)["residue_id"]
    claim()
    part = stage_2(residue, curves_completed=4)
    effort = client.get(f"/api/v1/composites/{part['composite_id']}").json()["effort"]
    assert [(row["b2"], row["curves"]) for row in effort] == [(0, 6), (1_100_000, 4)]
    assert "4 of the 10" in completed(residue, part["attempt_id"], status=400)["detail"]
    assert at("GET", residue).json()["status"] == "available"
    assert "4 of the 10" in completed(residue, part["attempt_id"], status=400)["detail"]
    assert claim("carol")["residue_id"] == residue


def test_a_stage_2_that_was_stopped_beyond_three_quarters_is_completed_and_the_file_waits_for_the_rest(
    stage_1, content, upload, claim, at, stage_2, completed, client
):
    """The newest client stops so on Ctrl-C and completes; refused, it would ask again before whatever it does next."""
    residue = upload(content, stage1_attempt_id=stage_1)["residue_id"]
    claim()
    most = stage_2(residue, curves_completed=8)
    answer = completed(residue, most["attempt_id"])
    assert (answer["new_t_level"], "others can claim" in answer["message"]) == (most["current_t_level"], True)
    assert at("GET", residue).json()["status"] == "available"
    assert (claim("carol")["residue_id"], at("GET", residue).json()["claimed_by"]) == (residue, "carol")
    assert completed(residue, most["attempt_id"]) == answer
    handed_out = at("GET", f"{residue}/download", "carol").content
    assert handed_out == b"".join(content.splitlines(keepends=True)[8:])
    checksum = hashlib.sha256(handed_out).hexdigest()
    rest = stage_2(0, client_id="carol-box3", curves_completed=2, raw_output="", residue_checksum=checksum)
    assert rest["credited_curves"] == 2
    completed(residue, rest["attempt_id"], "carol")
    assert at("GET", residue).json()["status"] == "completed"
    effort = client.get(f"/api/v1/composites/{most['composite_id']}").json()["effort"]
    assert [(row["b2"], row["curves"]) for row in effort] == [(1_100_000, 10)]


def test_whoever_claims_the_rest_is_told_of_as_many_curves_as_it_gets(
    stage_1, content, upload, claim, stage_2, completed
):
    residue = upload(content, stage1_attempt_id=stage_1)["residue_id"]
    claim()
    completed(residue, stage_2(residue, curves_completed=7)["attempt_id"])
    assert claim("carol")["curve_count"] == 3
    part = stage_2(residue, client_id="carol-box3", curves_completed=1)
    assert "1 of the 3 curves" in completed(residue, part["attempt_id"], "carol", status=400)["detail"]
    assert claim("dave")["curve_count"] == 2
    completed(residue, stage_2(residue, client_id="dave-box4", curves_completed=2)["attempt_id"], "dave")
    assert claim()["residue_id"] is None


def test_a_number_whose_residues_wait_for_stage_2_is_worked_on_no_further_meanwhile(
    client, number, stage_1, content, upload, claim, stage_2, completed, ask
):
    """Its stage 1 would be run again and again; P-1 is another matter."""
    only = {"min_digits": len(str(number)), "max_digits": len(str(number))}
    residue = upload(content, stage1_attempt_id=stage_1)["residue_id"]
    assert ask("dave", **only)["work_id"] is None
    claim()
    assert ask("dave", **only)["work_id"] is None
    p1 = ask("dave", "p1-work", **only)
    assert p1["composite"] == str(number)
    client.delete(f"/api/v1/work/{p1['work_id']}")
    completed(residue, stage_2(residue)["attempt_id"])
    work = ask("dave", **only)
    assert work["composite"] == str(number)
    client.delete(f"/api/v1/work/{work['work_id']}")


def test_a_resend_of_stage_2_is_the_same_result(stage_1, content, upload, claim, stage_2, completed):
    residue = upload(content, stage1_attempt_id=stage_1)["residue_id"]
    claim()
    first = stage_2(residue)
    completed(residue, first["attempt_id"])
    assert stage_2(residue) == first


def test_more_curves_than_fit_into_one_report_are_completed_by_the_first_of_its_attempts(
    number, hand_in, upload, claim, stage_2, completed, standing
):
    reported = hand_in(number, b2=0, curves_completed=2_500)
    residue = upload(residue_file(number, range(1, 2_501)), stage1_attempt_id=reported["attempt_id"])["residue_id"]
    claim()
    done = stage_2(residue, curves_completed=2_500)
    assert done["credited_curves"] == 2_500
    completed(residue, done["attempt_id"])
    assert standing(number)["ecm_work"]["total_curves"] == 2_500


def test_the_same_file_again_is_the_first_one(content, upload, client):
    before = client.get("/api/v1/residues/stats/summary").json()
    first = upload(content)
    again = upload(content, username="carol")
    assert again["residue_id"] == first["residue_id"]
    assert "known" in again["message"]
    after = client.get("/api/v1/residues/stats/summary").json()
    assert {name: after[name] - before[name] for name in after} == {
        "total_available": 1,
        "total_claimed": 0,
        "total_completed": 0,
        "total_expired": 0,
        "total_curves_pending": 10,
    }


def test_a_wrong_checksum_is_named_and_the_other_lines_are_handed_out(number, upload, claim, at):
    lines = [residue_line(number, sigma).encode() for sigma in SIGMAS]
    lines[3] = lines[3].replace(b"B1=11000", b"B1=11001")
    uploaded = upload(b"".join(lines))
    assert uploaded["curve_count"] == 9
    assert "line 4: CHECKSUM" in uploaded["message"]
    claim()
    assert at("GET", f"{uploaded['residue_id']}/download").content == b"".join(lines[:3] + lines[4:])


def test_a_cut_line_is_named(content, upload):
    uploaded = upload(content[:-120])
    assert uploaded["curve_count"] == 9
    assert "line 10" in uploaded["message"]


def test_a_missing_param_is_put_in_and_said_so(number, content, upload, claim, at):
    uploaded = upload(residue_file(number, SIGMAS, param=None))
    assert (uploaded["curve_count"], uploaded["parametrization"]) == (10, 1)
    assert "-param" in uploaded["message"]
    claim()
    served = at("GET", f"{uploaded['residue_id']}/download").content
    assert served == content
    assert hashlib.sha256(served).hexdigest() == at("GET", uploaded["residue_id"]).json()["sha256"]


def test_prime95_files_are_taken_with_their_b1(known, upload):
    number = 0x1FFFFFFFFFFFFFFF0000000000000001
    known(number)
    content = f"N={number:#x}; QX=0x1a2b3c; SIGMA=8371286187311\n".encode()
    assert "b1" in upload(content, status=400)["detail"]
    assert upload(content, b1=1_000_000)["b1"] == 1_000_000


@pytest.mark.parametrize(
    ("spoil", "query", "words"),
    [
        (lambda _: b"", {}, "empty"),
        (lambda _: b"nonsense\n", {}, "no good residue"),
        (lambda n: residue_file(n + 2, [7]), {}, "not known here"),
        (lambda n: residue_file(n, [7]) + residue_file(n + 2, [8]), {}, "one number"),
        (lambda n: residue_file(n, [7]), {"stage1_attempt_id": 1}, "was made on number"),
        (lambda n: residue_file(n, [7]), {"stage1_attempt_id": 7_777_777}, "7777777"),
        (lambda n: residue_file(n, [7]), {"stage1_attempt_id": 0}, "stage1_attempt_id"),
        (lambda n: residue_file(n, [7]), {"expiry_days": 31}, "expiry_days"),
    ],
)
def test_a_bad_upload_is_400_with_a_sentence_and_leaves_nothing_behind(
    client, number, hand_in, known, upload, directory, spoil, query, words
):
    known(P16 * P64)
    hand_in(P16 * P64, b2=0)
    before = client.get("/health").json()["log"]["position"], kept(directory)
    assert words in upload(spoil(number), status=400, **query)["detail"]
    assert (client.get("/health").json()["log"]["position"], kept(directory)) == before


def test_a_file_beyond_50_megabytes_is_too_large(upload, directory):
    before = kept(directory)
    assert "52428800" in upload(b"#" * (50 * 1024 * 1024 + 1), status=413)["detail"]
    assert kept(directory) == before


def test_a_request_without_a_client_is_400(client):
    for method, address in (("GET", "work"), ("GET", "1/download"), ("DELETE", "1/claim")):
        answer = client.request(method, f"/api/v1/residues/{address}")
        assert answer.status_code == 400
        assert "X-Client-ID" in answer.json()["detail"]


def test_only_the_holder_fetches_completes_and_hands_back(stage_1, content, upload, claim, at, stage_2, completed):
    residue = upload(content)["residue_id"]
    at("GET", f"{residue}/download", status=403)
    assert "Nobody" in at("DELETE", f"{residue}/claim", status=400).json()["detail"]
    claim()
    at("GET", f"{residue}/download", "carol", status=403)
    at("DELETE", f"{residue}/claim", "carol", status=400)
    done = stage_2(residue)
    completed(residue, done["attempt_id"], "carol", status=403)
    for attempt in (stage_1, 7_777_777, 0):
        completed(residue, attempt, status=400)


def test_what_does_not_exist_is_said_so(at, completed, claim):
    unknown = 7_777_777
    for method, address, status in (("GET", "", 404), ("GET", "/download", 404), ("DELETE", "/claim", 400)):
        assert str(unknown) in at(method, f"{unknown}{address}", status=status).json()["detail"]
    completed(unknown, 1, status=404)
    nothing = claim()
    assert nothing["residue_id"] is None
    assert nothing["message"]


def test_residues_outlive_a_factor_of_their_number(prime, known, upload, claim, hand_in, standing):
    whole = P16 * prime * P64
    known(whole, target_t_level=40)
    reported = hand_in(whole, b2=0)
    residue = upload(residue_file(whole, SIGMAS), stage1_attempt_id=reported["attempt_id"])["residue_id"]
    hand_in(whole, curves_completed=1, sigma="1:7", factors_found=[{"factor": str(P16), "sigma": "1:7"}])
    assert claim(value=whole)["composite"] == str(whole)
    before = standing(prime * P64)["current_t_level"]
    hand_in(whole, client_id="bob-box2", raw_output=f"Stage 2 from residue {residue}", b2=1_100_000)
    assert standing(prime * P64)["current_t_level"] > before


def test_a_factor_found_in_stage_2_ends_the_claim_and_leaves_the_file_for_what_is_left(
    prime, known, upload, claim, hand_in, at, completed, directory
):
    whole = P16 * prime * P64
    known(whole, target_t_level=40)
    reported = hand_in(whole, b2=0)
    residue = upload(residue_file(whole, SIGMAS), stage1_attempt_id=reported["attempt_id"])["residue_id"]
    claim(value=whole)
    found = hand_in(
        whole,
        client_id="bob-box2",
        raw_output=f"Stage 2 from residue {residue}",
        b2=1_100_000,
        curves_completed=3,
        factors_found=[{"factor": str(P16), "sigma": f"1:{SIGMAS[2]}"}],
    )
    answer = completed(residue, found["attempt_id"])
    assert (answer["stage2_attempt_id"], "others can claim" in answer["message"]) == (found["attempt_id"], True)
    assert at("GET", residue).json()["status"] == "available"
    files = kept(directory)
    claim(value=whole)
    handed_out = list(read_residues(at("GET", f"{residue}/download").content.splitlines(), 1000))
    assert {one.number for one in handed_out} == {str(prime * P64)}
    assert [one.sigma for one in handed_out] == [str(sigma) for sigma in SIGMAS[3:]]
    assert kept(directory) == files


def test_nobody_is_given_residues_of_what_is_factored(number, prime, content, upload, claim, hand_in, at):
    residue = upload(content)["residue_id"]
    hand_in(number, curves_completed=1, sigma="1:7", factors_found=[{"factor": str(prime), "sigma": "1:7"}])
    assert claim()["residue_id"] is None
    assert at("GET", residue).json()["status"] == "expired"


def test_the_pages_show_who_has_which_file_and_the_old_address_leads_there(client, content, upload, claim):
    composite = upload(content)["composite_id"]
    claim("somebody in particular")
    for address in ("/residues", f"/composites/{composite}"):
        shown = client.get(address, headers={"Accept": "text/html"}).text
        assert "10 at B1 11e3" in shown
        assert 'class="status claimed"' in shown
        assert "somebody in particular" in shown
    led = client.get("/api/v1/dashboard/residue-status", follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (302, "/residues")


def test_residues_of_a_project_are_those_of_its_numbers(number, content, upload, claim, known):
    upload(content)
    assert claim(project="aliquot")["residue_id"] is None
    known(number, project="aliquot")
    assert claim(project="aliquot")["composite"] == str(number)


def test_claims_are_counted_apart_from_assignments(client, admin, content, upload, claim):
    upload(content)
    claim()
    assert client.get("/api/v1/admin/stats/summary", headers=admin).json()["active_assignments"] == 0


def test_only_administrators_manage_residue_files(client):
    for method, address in (("DELETE", "1"), ("POST", "1/release"), ("POST", "cleanup"), ("POST", "cleanup-orphaned")):
        assert client.request(method, f"/api/v1/admin/residues/{address}").status_code == 401


def test_an_administrator_takes_a_file_back_and_removes_it(content, upload, claim, at, manage, directory):
    before = kept(directory)
    residue = upload(content)["residue_id"]
    claim()
    assert manage("POST", f"{residue}/release", reason="too slow")["status"] == "available"
    assert "Nobody" in manage("POST", f"{residue}/release", status=400)["detail"]
    claim()
    assert manage("DELETE", residue)["residue_id"] == residue
    assert kept(directory) == before
    assert "kept no longer" in at("GET", f"{residue}/download", status=404).json()["detail"]
    shown = at("GET", residue).json()
    assert (shown["status"], shown["file_kept"]) == ("expired", False)
    manage("DELETE", residue)
    manage("DELETE", 7_777_777, status=404)


def test_a_cleanup_removes_only_what_is_done_and_was_kept_long_enough(
    stage_1, content, upload, claim, at, stage_2, completed, manage, directory, monkeypatch
):
    residue = upload(content, stage1_attempt_id=stage_1)["residue_id"]
    sha256 = hashlib.sha256(content).hexdigest()
    later = removing.now() + 8 * 86_400 * SECOND
    with monkeypatch.context() as patch:
        for module in (removing, commanding):
            patch.setattr(module, "now", lambda: later)
        assert residue not in manage("POST", "cleanup")["removed"]
    claim()
    completed(residue, stage_2(residue)["attempt_id"])
    assert residue not in manage("POST", "cleanup")["removed"]
    assert sha256 in kept(directory)
    for module in (removing, commanding):
        monkeypatch.setattr(module, "now", lambda: later)
    assert residue in manage("POST", "cleanup")["removed"]
    assert sha256 not in kept(directory)
    assert at("GET", residue).json()["status"] == "completed"


def test_the_clock_removes_what_is_done_and_was_kept_long_enough(
    client, stage_1, content, upload, claim, at, stage_2, completed, directory, monkeypatch
):
    shared = client.app.state.shared

    def cleared():
        with client.portal() as portal:
            return portal.call(clock.clear_residues, shared.node, shared.the(ResidueStore))

    residue = upload(content, stage1_attempt_id=stage_1)["residue_id"]
    claim()
    completed(residue, stage_2(residue)["attempt_id"])
    assert residue not in cleared()
    later = removing.now() + 8 * 86_400 * SECOND
    for module in (removing, clock):
        monkeypatch.setattr(module, "now", lambda: later)
    assert residue in cleared()
    assert hashlib.sha256(content).hexdigest() not in kept(directory)
    assert (at("GET", residue).json()["status"], at("GET", residue).json()["file_kept"]) == ("completed", False)


def test_files_without_a_record_are_removed_and_missing_ones_named(content, upload, manage, directory):
    residue = upload(content)["residue_id"]
    (directory / "residues" / ("0" * 64)).write_bytes(b"orphan")
    assert manage("POST", "cleanup-orphaned")["deleted_files"] == ["0" * 64]
    (directory / "residues" / hashlib.sha256(content).hexdigest()).unlink()
    assert manage("POST", "cleanup-orphaned")["missing_residues"] == [residue]
    assert "known" in upload(content)["message"]
    assert manage("POST", "cleanup-orphaned")["missing_residues"] == []


def test_a_file_that_was_laundered_is_refused_where_its_curves_are_known_as_others(number, upload, hand_in):
    """Saved without -param and resumed with -save, a line says PARAM=0, and its checksum holds."""
    using = "Using B1=11000, B2=0, polynomial x^1, sigma=1:{}\nStep 1 took 1ms\n"
    hand_in(number, b2=0, curves_completed=2, raw_output=using.format(5) + using.format(6))
    answer = upload(residue_file(number, [5, 6, 7], param=0), status=400)
    assert "2 of its 3 curves, sigma 5 first, are known here as curves of parametrisation 1" in answer["detail"]
    assert upload(residue_file(number, [8, 9], param=0))["curve_count"] == 2
    assert upload(residue_file(number, [5, 6, 7], param=1))["curve_count"] == 3


def test_a_byte_order_mark_does_not_cost_the_first_curve(number, upload, claim, at):
    content = residue_file(number, [5, 6])
    uploaded = upload(b"\xef\xbb\xbf" + content)
    claim()
    assert (uploaded["curve_count"], at("GET", f"{uploaded['residue_id']}/download").content) == (2, content)


@pytest.mark.parametrize(("pack", "program"), [(gzip.compress, "gzip"), (bz2.compress, "bzip2"), (lzma.compress, "xz")])
def test_of_a_packed_file_it_is_said_that_it_is_packed(number, upload, pack, program):
    answer = upload(pack(residue_file(number, [5])), status=400)
    assert answer["detail"] == f"The file was packed by {program}; a file of residues is accepted as GMP-ECM writes it."


def test_prime95_may_have_stopped_at_its_least_bound(number, upload):
    line = f"N=0x{number:x}; QX=0x1a2b3c; SIGMA=8371286187311\n".encode()
    assert upload(line, b1=100_000)["b1"] == 100_000
