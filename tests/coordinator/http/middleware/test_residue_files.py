"""Residue files behind the HTTP door: handed in, and taken away.

One coordinator serves all tests here; each works on numbers of a length of its own.
"""

import bz2
import gzip
import hashlib
import lzma

import pytest

from coordinator.http import commanding
from coordinator.operations.residues import removing
from coordinator.operations.upkeep import clock
from coordinator.residues.store import ResidueStore
from core.timestamps import SECOND
from tests.residue_files import residue_file, residue_line

P16, P64 = 10**15 + 37, 10**63 + 121
SIGMAS = range(101, 111)


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    """The data directory."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def client(serving_in, directory):
    """A client of the coordinator."""
    with serving_in(directory) as client:
        yield client


def kept(directory):
    return sorted(path.name for path in (directory / "residues").iterdir())


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
        (lambda n: residue_file(n + 2, [7]), {"stage1_attempt_id": 1}, "not known here"),
        (lambda n: residue_file(n, [7]) + residue_file(n + 2, [8]), {}, "one number"),
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


def test_a_file_that_was_laundered_is_refused_where_its_curves_are_known_as_others(number, upload, hand_in):
    """Saved without -param and resumed with -save, a line says PARAM=0, and its checksum holds."""
    using = "Using B1=11000, B2=0, polynomial x^1, sigma=1:{}\nStep 1 took 1ms\n"
    hand_in(number, b2=0, curves_completed=2, raw_output=using.format(5) + using.format(6))
    answer = upload(residue_file(number, [5, 6, 7], param=0), status=400)
    assert "2 of its 3 curves, sigma 5 first, are known here as curves of parametrisation 1" in answer["detail"]
    assert upload(residue_file(number, [8, 9], param=0))["curve_count"] == 2
    hand_in(number, b2=0, curves_completed=1, raw_output=using.replace("1:{}", "0:{}").format(6))  # it is known as both
    answer = upload(residue_file(number, [5, 6, 7], param=0), status=400)
    assert "1 of its 3 curves, sigma 5 first, are known here as curves of parametrisation 1" in answer["detail"]
    assert upload(residue_file(number, [5, 6, 7], param=1))["curve_count"] == 3


def test_a_byte_order_mark_does_not_cost_the_first_curve(number, upload, claim, at):
    content = residue_file(number, [5, 6])
    uploaded = upload(b"\xef\xbb\xbf" + content)
    claim()
    assert (uploaded["curve_count"], at("GET", f"{uploaded['residue_id']}/download").content) == (2, content)


def test_files_that_powershell_has_joined_in_utf_16_are_kept_as_gmp_ecm_reads_them(number, upload, claim, at):
    lines = residue_file(number, [5, 6])
    uploaded = upload(lines.replace(b"\n", b"\r\n").decode().encode("utf-16"))
    claim()
    kept = at("GET", f"{uploaded['residue_id']}/download").content
    assert (uploaded["curve_count"], kept) == (2, lines.replace(b"\n", b"\r\n"))


@pytest.mark.parametrize(("pack", "program"), [(gzip.compress, "gzip"), (bz2.compress, "bzip2"), (lzma.compress, "xz")])
def test_of_a_packed_file_it_is_said_that_it_is_packed(number, upload, pack, program):
    answer = upload(pack(residue_file(number, [5])), status=400)
    assert answer["detail"] == f"The file was packed by {program}; a file of residues is accepted as GMP-ECM writes it."


def test_prime95_may_have_stopped_at_its_least_bound(number, upload):
    line = f"N=0x{number:x}; QX=0x1a2b3c; SIGMA=8371286187311\n".encode()
    assert upload(line, b1=100_000)["b1"] == 100_000


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
        return client.in_loop(clock.clear_residues, shared.node, shared.the(ResidueStore))

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
