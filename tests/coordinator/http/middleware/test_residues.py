"""Residue files behind the HTTP door: claimed, fetched, completed, handed back.

One coordinator serves all tests here; each works on numbers of a length of its own.
"""

import errno
import hashlib
import os

import gmpy2
import pytest

from coordinator.residues import store
from core.factoring.formats.residues.lines import read_residues
from tests.coordinator.http.middleware.outputs import resumed
from tests.real.gmp_ecms import both_builds, run
from tests.residue_files import residue_file
from tests.waiting import until

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


def test_an_upload_that_a_full_disk_ends_leaves_nothing_behind(stage_1, content, upload, directory, monkeypatch):
    def rename(_partial, _path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = kept(directory)
    with monkeypatch.context() as full:
        full.setattr(store, "rename_durably", rename)
        answer = upload(content, status=503, stage1_attempt_id=stage_1)
    assert "No space left" in answer["detail"]
    assert kept(directory) == before
    assert upload(content, stage1_attempt_id=stage_1)["curve_count"] == len(SIGMAS)


def test_a_download_that_a_full_disk_ends_leaves_nothing_behind(
    number, stage_1, content, upload, claim, at, stage_2, completed, client, directory, monkeypatch
):
    async def run(_reduce, _source, target, *_):
        target.write_bytes(content[:7])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    residue = upload(content, stage1_attempt_id=stage_1)["residue_id"]
    claim()
    completed(residue, stage_2(0, curves_completed=8, raw_output=resumed(number, SIGMAS[:8]))["attempt_id"])
    assert claim()["curve_count"] == 2
    before = kept(directory)
    with monkeypatch.context() as full:
        full.setattr(client.app.state.shared.node.preparation, "run", run)
        answer = at("GET", f"{residue}/download", status=503)
    assert "No space left" in answer.json()["detail"]
    assert kept(directory) == before
    assert len(at("GET", f"{residue}/download").content.splitlines()) == 2


def test_a_file_that_is_lost_can_be_handed_in_again(content, upload, claim, at, directory):
    residue = upload(content)["residue_id"]
    claim()
    (directory / "residues" / hashlib.sha256(content).hexdigest()).unlink()
    assert "can be handed in again" in at("GET", f"{residue}/download", status=404).json()["detail"]
    assert upload(content, username="carol")["residue_id"] == residue
    assert at("GET", f"{residue}/download").content == content


def test_the_report_of_stage_1_may_be_named_with_the_same_file_later(
    number, stage_1, content, upload, at, stage_2, standing
):
    residue = upload(content)["residue_id"]
    told = upload(content, stage1_attempt_id=stage_1)
    assert told["residue_id"] == residue
    assert told["message"] == (
        f"The file is known as residue file {residue}; the curves of attempt {stage_1} that came without a sigma count by those"
        " of the file from now on."
    )
    assert at("GET", residue).json()["stage1_attempt_id"] == stage_1
    assert "nothing was added" in upload(content, stage1_attempt_id=stage_1)["message"]
    stage_2(0, raw_output=resumed(number, SIGMAS))
    assert standing(number)["ecm_work"]["total_curves"] == 10


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
    stage_1, content, upload, claim, hand_in, prime, known, standing, number
):
    residue = upload(content, stage1_attempt_id=stage_1)["residue_id"]
    claim()
    other = int(gmpy2.next_prime(prime)) * P64
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


@both_builds
def test_a_file_tells_which_of_the_curves_without_a_sigma_had_been_handed_in_with_theirs(
    ecm, number, upload, hand_in, standing, tmp_path
):
    saved = tmp_path / "saved"
    options = ("-param", 1, "-c", 1, "-savea", saved, 2000, 0)
    printed = [run(ecm, "-sigma", f"1:{sigma}", *options, numbers=number, expect=0) for sigma in SIGMAS]
    for text in printed[:3]:
        hand_in(number, client_id="bob", raw_output=text, curves_completed=1, b1=2000, b2=0)
    stage_1 = hand_in(number, raw_output=None, curves_completed=10, b1=2000, b2=0, parametrization=1)["attempt_id"]
    assert standing(number)["ecm_work"]["total_curves"] == 13
    upload(saved.read_bytes(), stage1_attempt_id=stage_1)
    assert standing(number)["ecm_work"]["total_curves"] == 10


def test_a_stage_2_that_was_stopped_beyond_three_quarters_is_completed_and_the_file_waits_for_the_rest(
    number, stage_1, content, upload, claim, at, stage_2, completed, client
):
    """The newest client stops so on Ctrl-C and completes; refused, it would ask again before whatever it does next."""
    residue = upload(content, stage1_attempt_id=stage_1)["residue_id"]
    claim()
    run, rest = [*SIGMAS[:4], *SIGMAS[5:9]], [SIGMAS[4], SIGMAS[9]]  # two processes, each with half of the file
    checksum = hashlib.sha256(content).hexdigest()
    most = stage_2(0, curves_completed=8, raw_output=resumed(number, run), residue_checksum=checksum)
    answer = completed(residue, most["attempt_id"])
    assert (answer["new_t_level"], "others can claim" in answer["message"]) == (most["current_t_level"], True)
    assert at("GET", residue).json()["status"] == "available"
    assert (claim("carol")["curve_count"], at("GET", residue).json()["claimed_by"]) == (2, "carol")
    assert completed(residue, most["attempt_id"]) == answer
    handed_out = at("GET", f"{residue}/download", "carol").content
    assert [one.sigma for one in read_residues(handed_out.splitlines(), 1000)] == list(map(str, rest))
    checksum = hashlib.sha256(handed_out).hexdigest()
    done = stage_2(0, client_id="carol-box3", curves_completed=2, raw_output="", residue_checksum=checksum)
    assert done["credited_curves"] == 2
    completed(residue, done["attempt_id"], "carol")
    assert at("GET", residue).json()["status"] == "completed"
    effort = client.get(f"/api/v1/composites/{most['composite_id']}").json()["effort"]
    assert [(row["b2"], row["curves"]) for row in effort] == [(1_100_000, 10)]


def test_where_nobody_knows_which_curves_were_run_all_are_handed_out_again(
    stage_1, content, upload, claim, at, stage_2, completed, client
):
    """The older client shows none of them; those that its processes were stopped at are not the first of the file."""
    residue = upload(content, stage1_attempt_id=stage_1)["residue_id"]
    claim()
    most = stage_2(residue, curves_completed=8)
    assert most["credited_curves"] == 8
    completed(residue, most["attempt_id"])
    assert claim("carol")["curve_count"] == 10
    assert at("GET", f"{residue}/download", "carol").content == content
    completed(residue, stage_2(residue, client_id="carol-box3")["attempt_id"], "carol")
    assert at("GET", residue).json()["status"] == "completed"
    effort = client.get(f"/api/v1/composites/{most['composite_id']}").json()["effort"]
    assert [(row["b2"], row["curves"]) for row in effort] == [(1_100_000, 10)]


def test_whoever_stops_in_the_rest_leaves_a_rest_of_it(number, stage_1, content, upload, claim, stage_2, completed):
    residue = upload(content, stage1_attempt_id=stage_1)["residue_id"]
    claim()
    completed(residue, stage_2(residue, curves_completed=7, raw_output=resumed(number, SIGMAS[:7]))["attempt_id"])
    assert claim("carol")["curve_count"] == 3
    part = stage_2(residue, client_id="carol-box3", curves_completed=1, raw_output=resumed(number, SIGMAS[7:8]))
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


def test_only_the_holder_fetches_completes_and_hands_back(stage_1, content, upload, claim, at, stage_2, completed):
    residue = upload(content)["residue_id"]
    at("GET", f"{residue}/download", status=403)
    assert "Nobody" in at("DELETE", f"{residue}/claim", status=400).json()["detail"]
    claim()
    at("GET", f"{residue}/download", "carol", status=403)
    at("DELETE", f"{residue}/claim", "carol", status=400)
    done = stage_2(residue)
    completed(residue, done["attempt_id"], "carol", status=403)
    for attempt, status in ((stage_1, 400), (7_777_777, 404), (0, 400)):
        completed(residue, attempt, status=status)


def test_a_file_that_is_handed_back_is_given_to_whoever_asks_next(content, upload, claim, at):
    residue = upload(content)["residue_id"]
    claim()
    answer = at("DELETE", f"{residue}/claim").json()
    assert (answer["residue_id"], answer["status"]) == (residue, "available")
    at("GET", f"{residue}/download", status=403)
    assert claim("carol")["residue_id"] == residue


def test_a_file_may_be_handed_back_twice_since_an_answer_may_be_lost(content, upload, claim, at):
    """The newest client keeps what was answered with 400, and sends it again before whatever else it asks for."""
    residue = upload(content)["residue_id"]
    claim()
    first = at("DELETE", f"{residue}/claim")
    again = at("DELETE", f"{residue}/claim")
    assert again.json() == first.json()
    assert claim("carol")["residue_id"] == residue
    late = at("DELETE", f"{residue}/claim").json()
    assert late["status"] == "claimed"
    at("GET", f"{residue}/download", "carol")
    at("DELETE", f"{residue}/claim", "dave", status=400)


def test_what_does_not_exist_is_said_so(at, completed, claim):
    unknown = 7_777_777
    for method, address, status in (("GET", "", 404), ("GET", "/download", 404), ("DELETE", "/claim", 400)):
        assert str(unknown) in at(method, f"{unknown}{address}", status=status).json()["detail"]
    completed(unknown, 1, status=404)
    nothing = claim()
    assert nothing["residue_id"] is None
    assert nothing["message"]


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
    assert [one.sigma for one in handed_out] == [str(sigma) for sigma in SIGMAS if sigma != SIGMAS[2]]
    until(lambda: kept(directory) == files)  # an office has done with an answer after its desk has


def test_the_pages_show_who_has_which_file_and_the_old_address_leads_there(client, content, upload, claim):
    composite = upload(content)["composite_id"]
    claim("somebody in particular")
    for address in ("/residues", f"/composites/{composite}"):
        shown = client.get(address, headers={"Accept": "text/html"}).text.replace("\N{NO-BREAK SPACE}", " ")
        assert "10 curves, B1 11e3" in shown
        assert "claimed</span>" in shown
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
