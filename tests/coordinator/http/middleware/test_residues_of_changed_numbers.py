"""Residue files of numbers that are not what they were when stage 1 began: taken apart, factored, withdrawn, or never known."""

import hashlib

import gmpy2

from tests.coordinator.http.middleware.outputs import resumed
from tests.residue_files import residue_file

P16, P64 = 10**15 + 37, 10**63 + 121
SIGMAS = range(101, 111)


def test_curves_on_what_is_left_of_a_number_count_however_many_factors_of_it_are_known(
    prime, known, upload, claim, hand_in, at, completed
):
    """The file comes modulo what is left; the client names the number that it was told, and its output what it ran on."""
    other, left = int(gmpy2.next_prime(prime)), prime * P64
    whole = P16 * other * left
    known(whole, target_t_level=40)
    residue = upload(residue_file(whole, SIGMAS), stage1_attempt_id=hand_in(whole, b2=0)["attempt_id"])["residue_id"]
    for factor, took in ((P16, 1), (other, 2)):
        hand_in(whole, curves_completed=0, execution_time=took, factors_found=[{"factor": str(factor), "sigma": None}])
    work = claim(value=whole)
    checksum = hashlib.sha256(at("GET", f"{residue}/download").content).hexdigest()
    output = resumed(left, SIGMAS)
    done = hand_in(work["composite"], client_id="bob-box2", b2=1_100_000, raw_output=output, residue_checksum=checksum)
    assert (done["credited_curves"], done["remarks"]) == (10, [])
    completed(residue, done["attempt_id"])
    assert at("GET", residue).json()["status"] == "completed"


def test_residues_of_a_number_that_was_factored_meanwhile_are_taken_and_handed_to_nobody(
    number, prime, content, upload, claim, hand_in, at
):
    """The newest client sends a file that was refused again, before whatever else it asks for."""
    hand_in(number, curves_completed=0, factors_found=[{"factor": str(prime), "sigma": None}])
    kept = upload(content)
    assert kept["message"].endswith("The number is factored, and nobody is given them.")
    assert upload(content)["residue_id"] == kept["residue_id"]
    assert at("GET", f"{kept['residue_id']}").json()["status"] == "expired"
    assert claim()["residue_id"] is None


def test_residues_of_a_report_that_was_withdrawn_meanwhile_are_taken(
    client, admin, content, stage_1, upload, at, completed, claim
):
    """The newest client sends a file that was refused again, before whatever else it asks for, and what is 404 never again."""
    withdrawn = client.delete(f"/api/v1/admin/attempts/{stage_1}", headers=admin)
    assert withdrawn.status_code == 200, withdrawn.text
    kept = upload(content, stage1_attempt_id=stage_1)
    assert kept["message"].endswith(
        f"Attempt {stage_1} does not count as the report of its stage 1, and the file tells nothing of it."
    )
    assert at("GET", kept["residue_id"]).json()["stage1_attempt_id"] is None
    assert claim()["residue_id"] == kept["residue_id"]
    completed(kept["residue_id"], stage_1, status=404)


def test_residues_of_a_part_that_vanished_meanwhile_are_taken_with_the_report_that_was_made_on_it(
    client, admin, prime, known, upload, claim, hand_in
):
    part = int(gmpy2.next_prime(prime)) * P64
    whole = P16 * part
    known(whole, target_t_level=40)
    finder = hand_in(whole, curves_completed=0, factors_found=[{"factor": str(P16), "sigma": None}])["attempt_id"]
    stage_1 = hand_in(part, b2=0)["attempt_id"]
    withdrawn = client.delete(f"/api/v1/admin/attempts/{finder}", headers=admin)
    assert withdrawn.status_code == 200, withdrawn.text
    for others in ({}, {"stage1_attempt_id": finder}):
        assert "not known here" in upload(residue_file(part, SIGMAS), status=400, **others)["detail"]
    assert upload(residue_file(part, SIGMAS), stage1_attempt_id=stage_1)["composite"] == str(part)
    assert claim(value=part)["composite"] == str(part)


def test_stage_2_of_a_number_that_is_not_known_is_ordinary_work(content, upload, claim, hand_in, standing, prime):
    residue = upload(content)["residue_id"]
    claim()
    other = int(gmpy2.next_prime(prime)) * P64
    hand_in(other, client_id="bob-box2", raw_output=f"Stage 2 from residue {residue}")
    assert standing(other)["ecm_work"]["total_curves"] == 10
    assert claim("carol")["residue_id"] is None


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


def test_nobody_is_given_residues_of_what_is_factored(number, prime, content, upload, claim, hand_in, at):
    residue = upload(content)["residue_id"]
    hand_in(number, curves_completed=1, sigma="1:7", factors_found=[{"factor": str(prime), "sigma": "1:7"}])
    assert claim()["residue_id"] is None
    assert at("GET", residue).json()["status"] == "expired"
