"""The credit of residue files: stage 2 in place of stage 1, each curve once, and what a correction takes back."""

import pytest

from coordinator.residues.auditing import needed
from core.factoring.answers.shapes import NoWork
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import ReportCurves
from core.factoring.commands.residues import ReleaseResidue
from core.factoring.events.residues import ResidueCurves
from core.refusals import BadInput
from tests.projections.factoring.residue_words import (
    FULL,
    SIGMAS,
    STAGE_1,
    WRONG_PARAM,
    N,
    P,
    Q,
    R,
    claim,
    complete,
    effort,
    report,
    upload,
    withdraw,
    worth,
)


@pytest.fixture
def number(office):
    """A composite on record."""
    return office.perform(SubmitComposite(text=str(N), ceiling_digits=100, target_milli=30_000)).number


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
    assert office.factoring.residues.identified(stage_1.attempt).of(1) == set(SIGMAS[:6])
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


def test_a_report_that_is_named_when_its_file_comes_once_more_is_told_by_it(office, number):
    stage_1 = report(office, 10)
    assert upload(office).attempt == 0
    told = upload(office, attempt=stage_1.attempt)
    assert (told.outcome, told.residue, told.attempt) == ("identified", 1, stage_1.attempt)
    assert upload(office, attempt=stage_1.attempt).outcome == "existing"
    report(office, 10, bounds=FULL, sigmas=SIGMAS)
    for rebuilt in (False, True):
        office.reopen(rebuild=rebuilt)
        assert effort(office) == 10 * worth(FULL)


@pytest.mark.parametrize("again", [False, True])
def test_a_correction_changes_what_a_file_tells_whenever_its_report_was_named(office, number, again):
    bob = report(office, 2, sigmas=SIGMAS[:2], client="bob")
    stage_1 = report(office, 10)
    if again:
        upload(office)
    upload(office, attempt=stage_1.attempt)
    assert {row[0]: row[9] for row in office.tables()["attempts"]} == {bob.attempt: 2, stage_1.attempt: 8}
    withdraw(office, bob.attempt)
    assert effort(office) == 10 * worth(STAGE_1)
    assert {row[0]: row[9] for row in office.tables()["attempts"]} == {stage_1.attempt: 10}
    report(office, 10, bounds=FULL, sigmas=SIGMAS, client="carol")
    assert effort(office) == 10 * worth(FULL)
    withdraw(office, stage_1.attempt)
    assert effort(office) == 10 * worth(FULL)


@pytest.mark.parametrize("again", [False, True])
def test_another_number_s_report_is_not_taken_for_the_stage_1_of_a_file_and_costs_nobody_the_file(
    office, number, again
):
    office.perform(SubmitComposite(text=str(Q * R), ceiling_digits=100))
    other = report(office, 3, value=Q * R)
    if again:
        upload(office)
    kept = upload(office, attempt=other.attempt)
    assert (kept.residue, kept.attempt) == (1, 0)
    assert effort(office, Q * R) == 3 * worth(STAGE_1)
    head = office.log.head()
    assert upload(office, attempt=other.attempt).outcome == "existing"
    assert office.log.head() == head


@pytest.mark.parametrize("again", [False, True])
def test_a_report_that_was_withdrawn_when_its_file_came_is_told_by_it_when_it_counts_again(office, number, again):
    stage_1 = report(office, 10)
    withdraw(office, stage_1.attempt)
    if again:
        upload(office)
    kept = upload(office, attempt=stage_1.attempt, counts=False)
    assert (kept.residue, kept.attempt, effort(office)) == (1, 0, 0)
    withdraw(office, stage_1.attempt, undo=True)
    assert office.factoring.residues.get(1).attempt == stage_1.attempt
    report(office, 10, bounds=FULL, sigmas=SIGMAS)
    assert effort(office) == 10 * worth(FULL)


def test_a_report_that_is_named_later_is_told_by_its_file_when_its_curves_count_nowhere_else_any_more(office, number):
    bob = report(office, 10, sigmas=SIGMAS, client="bob")
    stage_1 = report(office, 4, sigmas=SIGMAS[:2])
    upload(office)
    assert upload(office, attempt=stage_1.attempt).outcome == "existing"
    withdraw(office, bob.attempt)
    assert effort(office) == 4 * worth(STAGE_1)
    report(office, 10, bounds=FULL, sigmas=SIGMAS)
    assert effort(office) == 10 * worth(FULL)


def test_of_two_reports_that_were_named_of_a_file_the_first_that_counts_is_its_stage_1(office, number):
    first, second = report(office, 10), report(office, 10, client="bob")
    upload(office, attempt=first.attempt)
    withdraw(office, first.attempt)
    assert upload(office, attempt=second.attempt).outcome == "identified"
    withdraw(office, first.attempt, undo=True)
    assert office.factoring.residues.get(1).attempt == first.attempt
    assert effort(office) == 20 * worth(STAGE_1)


@pytest.mark.parametrize("told_first", [True, False])
def test_what_was_handed_in_by_sigma_is_not_counted_again_among_those_without(office, number, told_first):
    handed_in = [lambda: report(office, 2, sigmas=SIGMAS[:2], client="bob"), lambda: report(office, 10)]
    answers = [hand_in() for hand_in in (handed_in if told_first else reversed(handed_in))]
    assert effort(office) == 12 * worth(STAGE_1)
    stage_1 = answers[1 if told_first else 0]
    upload(office, attempt=stage_1.attempt)
    for rebuilt in (False, True):
        office.reopen(rebuild=rebuilt)
        assert effort(office) == 10 * worth(STAGE_1)
        tables = office.tables()
        assert {row[0]: row[9] for row in tables["attempts"]} == {
            answer.attempt: 8 if answer == stage_1 else 2 for answer in answers
        }
        for table, column in (("contributors", 2), ("contributions", 3), ("pace", 2), ("pace_minutes", 2)):
            assert sum(row[column] for row in tables[table]) == 10
        assert sum(row[4] for row in tables["work_done"]) == 10


def test_a_file_in_parts_is_told_like_the_whole(office, number):
    report(office, 2, sigmas=SIGMAS[:2], client="bob")
    stage_1 = report(office, 10)
    for sha, some in (("a", SIGMAS[:4]), ("b", SIGMAS[:3]), ("c", SIGMAS[2:6]), ("d", SIGMAS)):
        upload(office, sha=sha * 64, attempt=stage_1.attempt, sigmas=some)
    assert effort(office) == 10 * worth(STAGE_1)


def test_curves_of_the_report_that_the_file_lacks_still_count(office, number):
    report(office, 2, sigmas=SIGMAS[:2], client="bob")
    stage_1 = report(office, 10)
    upload(office, attempt=stage_1.attempt, sigmas=SIGMAS[:9])
    assert effort(office) == 10 * worth(STAGE_1)


def test_what_another_file_tells_later_counts_where_others_were_taken_for_it(office, number):
    report(office, 4, sigmas=SIGMAS[:4])
    stage_1 = report(office, 6)
    upload(office, attempt=stage_1.attempt, sigmas=SIGMAS[:7])
    assert effort(office) == 7 * worth(STAGE_1)
    upload(office, sha="b" * 64, attempt=stage_1.attempt)
    for rebuilt in (False, True):
        office.reopen(rebuild=rebuilt)
        assert effort(office) == 10 * worth(STAGE_1)
        assert {row[0]: row[9] for row in office.tables()["attempts"]} == {1: 4, 2: 6}


def test_a_file_of_several_reports_takes_nothing_from_the_one_that_told_none(office, number):
    report(office, 4, sigmas=SIGMAS[:4])
    stage_1 = report(office, 6)
    upload(office, attempt=stage_1.attempt)
    assert effort(office) == 10 * worth(STAGE_1)


@pytest.mark.parametrize("withdrawn", [0, 1])
def test_what_counted_elsewhere_counts_here_when_it_does_not_there(office, number, withdrawn):
    reports = report(office, 2, sigmas=SIGMAS[:2], client="bob"), report(office, 10)
    upload(office, attempt=reports[1].attempt)
    withdraw(office, reports[withdrawn].attempt)
    assert effort(office) == (2 if withdrawn else 10) * worth(STAGE_1)


def test_what_counts_without_a_sigma_for_parts_too_is_taken_off_there_as_well(office, number):
    report(office, 2, sigmas=SIGMAS[:2], client="bob")
    stage_1 = report(office, 10)
    report(office, 1, bounds=FULL, client="carol", factors=[P])
    upload(office, attempt=stage_1.attempt)
    for rebuilt in (False, True):
        office.reopen(rebuild=rebuilt)
        assert effort(office, Q * R) == effort(office) == 10 * worth(STAGE_1) + worth(FULL)


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


def test_what_a_correction_has_a_file_tell_in_several_events_counts_once(office, number):
    """The file told nothing at first, so what it tells since stands at one position."""
    bob = report(office, 2, sigmas=SIGMAS[:2], client="bob")
    report(office, 1, sigmas=SIGMAS[2:3], client="carol")
    stage_1 = report(office, 10, sigmas=SIGMAS[:2])
    assert stage_1.credited == 0
    upload(office, attempt=stage_1.attempt)
    withdraw(office, bob.attempt)
    assert effort(office) == 10 * worth(STAGE_1)
    tables = office.tables()
    assert sum(row[4] for row in tables["work_done"]) == 10
    assert {row[0]: row[9] for row in tables["attempts"]} == {2: 1, 3: 9}


def test_what_was_handed_in_for_all_that_is_left_of_a_number_counts_for_who_did_so_alone(office, number):
    report(office, 1, bounds=FULL, client="carol", factors=[P])
    bob = report(office, 2, sigmas=SIGMAS[:2], client="bob", value=Q * R)
    stage_1 = report(office, 10)
    upload(office, attempt=stage_1.attempt)
    assert effort(office, Q * R) == 10 * worth(STAGE_1) + worth(FULL)
    assert {row[0]: row[9] for row in office.tables()["attempts"]} == {1: 1, bob.attempt: 2, stage_1.attempt: 8}
