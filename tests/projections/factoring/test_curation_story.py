"""How the list of numbers is kept, told command by command; a rebuild always tells the same."""

import uuid

import pytest

from core.factoring.commands.assignment import (
    AcknowledgeWork,
    EndWork,
    ExpireWork,
    RequestP1Work,
    RequestWork,
    ReserveWork,
)
from core.factoring.commands.numbers import (
    ChangeComposite,
    DescribeNumber,
    ShelveNumber,
    SubmitComposite,
    UnshelveNumber,
)
from core.factoring.commands.projects import CreateProject, DeleteProject
from core.factoring.commands.reports import Claim, ReportAttempt, ReportCurves
from core.factoring.mathematics.curves.bounds import bounds_of
from core.factoring.state.numbers import Wanted
from core.refusals import BadInput, Conflict, Unknown
from core.timestamps import SECOND
from projections.factoring.lists import catalogue

P12, P16, P20, P30 = 10**11 + 3, 10**15 + 37, 10**19 + 51, 10**29 + 319
WHOLE = P16 * P20 * P30
BOUNDS = bounds_of(2000, None, 1)


@pytest.fixture
def office(office):
    """An office whose tables are, after all that a test did, the same when they are built anew."""
    yield office
    before = office.tables()
    office.reopen(rebuild=True)
    assert office.tables() == before


def submit(number=WHOLE, **fields):
    return SubmitComposite(text=str(number), ceiling_digits=1000, **fields)


def report(number=WHOLE, curves=10, factor="", **fields):
    claims = (Claim(str(factor)),) if factor else ()
    return ReportCurves(work="", value=str(number), bounds=BOUNDS, curves=curves, claims=claims, **fields)


def request(**fields):
    return RequestWork(
        work=str(uuid.uuid4()), wanted=Wanted(), lease_seconds=432_000, work_seconds=600, whole=True, **fields
    )


def reserve(number=1, **fields):
    usual = {"work": str(uuid.uuid4()), "method": "snfs", "metadata": "{}", "lease_seconds": 3600}
    return ReserveWork(number=number, **{**usual, **fields})


def test_a_number_taken_whole_is_shared_with_nobody_and_one_taken_in_pieces_is(office):
    office.perform(submit(target_milli=30_000))
    whole = office.perform(request())
    assert "no number" in office.perform(request(), client="bob").message
    office.perform(EndWork(lease=whole.work, outcome="released"))
    piece = RequestWork(work=str(uuid.uuid4()), wanted=Wanted(), lease_seconds=120, work_seconds=1)
    office.perform(piece)
    assert office.perform(request(), client="bob").number == 1


def test_who_holds_as_many_as_may_be_gets_no_further_one(office):
    for prime in (P12, P16, P20):
        office.perform(submit(prime * P30))
    held = [office.perform(request(most_held=2)) for _ in range(2)]
    assert "2" in office.perform(request(most_held=2)).message
    assert office.perform(request(most_held=2), client="bob").number
    office.perform(EndWork(lease=held[0].work, outcome="completed"))
    assert office.perform(request(most_held=2)).number


def test_an_acknowledgement_is_kept_once_and_only_the_holder_gives_it(office):
    office.now = 2_000_000_000 * SECOND
    office.perform(submit())
    work = office.perform(request()).work
    office.now += 60 * SECOND
    office.perform(AcknowledgeWork(work=work, stage="claimed"))
    office.now += 60 * SECOND
    office.perform(AcknowledgeWork(work=work, stage="claimed"))
    office.perform(AcknowledgeWork(work=work, stage="started"))
    assignment = office.factoring.assignment(work)
    assert assignment.started_at - assignment.claimed_at == 60 * SECOND
    with pytest.raises(Unknown):
        office.perform(AcknowledgeWork(work=work, stage="started"), client="mallory")


def test_an_expired_reservation_frees_the_number(office):
    office.perform(submit())
    work = str(uuid.uuid4())
    office.perform(reserve(work=work))
    assert "no number" in office.perform(request()).message
    with pytest.raises(Conflict):
        office.perform(reserve())
    office.now += 3601 * SECOND
    office.perform(ExpireWork(lease=work))
    assert office.perform(request()).number == 1


def test_reserving_a_split_number_reserves_what_is_left_of_it(office):
    office.perform(submit())
    office.perform(report(factor=P16))
    office.perform(reserve())
    assert office.factoring.number_of_value(str(P20 * P30)).exclusive == 1


def test_what_can_not_be_reserved(office):
    office.perform(submit(P12 * P16 * P20 * P30))
    office.perform(report(P12 * P16 * P20 * P30, factor=P12 * P16))
    with pytest.raises(Conflict, match="Several composites"):
        office.perform(reserve())
    with pytest.raises(Unknown):
        office.perform(reserve(99))
    with pytest.raises(BadInput, match="method"):
        office.perform(reserve(2, method="ecm"))
    office.perform(submit(P30))
    with pytest.raises(Conflict, match="Nothing is left"):
        office.perform(reserve(office.factoring.number_of_value(str(P30)).id))


def test_parts_go_with_the_number_unless_they_are_parts_of_another(office):
    office.perform(submit())
    office.perform(submit(P20 * P30 * P12))
    office.perform(report(factor=P16))
    office.perform(report(P20 * P30 * P12, factor=P12))
    shared = office.factoring.number_of_value(str(P20 * P30)).id
    office.perform(ShelveNumber(number=1, shelf="deleted"))
    assert not office.factoring.number(shared).shelf
    office.perform(ShelveNumber(number=2, shelf="inactive"))
    assert office.factoring.number(1).shelf == "deleted"


def test_parts_of_a_shelved_number_stand_on_its_shelf_and_leave_it_together(office):
    office.perform(submit())
    office.perform(ShelveNumber(number=1, shelf="complete", reason="enough"))
    office.perform(report(factor=P16))
    assert "no number" in office.perform(request()).message
    office.perform(UnshelveNumber(number=1))
    assert office.perform(request()).value == str(P20 * P30)


def test_a_holder_is_freed_of_a_number_that_is_put_aside(office):
    office.perform(submit())
    work = office.perform(request()).work
    office.perform(ShelveNumber(number=1, shelf="inactive"))
    assert office.factoring.lease(work).outcome == "revoked"
    assert office.perform(ShelveNumber(number=1, shelf="inactive")).outcome == "existing"
    assert office.perform(report()).credited == 10


def test_a_deleted_number_comes_back_when_it_is_submitted_again(office):
    office.perform(submit())
    office.perform(ShelveNumber(number=1, shelf="deleted"))
    with pytest.raises(Unknown):
        office.perform(ChangeComposite(number=1, priority=3))
    again = office.perform(submit())
    assert (again.number, again.outcome) == (1, "updated")
    assert office.perform(ChangeComposite(number=1, priority=3, target_milli=31_000)).target_milli == 31_000
    assert office.perform(ChangeComposite(number=1, priority=3)).outcome == "existing"


def test_projects_get_ids_as_they_appear_and_keep_them(office):
    office.perform(submit(project="first"))
    assert office.perform(CreateProject(name="second", description="by hand")).project == 2
    office.perform(submit(P12 * P30, project="second"))
    with pytest.raises(Conflict):
        office.perform(CreateProject(name="first"))
    office.perform(DeleteProject(project=2))
    assert not office.factoring.in_project(2, "second")
    assert office.perform(CreateProject(name="second")).project == 3
    with pytest.raises(Unknown):
        office.perform(DeleteProject(project=2))


def test_what_is_known_of_a_number_from_elsewhere_takes_it_apart(office):
    office.perform(submit())
    office.perform(DescribeNumber(number=1, snfs_difficulty=80, left=str(P20 * P30)))
    assert office.factoring.snfs_difficulty(1) == 80
    assert office.factoring.number(1).status == "split"
    again = DescribeNumber(number=1, snfs_difficulty=80, left=str(P20 * P30))
    assert office.perform(again).outcome == "existing"
    office.perform(DescribeNumber(number=1, snfs_difficulty=0))
    assert office.factoring.snfs_difficulty(1) is None
    with pytest.raises(BadInput, match="does not divide"):
        office.perform(DescribeNumber(number=1, left="12347"))


def test_a_number_that_is_factored_elsewhere_is_put_aside(office):
    office.perform(submit())
    office.perform(DescribeNumber(number=1, factored=True))
    assert office.factoring.number(1).shelf == "complete"


def test_p_minus_1_goes_to_the_first_candidate_that_is_free(office):
    office.perform(submit())
    office.perform(submit(P12 * P30))

    def p1(*candidates):
        return RequestP1Work(work=str(uuid.uuid4()), method="pm1", candidates=candidates, lease_seconds=60)

    held = office.perform(request()).number
    assert office.perform(p1(held, 99, 3 - held), client="bob").number == 3 - held
    assert "P-1" in office.perform(p1(1, 2), client="carol").message


def test_an_attempt_is_told_from_its_resend_and_its_factor_counts(office):
    office.perform(submit())
    attempt = ReportAttempt(value=str(WHOLE), method="pm1", b1=10**6, b2=None, runs=1, claims=(Claim(str(P16)),))
    first = office.perform(attempt)
    assert (first.factor_status, first.credited) == ("new_factor", 0)
    assert office.perform(attempt) == first
    assert office.factoring.number_of_value(str(P20 * P30)).effort == 0


def withdraw(office, event_type):
    """Withdraw the newest event of a type; the office reopens, which builds the tables anew."""
    position = max(row.position for row in office.log.read(0, 1000) if row.type == event_type)
    office.correct(position)
    office.reopen()


def test_after_a_correction_the_tables_are_those_of_the_log_without_it(office):
    office.perform(submit())
    office.perform(report(sigmas=("1", "2")))
    before = office.tables()
    office.perform(report(curves=7, sigmas=("3",), factor=P16))
    office.perform(report(P20 * P30, curves=5))
    withdraw(office, "factoring.curves_run.v1")
    withdraw(office, "factoring.factor_found.v1")
    first = [row.position for row in office.log.read(0, 1000) if row.type == "factoring.curves_run.v1"][1]
    office.correct(first)
    office.reopen()
    after = office.tables()
    assert {table: rows for table, rows in after.items() if rows != before[table]}.keys() == {"newest", "answers"}


@pytest.mark.parametrize("event_type", ["factoring.factor_found.v1", "factoring.attempt_made.v1"])
def test_what_a_description_told_of_as_left_can_be_withdrawn(office, event_type):
    office.perform(submit())
    office.perform(DescribeNumber(number=1, left=str(P20 * P30)))
    assert office.factoring.number(1).status == "split"
    withdraw(office, event_type)
    assert office.factoring.number(1).status == "open"
    assert office.factoring.number_of_value(str(P20 * P30)) is None


def test_an_id_that_was_given_to_something_withdrawn_is_not_given_again(office):
    office.perform(submit())
    office.perform(report())
    office.perform(report(curves=3))
    withdraw(office, "factoring.curves_run.v1")
    assert office.perform(report(curves=4)).attempt == 3


def test_a_curve_that_replaced_a_withdrawn_one_counts_in_full(office):
    office.perform(submit())
    office.perform(report(curves=1, sigmas=("5",)))
    larger = bounds_of(11_000, None, 1)
    office.perform(ReportCurves(work="", value=str(WHOLE), bounds=larger, curves=1, sigmas=("5",)))
    first = min(row.position for row in office.log.read(0, 1000) if row.type == "factoring.curves_run.v1")
    office.correct(first)
    office.reopen()
    assert office.factoring.number(1).effort == office.factoring.worth(larger)


def test_what_comes_after_a_correction_is_decided_on_the_tables_with_it(office):
    office.perform(submit())
    office.perform(report())
    position = max(row.position for row in office.log.read(0, 1000) if row.type == "factoring.curves_run.v1")
    office.correct(position)
    assert office.perform(report(curves=2)).credited == 2


def test_what_contains_a_text_and_what_is_nearest_leaves_out_what_was_deleted(office):
    for number, target in ((P20 * P30, 31_000), (P16 * P30, 30_000), (P12 * P30, 29_000)):
        office.perform(SubmitComposite(text=str(number), ceiling_digits=200, target_milli=target, project="first"))
    office.perform(ShelveNumber(number=2, shelf="deleted"))
    office.factoring.flush()
    connection = office.factoring.connection
    assert [one.id for one in catalogue.nearest_in(connection, "first", 5)] == [3, 1]
    assert not catalogue.nearest_in(connection, "second", 5)
    assert [one.id for one in catalogue.containing(connection, str(P20 * P30)[2:], 5)] == [1]
    assert not catalogue.containing(connection, str(P16 * P30), 5)
