"""Expectations as reports come in: only of curves under an assignment, and of a number as it stood."""

from core.factoring.commands import Claim, ReportCurves, RequestWork, SubmitComposite
from core.factoring.mathematics.exponentials import ONE
from core.factoring.state import Wanted
from projections.factoring.expectations import expected_of, judged, sums

P, Q = 10**19 + 51, 10**49 + 9
N = str(P * Q)


def given_work(office, client):
    asked = RequestWork(work=f"{office.log.head().position}", wanted=Wanted(), lease_seconds=600, work_seconds=60)
    return office.perform(asked, client=client)


def report(office, work, curves, client="alice", **more):
    command = ReportCurves(work=work, value=N if not work else "", bounds=None, curves=curves, **more)
    return office.perform(command, client=client)


def test_what_was_run_under_an_assignment_is_expected_to_find_and_a_find_counts_once(office):
    office.perform(SubmitComposite(text=N, ceiling_digits=100, target_milli=30_000, project="Cunningham"))
    work = given_work(office, "alice").work
    before = report(office, work, 10)
    after = report(office, work, 10, claims=(Claim(str(P)), Claim(str(Q))))
    office.factoring.flush()
    connection = office.committer.files["factoring"].connection
    first, second = (expected_of(connection, one.attempt) for one in (before, after))
    assert 0 < second < first < ONE
    assert sums(connection) == {1: {(2_000, "Cunningham"): sums(connection)[1][2_000, "Cunningham"]}}
    (own,) = sums(connection)[1].values()
    assert (own.expected, own.found) == (first + second, 1)
    assert not judged(connection)[1].stands_out


def test_what_nobody_asked_for_is_left_out(office):
    office.perform(SubmitComposite(text=N, ceiling_digits=100, target_milli=30_000))
    bounds = given_work(office, "bob")
    command = ReportCurves(work="", value=N, bounds=office.factoring.assignment(bounds.work).bounds, curves=50)
    office.perform(command, client="alice")
    assert sums(office.committer.files["factoring"].connection) == {}
