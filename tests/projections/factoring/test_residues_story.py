"""A residue file's way: handed in, claimed, its stage 2 credited in place of its stage 1, done, removed."""

import pytest

from coordinator.residues.auditing import needed
from core.factoring.answers import NoWork
from core.factoring.commands import (
    Claim,
    EndWork,
    ExpireWork,
    ReportAttempt,
    ReportCurves,
    RequestWork,
    SubmitComposite,
)
from core.factoring.curation.commands import ShelveNumber
from core.factoring.curves import CurveWorth, bounds_of
from core.factoring.events import AttemptMade, CurvesRun
from core.factoring.residues.commands import (
    ClaimResidue,
    CompleteResidue,
    Contents,
    ReleaseResidue,
    RemoveResidue,
    UploadResidues,
    reported_at,
)
from core.factoring.residues.events import BadLine, ResidueCurves
from core.factoring.residues.state import WantedResidue
from core.factoring.state import Wanted
from core.refusals import BadInput, Forbidden, Unknown
from core.timestamps import SECOND
from projections.factoring.counts import count_live_leases

P, Q, R = 10_007, 20_011, 30_011
N = P * Q * R
B1 = 2000
STAGE_1, FULL, WRONG_PARAM = bounds_of(B1, 0, 1), bounds_of(B1, None, 1), bounds_of(B1, 0, 3)
SIGMAS = tuple(str(sigma) for sigma in range(101, 111))


def worth(bounds):
    return CurveWorth(bounds).find()


@pytest.fixture
def number(office):
    """A composite on record."""
    return office.perform(SubmitComposite(text=str(N), ceiling_digits=100, target_milli=30_000)).number


def reported(office, attempt):
    """The report with this id, as the log has it."""
    rows = office.log.read(0, 10_000)
    events = [office.committer.registry.event(row) for row in rows]
    event = next(e for e in events if isinstance(e.fact, CurvesRun | AttemptMade) and e.fact.attempt == attempt)
    return reported_at(event.position, event.fact)


def report(office, curves, *, bounds=STAGE_1, sigmas=(), client="alice-box1", value=N, factors=()):
    command = ReportCurves(
        work="",
        value=str(value),
        bounds=bounds,
        curves=curves,
        sigmas=tuple(sigmas),
        claims=tuple(Claim(str(factor)) for factor in factors),
    )
    return office.perform(command, client=client)


def upload(office, *, sha="a" * 64, value=N, sigmas=SIGMAS, attempt=None, b1=B1, param=1, client="alice", **contents):
    contents = {"served_sha256": sha, "bytes": 1234, "inferred": 0, "bad": 0, "bad_lines": (), **contents}
    command = UploadResidues(
        sha256=sha,
        contents=Contents(value=str(value), b1=b1, param=param, sigmas=sigmas, **contents),
        stage_1=reported(office, attempt) if attempt else None,
        keep_seconds=3600,
    )
    return office.perform(command, client=client)


def claim(office, claim="c1", *, client="bob", **wanted):
    return office.perform(ClaimResidue(claim=claim, wanted=WantedResidue(**wanted), lease_seconds=600), client=client)


def complete(office, attempt, *, residue=1, client="bob"):
    stage_2 = reported(office, attempt) if attempt else None
    return office.perform(CompleteResidue(residue=residue, stage_2=stage_2), client=client)


def effort(office, value=N):
    return office.factoring.number_of_value(str(value)).effort


def test_stage_1_then_stage_2_counts_each_curve_once(office, number):
    stage_1 = report(office, 10)
    assert effort(office) == 10 * worth(STAGE_1)
    uploaded = upload(office, attempt=stage_1.attempt)
    assert (uploaded.outcome, uploaded.residue, uploaded.number, uploaded.curves) == ("new", 1, number, 10)
    assert effort(office) == 10 * worth(STAGE_1)
    work = claim(office)
    assert (work.residue, work.value, work.curves, work.attempt) == (1, str(N), 10, stage_1.attempt)
    stage_2 = report(office, 10, bounds=FULL, sigmas=SIGMAS, client="bob-box2")
    assert effort(office) == 10 * worth(FULL)
    done = complete(office, stage_2.attempt)
    assert (done.outcome, done.completed_by, done.t_milli) == ("completed", stage_2.attempt, stage_2.t_milli)
    assert complete(office, stage_2.attempt) == done
    assert isinstance(claim(office, "c2"), NoWork)


def test_curves_whose_sigmas_the_report_told_are_not_counted_twice(office, number):
    stage_1 = report(office, 10, sigmas=SIGMAS[6:])
    upload(office, attempt=stage_1.attempt)
    assert effort(office) == 10 * worth(STAGE_1)
    assert office.factoring.residues.identified(stage_1.attempt) == 6
    report(office, 10, bounds=FULL, sigmas=SIGMAS)
    assert effort(office) == 10 * worth(FULL)


def test_checksums_that_the_report_told_are_not_told_again_with_the_file(office, number):
    told, of_file = (7, 8, None, 10), (7, 9, 11, 10, 12)
    command = ReportCurves("", str(N), STAGE_1, 4, SIGMAS[:4], checksums=told)
    upload(office, attempt=office.perform(command).attempt, sigmas=SIGMAS[:5], checksums=of_file)
    upload(office, sha="b" * 64, sigmas=SIGMAS[:5], checksums=of_file)
    events = [office.committer.registry.event(row).fact for row in office.log.read(0, 10_000)]
    curves = [fact.checksums for fact in events if isinstance(fact, ResidueCurves)]
    assert curves == [(None, 9, 11, None, 12), of_file]


def test_a_wrong_parametrisation_of_the_report_is_put_right_by_the_file(office, number):
    stage_1 = report(office, 10, bounds=WRONG_PARAM)
    upload(office, attempt=stage_1.attempt)
    assert effort(office) == 10 * worth(STAGE_1)
    rows = office.tables()["work_done"]
    assert {(param, curves) for _, _, _, param, curves, _, _ in rows} == {(1, 10), (3, 0)}


def test_no_more_curves_are_identified_than_were_reported(office, number):
    stage_1 = report(office, 4)
    upload(office, attempt=stage_1.attempt)
    upload(office, sha="b" * 64, attempt=stage_1.attempt, sigmas=("1", "2"))
    assert effort(office) == 4 * worth(STAGE_1)


def test_a_file_without_a_report_credits_nothing(office, number):
    upload(office)
    assert effort(office) == 0


def test_work_that_the_file_continues_counts_for_the_parts_too(office, number):
    stage_1 = report(office, 10)
    upload(office, attempt=stage_1.attempt)
    report(office, 1, bounds=FULL, client="carol", factors=[P])
    assert claim(office).value == str(N)
    report(office, 10, bounds=FULL, sigmas=SIGMAS, client="bob-box2")
    assert effort(office, Q * R) == effort(office) == 11 * worth(FULL)


def test_a_part_of_stage_2_is_credited_and_the_file_stays(office, number):
    upload(office, attempt=report(office, 10).attempt)
    claim(office)
    part = report(office, 4, bounds=FULL, sigmas=SIGMAS[:4])
    assert effort(office) == 4 * worth(FULL) + 6 * worth(STAGE_1)
    with pytest.raises(BadInput, match="4 of the 10"):
        complete(office, part.attempt)
    office.perform(ReleaseResidue(residue=1), client="bob")
    assert claim(office, "c2", client="carol").residue == 1
    whole = report(office, 10, bounds=FULL, sigmas=SIGMAS)
    assert complete(office, whole.attempt, client="carol").outcome == "completed"
    assert effort(office) == 10 * worth(FULL)


def test_stage_2_that_stopped_at_a_factor_ends_the_claim_and_others_go_on_with_what_is_left(office, number):
    upload(office, attempt=report(office, 10).attempt)
    claim(office)
    part = report(office, 4, bounds=FULL, sigmas=SIGMAS[:4], factors=[P])
    returned = complete(office, part.attempt)
    assert (returned.outcome, returned.completed_by) == ("returned", 0)
    assert complete(office, part.attempt) == returned
    assert claim(office, "c2", client="carol").residue == 1
    whole = report(office, 10, bounds=FULL, sigmas=SIGMAS)
    assert complete(office, whole.attempt, client="carol").outcome == "completed"
    assert effort(office, Q * R) == 10 * worth(FULL)


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
    [({"value": N + 2}, "not known here"), ({"value": 10**11 + 3}, "nothing left"), ({"attempt": 1}, "attempt 1")],
)
def test_what_does_not_fit_is_refused(office, number, changes, words):
    other = Q * 50_021
    office.perform(SubmitComposite(text=str(other), ceiling_digits=100))
    office.perform(SubmitComposite(text=str(10**11 + 3), ceiling_digits=100))
    report(office, 10, value=other)
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
    with pytest.raises(BadInput, match="stage2_attempt_id"):
        complete(office, None)


def test_when_every_factor_is_found_there_is_nothing_left_to_do(office, number):
    upload(office, attempt=report(office, 10).attempt)
    claim(office)
    end = office.perform(
        ReportAttempt(value=str(N), method="ecm", b1=B1, b2=None, runs=0, claims=(Claim(str(P)), Claim(str(Q))))
    )
    assert complete(office, end.attempt).outcome == "completed"


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


def withdraw(office, attempt):
    office.correct(reported(office, attempt).position)
    office.reopen(rebuild=True)


def test_a_withdrawn_stage_1_takes_its_credit_along_and_leaves_the_file(office, number):
    stage_1 = report(office, 10)
    upload(office, attempt=stage_1.attempt)
    withdraw(office, stage_1.attempt)
    assert effort(office) == 0
    assert claim(office).residue == 1
    report(office, 10, bounds=FULL, sigmas=SIGMAS)
    assert effort(office) == 10 * worth(FULL)


def test_a_withdrawn_stage_2_gives_stage_1_its_credit_back_and_the_file_waits_again(office, number):
    upload(office, attempt=report(office, 10).attempt)
    claim(office)
    stage_2 = report(office, 10, bounds=FULL, sigmas=SIGMAS)
    complete(office, stage_2.attempt)
    withdraw(office, stage_2.attempt)
    assert effort(office) == 10 * worth(STAGE_1)
    assert claim(office, "c2", client="carol").residue == 1


def test_the_file_of_a_part_that_vanishes_with_its_factor_is_one_of_the_whole(office, number):
    found = report(office, 1, bounds=FULL, factors=[P])
    upload(office, value=Q * R)
    claim(office)
    position = next(row.position for row in office.log.read(0, 1000) if row.type == "factoring.factor_found.v1")
    office.correct(position, reason="it does not divide")
    for rebuilt in (False, True):
        office.reopen(rebuild=rebuilt)
        kept = office.factoring.residues.get(1)
        assert (kept.number, kept.claim, kept.removed) == (number, "c1", False)
        assert needed(office.log.connection) == {kept.served_sha256: 1}
    assert (office.factoring.number(number).status, found.factors) == ("open", (1,))
    assert upload(office, value=Q * R).residue == 1
