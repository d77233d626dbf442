"""The shortest histories that random ones have come to: what was withdrawn in them stopped, lost or changed something."""

import pytest

from core.factoring.commands.numbers import Prior
from core.factoring.mathematics.curves.bounds import bounds_of
from tests.twins.steps.beside import Resend
from tests.twins.steps.moving import MoveFactor, MoveIn
from tests.twins.steps.numbers import Change, Describe, Shelve, Submit
from tests.twins.steps.residues import ClaimFile, File, Upload
from tests.twins.steps.work import Hold, Report, Reserve, Take, TakeP1, Try
from tests.twins.story import ALL, Story

P, Q, R, S = 10**15 + 37, 10**20 + 39, 10**17 + 3, 10**24 + 7
N = P * Q * R


@pytest.fixture
def story(tmp_path):
    story = Story(tmp_path)
    yield story
    story.close()


@pytest.fixture
def holds(story):
    """A function that asserts of a story that nothing was withdrawn in it that might not as well never have been said."""

    def holds():
        story.compare()
        story.is_the_same_in_every_way()

    return holds


def test_the_first_of_two_factors_of_one_report(story, holds):
    story.tell(Submit(value=N))
    found = story.tell(Report(value=N, claims=(P, Q), more=1))
    story.withdraw((found, str(P)))
    holds()


def test_the_only_factor_that_somebody_knew_of_and_then_all_that_he_said(story, holds):
    story.tell(Submit(value=N))
    known = story.tell(Describe(value=N, left=P * Q))
    story.withdraw((known, str(R)))
    story.withdraw((known, ALL))
    holds()
    story.take_back(3)
    holds()


def test_a_number_described_again_as_factored_after_it_was_taken_up(story, holds):
    story.tell(Submit(value=N))
    story.tell(Describe(value=N, factored=True))
    found = story.tell(Report(value=N, claims=(R,), more=1))
    story.withdraw((found, str(R)))
    story.tell(Shelve(value=N, shelf=""))
    story.tell(Describe(value=N, factored=True))
    story.take_back(3)
    holds()


def test_a_number_described_twice_as_factored_and_taken_up_in_between(story, holds):
    story.tell(Submit(value=N))
    found = story.tell(Report(value=N, claims=(R,), more=1))
    for step in (Describe(value=N, factored=True), Shelve(value=N, shelf=""), Describe(value=N, factored=True)):
        story.tell(step)
    story.withdraw((found, str(R)))
    holds()


def test_what_is_asked_for_a_part_that_comes_back_under_its_first_id(story, holds):
    story.tell(Submit(value=N))
    known = story.tell(Describe(value=N, left=P * Q, factored=True))
    story.withdraw((known, ALL))
    story.tell(Report(value=N, claims=(R,), more=1))
    story.tell(Describe(value=P * Q, factored=True))
    story.take_back(2)
    holds()


def test_a_claim_that_would_not_have_been_given_is_completed_all_the_same(story, holds):
    story.tell(Submit(value=N))
    file = story.tell(Upload(value=N, b1=200, sigmas=("2", "3")))
    found = story.tell(Report(value=N, claims=(P,), more=1))
    story.withdraw((found, ALL))
    story.tell(Report(value=N, claims=(Q,), more=1))
    story.tell(ClaimFile(of=file))
    stage_2 = story.tell(Report(value=N, bounds=bounds_of(200, None, 1), sigmas=("2", "3")))
    story.tell(File(of=file, by=stage_2, how="done"))
    story.take_back(3)
    holds()


def test_a_report_under_work_that_a_correction_has_moved_to_the_whole_number(story, holds):
    story.tell(Submit(value=N))
    found = story.tell(Report(value=N, claims=(P, Q * R), more=1))
    work = story.tell(TakeP1(value=Q * R, client="bob"))
    story.withdraw((found, str(P)))
    story.withdraw((found, str(Q * R)))
    story.tell(Report(value=0, work=work, claims=(Q * R, Q), more=1, client="bob"))
    holds()


def test_the_middle_one_of_three_factors_of_one_report(story, holds):
    story.tell(Submit(value=N * S))
    found = story.tell(Report(value=N * S, claims=(P, Q, R), more=1))
    story.withdraw((found, str(Q)))
    holds()


def test_the_last_of_three_factors_of_one_report(story, holds):
    story.tell(Submit(value=N * S))
    found = story.tell(Report(value=N * S, claims=(P, Q, R), more=1))
    story.withdraw((found, str(R)))
    holds()


def test_two_reports_of_which_the_second_splits_what_the_first_left(story, holds):
    story.tell(Submit(value=N * S))
    found = story.tell(Report(value=N * S, claims=(P,), more=1))
    story.tell(Report(value=N * S, claims=(Q,), more=1, client="bob"))
    story.withdraw((found, ALL))
    holds()


def test_several_of_what_two_clients_found_on_a_shared_number(story, holds):
    story.tell(Submit(value=N * S))
    works = [story.tell(Take(client=client)) for client in ("alice", "bob")]
    found = [
        story.tell(Report(work=work, bounds=None, more=1, claims=(factor,), client=""))
        for work, factor in zip(works, (P, Q), strict=True)
    ]
    story.withdraw((found[0], ALL))
    story.withdraw((found[1], ALL))
    holds()


def test_residues_of_a_factored_number_whose_factors_are_withdrawn(story, holds):
    story.tell(Submit(value=P * Q))
    of = story.tell(Report(value=P * Q, bounds=bounds_of(300, 0, 1), sigmas=("1",), more=2))
    found = story.tell(Report(value=P * Q, claims=(P,), more=1))
    file = story.tell(Upload(value=P * Q, b1=300, sigmas=("1", "2"), of=of))
    holds()
    story.withdraw((found, ALL))
    correction = story.steps - 1
    holds()
    story.tell(ClaimFile(of=file))
    stage_2 = story.tell(Report(value=P * Q, bounds=bounds_of(300, None, 1), sigmas=("1", "2")))
    story.tell(File(of=file, by=stage_2, how="done"))
    holds()
    story.take_back(correction)
    holds()


def test_residues_of_a_report_that_counts_for_more_since_another_was_withdrawn(story, holds):
    story.tell(Submit(value=P * Q))
    stage_1 = {"value": P * Q, "bounds": bounds_of(300, 0, 1), "sigmas": ("1",)}
    found = story.tell(Report(**stage_1, claims=(P,)), Report(**stage_1, more=1))
    story.withdraw((found, ALL))
    story.tell(Upload(value=P * Q, b1=300, sigmas=("1", "2"), of=found + 1))
    holds()


def test_residues_of_a_part_stay(story, holds):
    story.tell(Submit(value=N))
    found = story.tell(Report(value=N, claims=(P,), more=1))
    story.tell(Upload(value=Q * R, b1=100, sigmas=("1", "2")))
    story.withdraw((found, ALL))
    holds()


def test_a_resend_stays_withdrawn_until_that_is_taken_back(story, holds):
    story.tell(Submit(value=N))
    run = story.tell(Report(value=N, more=43))
    story.withdraw((run, ALL))
    correction = story.steps - 1
    story.resend(run)
    story.tell(Report(value=N, more=43))
    holds()
    story.take_back(correction)
    story.resend(run)
    holds()


def test_a_resend_of_a_withdrawn_report_with_a_key(story):
    story.tell(Submit(value=N))
    run = story.tell(Try(value=N, claims=(P,)))
    story.withdraw((run, ALL))
    head = story.first.office.log.head()
    again = story.tell(Resend(sent=run))
    assert story.first.history[again].meant is None
    assert "withdrawn" in str(story.first.history[again].result)
    assert story.first.office.log.head() == head


def test_of_two_runs_of_p1_with_one_b1_the_same_counts_wherever_a_batch_ends(story, holds):
    story.tell(Submit(value=N))
    story.tell(Submit(value=P * Q))
    runs = (Try(value=N, b1=50_000, b2=100_000), Try(value=P * Q, b1=50_000, b2=2_000_000))
    story.tell(*runs, Report(value=N, claims=(R,), more=1))
    holds()


def test_a_part_that_somebody_wants_something_of_stays(story, holds):
    story.tell(Submit(value=N))
    found = story.tell(Report(value=N, claims=(P,), more=1))
    story.tell(Submit(value=Q * R, client="bob", project="mine", priority=7, prior=Prior(5_000)))
    work = story.tell(Take(client="bob", project="mine"))
    story.withdraw((found, ALL))
    told = story.tell(Report(work=work, bounds=None, more=2, client=""))
    assert story.first.history[told].meant
    holds()


def test_a_part_that_somebody_just_submits_stays(story, holds):
    story.tell(Submit(value=N))
    found = story.tell(Report(value=N, claims=(P,), more=1))
    story.tell(Submit(value=Q * R, client="bob"))
    story.withdraw((found, ALL))
    holds()


def test_p1_and_curves_on_a_part_move_to_the_whole_as_of_when_they_were_run(story, holds):
    story.tell(Submit(value=N))
    found = story.tell(Report(value=N, claims=(P,), more=1))
    story.tell(Try(value=Q * R, b1=50_000, b2=2_000_000))
    story.tell(Report(value=Q * R, sigmas=("1", "2"), more=3, bounds=bounds_of(200, None, 1)))
    story.withdraw((found, ALL))
    holds()


def test_of_two_finders_the_second_has_found_it_when_the_first_has_not(story, holds):
    story.tell(Submit(value=N))
    found = story.tell(Report(value=N, claims=(P,), more=1))
    story.tell(Report(value=N, claims=(P,), more=1, client="bob"))
    story.withdraw((found, ALL))
    holds()


def test_of_two_declarations_of_the_same_the_second_counts_when_the_first_does_not(story, holds):
    story.tell(Submit(value=N))
    declared = story.tell(Submit(value=N, prior=Prior(5_000)))
    story.tell(Submit(value=N, prior=Prior(5_000), client="bob"))
    story.withdraw((declared, ALL))
    holds()


def test_what_is_wanted_of_a_part_is_forgotten_with_it(story, holds):
    story.tell(Submit(value=N))
    found = story.tell(Report(value=N, claims=(P,), more=1))
    for step in (
        Change(value=Q * R, priority=7, client=""),
        Describe(value=Q * R, difficulty=50, client=""),
        Shelve(value=Q * R, shelf="inactive", client=""),
    ):
        story.tell(step)
    story.withdraw((found, ALL))
    holds()


def test_a_number_that_was_shelved_as_factored_elsewhere_is_so_when_its_factor_is_withdrawn(story, holds):
    story.tell(Submit(value=N))
    found = story.tell(Report(value=N, claims=(P,), more=1))
    story.tell(Describe(value=N, factored=True, client=""))
    story.withdraw((found, ALL))
    holds()


def test_what_happens_to_a_reservation_of_a_part(story, holds):
    story.tell(Submit(value=N))
    found = story.tell(Report(value=N, claims=(P,), more=1))
    reserved = story.tell(Reserve(value=Q * R))
    story.withdraw((found, ALL))
    story.tell(Hold(work=reserved, how="released"))
    holds()


def test_a_report_of_what_is_known_from_elsewhere_by_now(story, holds):
    story.tell(Submit(value=N))
    story.tell(Submit(value=Q * R * S))
    found = story.tell(Report(value=N, claims=(P,), more=1))
    story.tell(Report(value=Q * R * S, claims=(S,), more=1, client="bob"))
    story.tell(Report(value=Q * R, claims=(Q,), more=1, client="carol"))
    story.withdraw((found, ALL))
    holds()


def test_a_withdrawal_that_is_taken_back_leaves_what_was_there(story, holds):
    story.tell(Submit(value=N))
    found = story.tell(Report(value=N, claims=(P,), more=1))
    story.tell(Report(value=Q * R, claims=(Q,), more=2, client="bob"))
    story.withdraw((found, ALL))
    correction = story.steps - 1
    story.tell(Report(value=N, claims=(R,), more=3))
    holds()
    story.take_back(correction)
    holds()


def test_a_factor_that_a_correction_has_somebody_else_find_can_be_withdrawn_alone(story, holds):
    story.tell(Submit(value=N))
    first = story.tell(Report(value=N, claims=(P,), more=1))
    second = story.tell(Report(value=N, claims=(Q * R,), more=2, client="bob"))
    story.withdraw((first, str(P)))
    holds()
    story.withdraw((second, str(Q * R)))
    holds()


def test_what_was_said_of_a_part_counts_again_when_the_part_comes_back(story, holds):
    story.tell(Submit(value=N))
    found = story.tell(Report(value=N, claims=(R,), more=1))
    story.withdraw((found, ALL))
    correction = story.steps - 1
    declared = story.tell(Describe(value=N, left=P * Q, client=""))
    story.tell(Describe(value=P * Q, factored=True, client=""))
    story.withdraw((declared, ALL))
    holds()
    story.take_back(correction)
    holds()


def test_a_report_on_a_part_that_only_a_correction_made_outlives_the_next_ones(story, holds):
    story.tell(Submit(value=N))
    first = story.tell(Report(value=N, claims=(P * R,), more=1))
    second = story.tell(Report(value=N, claims=(R,), more=1))
    story.withdraw((first, ALL))
    third = story.tell(Report(value=P * Q, more=2))
    story.tell(Report(value=P * Q, more=3))
    story.withdraw((second, ALL))
    holds()
    story.withdraw((third, ALL))
    holds()


def test_a_residue_file_waits_again_when_the_stage_2_that_ended_it_is_withdrawn(story):
    story.tell(Submit(value=N))
    file = story.tell(Upload(value=N, b1=100, sigmas=("1",)))
    story.tell(ClaimFile(of=file))
    ran = [story.tell(Report(value=N, bounds=bounds_of(100, None, 1), sigmas=("1",))) for _ in range(2)]
    for one in ran:
        story.tell(File(of=file, by=one, how="done"))
    story.withdraw((ran[0], ALL))
    assert story.first.rows("SELECT completed_by FROM residues") == [(0,)]
    story.is_the_same_in_every_way()


def test_small_factors_of_a_number_that_was_moved_in_are_there_when_the_finder_of_one_is_withdrawn(story, holds):
    story.tell(MoveIn(value=10_007**2))
    found = story.tell(Report(value=10_007**2, claims=(10_007,), more=1))
    story.tell(MoveIn(value=10_007**2, divide=True))
    story.withdraw((found, "10007"))
    holds()


def test_a_factor_that_was_moved_in_when_it_was_known_is_there_when_its_finder_is_withdrawn(story, holds):
    story.tell(Submit(value=N))
    found = story.tell(Report(value=N, claims=(P,), more=1))
    story.tell(MoveFactor(value=N, factor=P))
    story.withdraw((found, ALL))
    holds()
