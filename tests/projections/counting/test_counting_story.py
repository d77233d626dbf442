"""What becomes of a job: the ways in which it succeeds, fails, and is cancelled."""

import uuid

import pytest

from core.counting.commands import (
    CancelJob,
    EndChunk,
    ExpireChunk,
    RenewChunk,
    ReportCount,
    ReportFailure,
    RequestChunk,
    SubmitJob,
)
from core.refusals import BadInput, Conflict, Forbidden, Unknown
from core.timestamps import SECOND
from projections.counting.state import counted, jobs
from projections.counting.table import job_of
from tests.statements import plan_of, statements_of
from workers.counting.pi import pi

PI = {0: 0, 25_000: 2762, 50_000: 5133, 75_000: 7393, 100_000: 9592}


def submit(office, n=100_000, chunks=4):
    job = str(uuid.uuid4())
    office.perform(SubmitJob(job=job, n=n, chunks=chunks, ceiling=10**18))
    return job


def request(office, client="alice", seconds=120):
    return office.perform(RequestChunk(work=str(uuid.uuid4()), lease_seconds=seconds), client=client)


def true_count(job, chunk):
    a, b = (chunk - 1) * 25_000 + 1, chunk * 25_000
    return ReportCount(job=job, chunk=chunk, before=PI[a - 1], last=PI[b])


def standing(office, job):
    return job_of(office.committer.files["counting"].connection, job)


def types(office, job):
    return [row.type.removeprefix("counting.") for row in office.log.read(0, 1000) if row.stream == f"job-{job}"]


def test_a_job_goes_from_pending_to_success(office):
    job = submit(office)
    assert standing(office, job).state == "PENDING"
    work = request(office)
    assert (work.job, work.chunk, work.a, work.b) == (job, 1, 1, 25_000)
    assert standing(office, job).state == "STARTED"
    assert office.perform(true_count(job, 1)).standing == "counted"
    assert (standing(office, job).state, standing(office, job).done) == ("PROGRESS", 1)
    for chunk in (2, 3, 4):
        assert request(office, "bob").chunk == chunk
        office.perform(true_count(job, chunk), client="bob")
    done = standing(office, job)
    assert (done.state, done.primes, done.done) == ("SUCCESS", 9592, 4)
    assert done.ended_at >= done.submitted_at
    assert request(office).message


def test_a_resent_report_is_answered_like_the_first_time(office):
    job = submit(office)
    request(office)
    first = office.perform(true_count(job, 1))
    assert office.perform(true_count(job, 1)) == first
    assert standing(office, job).done == 1


def test_the_chunk_of_a_silent_worker_is_leased_again(office):
    submit(office)
    lost = request(office, seconds=120)
    office.now += 121 * SECOND
    office.perform(ExpireChunk(lease=lost.work), client=None)
    again = request(office, "bob")
    assert (again.chunk, again.work) == (1, again.work)
    assert again.work != lost.work


def test_a_worker_that_shows_itself_keeps_its_chunk(office):
    submit(office)
    held = request(office, seconds=120)
    office.now += 100 * SECOND
    assert office.perform(RenewChunk(lease=held.work)).expires_at == office.now + 120 * SECOND
    office.now += 100 * SECOND
    assert office.perform(ExpireChunk(lease=held.work), client=None).outcome is None
    assert request(office, "bob").chunk == 2


def test_a_chunk_that_is_handed_back_is_leased_again_at_once(office):
    submit(office)
    held = request(office)
    assert office.perform(EndChunk(lease=held.work, outcome="released")).outcome == "released"
    assert request(office, "bob").chunk == 1


def test_a_count_by_someone_who_does_not_hold_the_chunk_has_to_be_confirmed(office):
    job = submit(office)
    assert office.perform(true_count(job, 1), client="stranger").standing == "unconfirmed"
    assert standing(office, job).done == 0
    assert request(office).chunk == 1
    assert office.perform(true_count(job, 1)).standing == "counted"
    assert standing(office, job).done == 1


def test_who_holds_a_chunk_again_and_says_the_same_is_answered_so_from_then_on(office):
    """After a restart as before it, and in the tables that are built anew; with a key it is what the key says."""
    job = submit(office)
    held = request(office)
    office.perform(EndChunk(lease=held.work, outcome="released"))
    before = [office.perform(true_count(job, 1), key=key).standing for key in ("", "first", "")]
    assert before == ["unconfirmed"] * 3
    assert request(office).chunk == 1
    assert office.perform(true_count(job, 1), key="first").standing == "unconfirmed"
    assert office.perform(true_count(job, 1)).standing == "counted"
    tables = office.tables("counting")
    for rebuild in (False, True):
        office.reopen(rebuild=rebuild)
        assert office.tables("counting") == tables
        assert office.perform(true_count(job, 1)).standing == "counted"
        assert office.perform(true_count(job, 1), key="first").standing == "unconfirmed"
    assert types(office, job).count("chunk_counted.v1") == 3


def test_a_count_by_a_stranger_that_the_holder_contradicts_fails_the_job(office):
    job = submit(office)
    office.perform(ReportCount(job=job, chunk=1, before=0, last=2761), client="stranger")
    request(office)
    assert office.perform(true_count(job, 1)).standing == "failed"
    failed = standing(office, job)
    assert failed.state == "FAILURE"
    assert "2761" in failed.error
    assert "2762" in failed.error
    assert types(office, job) == [
        "job_submitted.v1",
        "chunk_counted.v1",
        "chunk_counted.v1",
        "counts_disagreed.v1",
        "job_failed.v1",
    ]


def test_neighbours_that_disagree_at_their_boundary_fail_the_job_with_both_values_named(office):
    job = submit(office)
    request(office, "alice")
    request(office, "bob")
    third = request(office, "carol")
    office.perform(true_count(job, 1), client="alice")
    office.perform(ReportCount(job=job, chunk=2, before=2763, last=5134), client="bob")
    failed = standing(office, job)
    assert failed.state == "FAILURE"
    assert failed.error == (
        "pi(25000) was counted as 2762 for chunk 1 and as 2763 for chunk 2; at least one of the two is wrong."
    )
    assert office.perform(RenewChunk(lease=third.work), client="carol").outcome == "revoked"
    with pytest.raises(Conflict):
        office.perform(true_count(job, 3), client="carol")


def test_a_different_count_after_success_takes_the_result_back(office):
    job = submit(office)
    for chunk in (1, 2, 3, 4):
        request(office)
        office.perform(true_count(job, chunk))
    assert office.perform(true_count(job, 3), client="stranger").standing == "known"
    office.perform(ReportCount(job=job, chunk=3, before=5133, last=7394), client="stranger")
    assert (standing(office, job).state, standing(office, job).primes) == ("FAILURE", None)


def counted_by(office, client, n=100_003, chunks=2, error=0):
    """Have one client count a job, whose count is in no table; return its id."""
    job = submit(office, n, chunks)
    for _ in range(chunks):
        work = request(office, client)
        before, last = pi(work.a - 1), pi(work.b)
        wrong = error if work.b == n else 0
        office.perform(ReportCount(job=job, chunk=work.chunk, before=before, last=last + wrong), client=client)
    return job


def check(office, client, alone=False):
    return office.perform(RequestChunk(work=str(uuid.uuid4()), lease_seconds=12, alone=alone), client=client)


def checked(office, work, client, error=0):
    before = pi(work.a - 1)
    command = ReportCount(job=work.job, chunk=work.chunk, before=before, last=pi(work.b) + error, sieved=True)
    return office.perform(command, client=client)


def test_a_wrong_total_that_is_known_to_be_wrong_fails_the_job(office):
    job = submit(office, 10**6, 1)
    request(office)
    wrong = ReportCount(job=job, chunk=1, before=0, last=78_499)
    assert office.perform(wrong).standing == "failed"
    assert standing(office, job).error == "pi(1000000) was counted as 78499 for chunk 1, and is known to be 78498."
    assert types(office, job) == ["job_submitted.v1", "chunk_counted.v1", "job_failed.v1"]


def test_a_wrong_count_of_what_is_known_fails_the_job_wherever_chunks_meet(office):
    job = submit(office, 300_000, 3)
    request(office)
    assert office.perform(ReportCount(job=job, chunk=1, before=0, last=9_591)).standing == "failed"


def test_a_total_that_is_in_no_table_is_checked_by_another_worker_than_the_one_that_counted(office):
    job = counted_by(office, "alice")
    assert standing(office, job).state == "PROGRESS"
    assert check(office, "alice").message
    last, inner = check(office, "bob"), check(office, "carol")
    assert (last.check, last.chunk, last.a, last.b) == (True, 4, 1, 100_003)
    assert (inner.check, inner.chunk, inner.b) == (True, 3, 50_001)
    assert check(office, "dora").message
    assert checked(office, last, "bob").standing == "checked"
    assert standing(office, job).state == "PROGRESS"
    assert checked(office, inner, "carol").state == "SUCCESS"
    assert standing(office, job).primes == 9_593
    assert checked(office, last, "bob").standing == "checked"
    office.reopen(rebuild=True)
    assert standing(office, job).state == "SUCCESS"


def test_a_total_that_a_check_contradicts_fails_the_job_and_names_both(office):
    job = counted_by(office, "alice", error=1)
    last, inner = check(office, "bob"), check(office, "carol")
    assert checked(office, last, "bob").standing == "failed"
    failed = standing(office, job)
    alice, bob, *_ = (row.stream for row in office.log.read(0, 100) if row.stream.startswith("client-"))
    assert failed.state == "FAILURE"
    assert failed.error == (
        f"pi(100003) was counted as 9594 by {alice} for chunk 2 and as 9593 by {bob}, who checked it; at least"
        " one of the two is wrong."
    )
    assert office.perform(RenewChunk(lease=inner.work), client="carol").outcome == "revoked"
    assert types(office, job)[-2:] == ["counts_disagreed.v1", "job_failed.v1"]


def test_who_is_alone_checks_by_the_second_method_what_it_counted_itself(office):
    job = counted_by(office, "alice", chunks=1)
    assert check(office, "alice").message
    assert checked(office, check(office, "alice", alone=True), "alice").state == "SUCCESS"
    assert standing(office, job).primes == 9_593


def test_the_check_of_a_silent_worker_is_made_by_another(office):
    job = counted_by(office, "alice", chunks=1)
    lost = check(office, "bob")
    office.now += 13 * SECOND
    office.perform(ExpireChunk(lease=lost.work), client=None)
    assert checked(office, check(office, "carol"), "carol").state == "SUCCESS"
    assert checked(office, lost, "bob").standing == "known"
    assert standing(office, job).primes == 9_593


def lost_check(office, client):
    """Give a check whose lease ends."""
    lost = check(office, client)
    office.now += 13 * SECOND
    office.perform(ExpireChunk(lease=lost.work), client=None)
    return lost


def test_a_check_counts_that_comes_after_its_lease_has_ended(office):
    job = counted_by(office, "alice", chunks=1)
    lost = lost_check(office, "bob")
    office.reopen(rebuild=True)
    assert checked(office, lost, "bob").standing == "checked"
    assert standing(office, job).state == "SUCCESS"
    assert check(office, "carol").message


def test_who_holds_a_check_that_another_one_hands_in_late_is_spared(office):
    job = counted_by(office, "alice", chunks=1)
    lost = lost_check(office, "bob")
    held = check(office, "carol")
    assert checked(office, lost, "bob").state == "SUCCESS"
    assert office.perform(RenewChunk(lease=held.work), client="carol").outcome == "revoked"
    assert checked(office, held, "carol").standing == "known"
    assert standing(office, job).primes == 9_593


@pytest.mark.parametrize("counts", [True, False])
def test_a_late_check_that_contradicts_takes_the_result_back(office, counts):
    job = counted_by(office, "alice", chunks=1)
    lost = lost_check(office, "bob")
    held = check(office, "carol")
    if counts:
        assert checked(office, held, "carol").state == "SUCCESS"
    assert checked(office, lost, "bob", error=1).standing == "failed"
    failed = standing(office, job)
    assert (failed.state, failed.primes) == ("FAILURE", None)
    assert "9593" in failed.error
    assert "9594" in failed.error
    assert types(office, job)[-3:] == ["border_checked.v1", "counts_disagreed.v1", "job_failed.v1"]
    tables = office.tables("counting")
    office.reopen(rebuild=True)
    assert office.tables("counting") == tables


def test_who_checked_and_says_something_else_later_takes_the_result_back(office):
    job = counted_by(office, "alice", chunks=1)
    one = check(office, "bob")
    assert checked(office, one, "bob").state == "SUCCESS"
    assert checked(office, one, "bob", error=1).standing == "failed"
    assert standing(office, job).state == "FAILURE"


def test_a_check_is_taken_only_from_whom_it_was_given_to(office):
    counted_by(office, "alice", chunks=1)
    one = check(office, "bob")
    with pytest.raises(Forbidden, match="chunk is 2, which is a check of chunk 1 that was not given to this client"):
        checked(office, one, "stranger")
    assert checked(office, one, "bob").state == "SUCCESS"


def test_a_long_stretch_is_not_sieved_whole_and_nobody_can_foresee_which(office):
    stretches = set()
    for _ in range(3):
        submit(office, 10**18 - 1, 1)
        work = request(office)
        office.perform(ReportCount(job=work.job, chunk=1, before=0, last=24_739_954_287_740_859))
        one = check(office, "bob")
        stretches.add(one.b - one.a + 1)
    assert len(stretches) == 3
    assert all(10**7 <= length < 10**8 for length in stretches)


def test_a_chunk_that_fails_on_its_merits_fails_the_job(office):
    job = submit(office)
    request(office)
    failure = ReportFailure(job=job, chunk=1, error="the library gave up.")
    with pytest.raises(Forbidden):
        office.perform(failure, client="stranger")
    office.perform(failure)
    assert standing(office, job).error == "Chunk 1 (1 to 25000) can't be counted: the library gave up."


def test_a_cancelled_job_is_worked_on_no_more(office):
    job = submit(office)
    held = request(office)
    assert office.perform(CancelJob(job=job)).state == "REVOKED"
    assert office.perform(CancelJob(job=job)).state == "REVOKED"
    assert office.perform(RenewChunk(lease=held.work)).outcome == "revoked"
    assert request(office).message
    with pytest.raises(Conflict):
        office.perform(true_count(job, 1))


def test_what_does_not_exist_is_said_so(office):
    job = submit(office)
    with pytest.raises(Unknown):
        office.perform(CancelJob(job="nothing"))
    with pytest.raises(Unknown):
        office.perform(RenewChunk(lease="nothing"))
    with pytest.raises(BadInput, match="the chunks of this job are 1 to 4"):
        office.perform(ReportCount(job=job, chunk=5, before=0, last=0))


def test_jobs_are_listed_by_state_the_newest_first(office):
    first, second = submit(office), submit(office)
    office.perform(CancelJob(job=first))
    connection = office.committer.files["counting"].connection
    assert [job.id for job in jobs(connection, None, 0, 10)[0]] == [second, first]
    assert [job.id for job in jobs(connection, "REVOKED", 0, 10)[0]] == [first]
    assert jobs(connection, None, 1, 10)[1] == 2


def test_of_several_counts_of_a_number_the_newest_is_found_without_a_look_at_others(office):
    counts = [counted_by(office, "alice", n, 1) for n in (100_000, 100_000, 1_000_000)]
    counted_by(office, "alice", n=100_003, chunks=1)  # and goes on, since nobody has checked it
    connection = office.committer.files["counting"].connection
    found = counted(connection, [100_000, 1_000_000, 100_003])
    assert {n: job.id for n, job in found.items()} == {100_000: counts[1], 1_000_000: counts[2]}
    steps = [step for step in plan_of(connection, lambda: counted(connection, [100_000])) if "jobs" in step]
    assert steps
    assert all(step.startswith("SEARCH") and "jobs_by_state" not in step for step in steps)


def test_who_may_make_the_first_of_many_checks_is_given_it_without_a_look_at_the_others(office):
    def given():
        """Have somebody be given a check after a start; return of which job, and how many statements that took."""
        office.reopen()
        works = []
        run = statements_of(office.committer.files["counting"].connection, lambda: works.append(check(office, "bob")))
        return works[0].job, len(run)

    first = counted_by(office, "alice")
    job, among_one = given()
    assert job == first
    for n in range(100_004, 100_016):
        counted_by(office, "alice", n)
    job, among_many = given()
    assert job == first
    assert among_many <= among_one + 4
