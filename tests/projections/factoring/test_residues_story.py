"""A residue file's way: handed in, claimed, done, removed."""

import pytest

from core.factoring.answers.shapes import NoWork
from core.factoring.commands.assignment import EndWork, ExpireWork, RequestWork
from core.factoring.commands.numbers import ShelveNumber, SubmitComposite
from core.factoring.commands.reports import Claim, ReportAttempt
from core.factoring.commands.residues import ReleaseResidue, RemoveResidue
from core.factoring.events.residues import BadLine
from core.factoring.mathematics.curves.bounds import bounds_of
from core.factoring.state.numbers import Wanted
from core.refusals import BadInput, Forbidden, Unknown
from core.timestamps import SECOND
from projections.factoring.lists.counts import count_live_leases
from projections.factoring.residues.status import count_waiting
from tests.projections.factoring.residue_words import (
    B1,
    FULL,
    SIGMAS,
    N,
    P,
    Q,
    R,
    claim,
    complete,
    effort,
    report,
    reported,
    upload,
    withdraw,
    worth,
)


@pytest.fixture
def number(office):
    """A composite on record."""
    return office.perform(SubmitComposite(text=str(N), ceiling_digits=100, target_milli=30_000)).number


def test_who_completes_after_another_has_is_told_so(office, number):
    upload(office, attempt=report(office, 10).attempt)
    claim(office)
    first = report(office, 10, bounds=FULL, sigmas=SIGMAS)
    office.perform(ReleaseResidue(residue=1), client="bob")
    claim(office, "c2", client="carol")
    second = report(office, 10, bounds=bounds_of(B1, 10**9, 1), sigmas=SIGMAS)
    assert complete(office, second.attempt, client="carol").completed_by == second.attempt
    assert complete(office, first.attempt).completed_by == second.attempt


def test_the_same_file_again_is_the_first_one(office, number):
    first = upload(office)
    again = upload(office, client="carol")
    assert (again.outcome, again.residue) == ("existing", first.residue)
    office.perform(RemoveResidue(residue=1, reason=""), client="operator")
    assert [upload(office).outcome, upload(office).outcome] == ["new", "existing"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"value": N + 2}, "not known here"), ({"value": 10**11 + 3}, "nothing to find")],
)
def test_what_does_not_fit_is_refused(office, number, changes, words):
    office.perform(SubmitComposite(text=str(10**11 + 3), ceiling_digits=100))
    with pytest.raises(BadInput, match=words):
        upload(office, **changes)


def test_only_one_client_holds_a_file_and_only_it_may_complete_or_hand_it_back(office, number):
    upload(office, attempt=report(office, 10).attempt)
    claim(office)
    assert isinstance(claim(office, "c2", client="carol"), NoWork)
    stage_2 = report(office, 10, bounds=FULL, sigmas=SIGMAS)
    with pytest.raises(Forbidden, match="another client"):
        complete(office, stage_2.attempt, client="carol")
    with pytest.raises(BadInput, match="another client"):
        office.perform(ReleaseResidue(residue=1), client="carol")
    with pytest.raises(Unknown):
        complete(office, stage_2.attempt, residue=7)


def test_a_foreign_attempt_completes_nothing(office, number):
    stage_1 = report(office, 10, sigmas=SIGMAS, factors=[P])
    upload(office, attempt=stage_1.attempt)
    claim(office)
    other = report(office, 10, bounds=FULL, sigmas=[str(900 + i) for i in range(10)])
    anonymous = report(office, 10, bounds=FULL, client="dave")
    for attempt in (stage_1.attempt, other.attempt, anonymous.attempt):
        with pytest.raises(BadInput, match="not of the stage 2"):
            complete(office, attempt)
    with pytest.raises(Unknown, match="stage2_attempt_id"):
        complete(office, None)


def test_when_every_factor_is_found_there_is_nothing_left_to_do(office, number):
    upload(office, attempt=report(office, 10).attempt)
    claim(office)
    end = office.perform(
        ReportAttempt(value=str(N), method="ecm", b1=B1, b2=None, runs=0, claims=(Claim(str(P)), Claim(str(Q))))
    )
    assert complete(office, end.attempt).outcome == "completed"


def test_a_file_of_a_number_that_was_factored_meanwhile_waits_when_that_is_withdrawn(office, number):
    stage_1 = report(office, 10)
    found = report(office, 1, bounds=FULL, factors=[P, Q], client="carol")
    assert upload(office, attempt=stage_1.attempt).factored
    assert isinstance(claim(office), NoWork)
    assert count_waiting(office.factoring.connection) == 0
    withdraw(office, found.attempt)
    assert count_waiting(office.factoring.connection) == 1
    assert claim(office, "c2").residue == 1
    complete(office, report(office, 10, bounds=FULL, sigmas=SIGMAS).attempt)
    assert effort(office) == 10 * worth(FULL)


def test_a_file_of_a_factored_number_is_kept_as_long_as_was_asked_for(office, number):
    report(office, 1, bounds=FULL, factors=[P, Q])
    upload(office)
    by_itself = RemoveResidue(residue=1, reason="", only_done=True)
    assert office.perform(by_itself, client=None).outcome == "existing"
    office.now += 3600 * SECOND
    assert office.perform(by_itself, client=None).outcome == "removed"


def test_a_claim_that_has_run_out_goes_back_and_its_holder_may_still_complete(office, number):
    upload(office, attempt=report(office, 10).attempt)
    claim(office)
    office.now += 601 * SECOND
    office.perform(ExpireWork(lease="c1"), client=None)
    assert office.factoring.residues.get(1).claim == ""
    stage_2 = report(office, 10, bounds=FULL, sigmas=SIGMAS)
    with pytest.raises(Forbidden, match="never claimed"):
        complete(office, stage_2.attempt, client="carol")
    assert complete(office, stage_2.attempt).outcome == "completed"


def ask(office, work, **wanted):
    command = RequestWork(work=work, wanted=Wanted(**wanted), lease_seconds=120, work_seconds=600, whole=True)
    return office.perform(command, client="dave")


def test_numbers_and_parts_of_numbers_whose_residues_wait_are_left_out_where_that_is_wanted(office, number):
    assert ask(office, "w0", without_residues=True).number == number
    office.perform(EndWork(lease="w0", outcome="released"), client="dave")
    upload(office, attempt=report(office, 10).attempt)
    assert isinstance(ask(office, "w1", without_residues=True), NoWork)
    report(office, 1, sigmas=["7"], factors=[P])
    part = office.factoring.number_of_value(str(Q * R))
    assert isinstance(ask(office, "w2", without_residues=True), NoWork)
    assert ask(office, "w3").number == part.id
    office.perform(EndWork(lease="w3", outcome="released"), client="dave")
    claim(office)
    assert isinstance(ask(office, "w4", without_residues=True), NoWork)
    complete(office, report(office, 10, bounds=FULL, sigmas=SIGMAS).attempt)
    assert ask(office, "w5", without_residues=True).number == part.id


def test_a_stage_2_that_waits_counts_as_done_where_work_is_planned(office, number):
    planned = ask(office, "w0")
    office.perform(EndWork(lease="w0", outcome="released"), client="dave")
    sigmas = tuple(str(sigma) for sigma in range(1_000, 1_000 + planned.curves - 3))
    upload(office, attempt=report(office, len(sigmas), sigmas=sigmas).attempt, sigmas=sigmas)
    assert 2 <= ask(office, "w1").curves <= 4
    office.perform(EndWork(lease="w1", outcome="released"), client="dave")
    other = office.perform(SubmitComposite(text=str(P * 50_021), ceiling_digits=100, target_milli=30_000)).number
    assert ask(office, "w2").number == other


def test_files_are_chosen_by_number_and_bounds(office, number):
    small = Q * 50_021
    office.perform(SubmitComposite(text=str(small), ceiling_digits=100, priority=5))
    upload(office)
    upload(office, sha="b" * 64, value=small, b1=3000)
    assert claim(office, "x", min_b1=4000) == claim(office, "y", max_digits=3)
    assert claim(office, "z", min_digits=len(str(N))).residue == 1
    assert claim(office, "w").residue == 2
    with pytest.raises(BadInput, match="min_b1"):
        claim(office, "v", min_b1=2, max_b1=1)


def test_numbers_put_aside_wait_and_those_at_their_target_come_last(office, number):
    upload(office)
    done = office.perform(SubmitComposite(text=str(Q * 50_021), ceiling_digits=100, target_milli=1))
    report(office, 10, bounds=FULL, value=Q * 50_021)
    upload(office, sha="b" * 64, value=Q * 50_021)
    assert done.number == 2
    assert [claim(office, name).residue for name in "xy"] == [1, 2]
    office.perform(ReleaseResidue(residue=1, by_holder=False), client=None)
    office.perform(ShelveNumber(number=number, shelf="inactive", reason=""))
    assert isinstance(claim(office, "z"), NoWork)


def test_claims_are_no_assignments(office, number):
    for index in range(6):
        upload(office, sha=str(index) * 64, sigmas=(str(index),))
        claim(office, f"c{index}")
    with pytest.raises(Unknown):
        office.perform(EndWork(lease="c0", outcome="completed"), client="bob")
    work = RequestWork(work="w", wanted=Wanted(), lease_seconds=60, work_seconds=60, most_held=5, whole=True)
    assert office.perform(work, client="bob").value == str(N)


def test_leases_on_files_are_not_counted_among_those_on_numbers(office, number):
    upload(office, sha="a" * 64)
    upload(office, sha="b" * 64, sigmas=("201",))
    ask(office, "w")
    claim(office, "c1")
    claim(office, "c2")
    office.perform(ReleaseResidue(residue=2), client="bob")
    office.factoring.flush()
    assert count_live_leases(office.factoring.connection) == {"live": 1}
    office.perform(EndWork(lease="w", outcome="released"), client="dave")
    office.factoring.flush()
    assert count_live_leases(office.factoring.connection) == {"released": 1}


def test_a_file_is_removed_by_itself_only_when_nobody_needs_it(office, number):
    upload(office, attempt=report(office, 10).attempt)
    claim(office)
    by_itself = RemoveResidue(residue=1, reason="", only_done=True)
    office.now += 7200 * SECOND
    assert office.perform(by_itself, client=None).outcome == "existing"
    complete(office, report(office, 10, bounds=FULL, sigmas=SIGMAS).attempt)
    assert office.perform(by_itself, client=None).outcome == "removed"
    assert office.factoring.residues.get(1).removed


def test_an_administrator_removes_any_file_and_its_holder_loses_it(office, number):
    upload(office)
    claim(office)
    office.perform(RemoveResidue(residue=1, reason="broken"), client=None)
    assert office.factoring.lease("c1").outcome == "revoked"
    assert isinstance(claim(office, "c2"), NoWork)


def test_ids_are_not_given_out_again_after_a_correction(office, number):
    stage_1 = report(office, 10)
    upload(office, attempt=stage_1.attempt)
    office.correct(reported(office, stage_1.attempt).position)
    assert office.factoring.residues.next() == 2


def test_a_long_file_takes_several_events_and_everything_rebuilds(office, number):
    sigmas = tuple(str(2**64 - 1 - sigma) for sigma in range(4_500))
    stage_1 = report(office, 4_500, bounds=bounds_of(B1, 0, 0))
    upload(office, attempt=stage_1.attempt, sigmas=sigmas, param=0, bad=1, bad_lines=(BadLine(7, "damaged"),))
    claim(office)
    assert office.factoring.residues.sigmas(1) == sigmas
    before = office.tables()
    office.reopen(rebuild=True)
    assert office.tables() == before
    assert effort(office) == 4_500 * worth(bounds_of(B1, 0, 0))
