"""Expectations as reports come in: only of curves under an assignment, and of a number as it stood."""

from core.factoring.commands.assignment import RequestWork
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import Claim, ReportCurves
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.probability.exponentials import ONE
from core.factoring.state.numbers import Wanted
from projections.factoring.credit.expectations import judged, sums

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
    connection = office.committer.files["factoring"].connection
    report(office, work, 10)
    (first,) = sums(connection)[1].values()
    report(office, work, 10, claims=(Claim(str(P)), Claim(str(Q))))
    assert list(sums(connection)[1]) == [(2_000, "Cunningham")]
    (both,) = sums(connection)[1].values()
    assert 0 < both.expected - first.expected < first.expected < ONE
    assert (first.found, both.found) == (0, 1)
    assert not judged(connection)[1].stands_out


def test_it_adds_up_to_the_same_however_reports_come_to_be_folded(office):
    for number in (N, str(P * (10**51 + 121))):
        office.perform(SubmitComposite(text=number, ceiling_digits=100, target_milli=30_000))
    works = {client: given_work(office, client).work for client in ("alice", "bob")}
    for client in ("alice", "alice", "bob", "alice", "bob", "bob", "alice"):
        report(office, works[client], 3, client=client)
    outside = ReportCurves(work="", value=N, bounds=Bounds(2_000, -1, 1), curves=5)
    office.perform(outside, client="carol")
    report(office, works["alice"], 4)
    one_by_one = office.tables()
    office.reopen(rebuild=True)
    assert office.tables()["expected_finds"] == one_by_one["expected_finds"]
    assert len(one_by_one["expected_finds"]) == 2
    connection = office.committer.files["factoring"].connection
    summed = "SELECT row, project, sum(expected), sum(found) FROM expected_finds GROUP BY row, project"
    assert one_by_one["expected_of_all"] == office.tables()["expected_of_all"]
    assert connection.execute("SELECT * FROM expected_of_all").fetchall() == connection.execute(summed).fetchall()


def test_what_nobody_asked_for_is_left_out(office):
    office.perform(SubmitComposite(text=N, ceiling_digits=100, target_milli=30_000))
    bounds = given_work(office, "bob")
    command = ReportCurves(work="", value=N, bounds=office.factoring.assignment(bounds.work).bounds, curves=50)
    office.perform(command, client="alice")
    assert sums(office.committer.files["factoring"].connection) == {}
