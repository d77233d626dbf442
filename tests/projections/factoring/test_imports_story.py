"""Moving in, told row by row; a rebuild always tells the same."""

import pytest

from core.factoring.commands.imports import DivideOut, ImportAttempt, ImportComposite, ImportCurves, ImportFactor
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import Claim, ReportAttempt, ReportCurves
from core.factoring.events.reports import CurvesRun
from core.factoring.mathematics.curves.bounds import bounds_of
from core.refusals import BadInput
from core.timestamps import SECOND

P16, P20, P64 = 10**15 + 37, 10**19 + 51, 10**63 + 121
WHOLE = str(P16 * P20 * P64)
FULL, STAGE_1 = bounds_of(11_000, None, 1), bounds_of(11_000, 0, 1)


@pytest.fixture
def office(office):
    """An office whose tables are, after all that a test did, the same when they are built anew."""
    yield office
    before = office.tables()
    office.reopen(rebuild=True)
    assert office.tables() == before


def number(row, text=WHOLE, **wanted):
    return ImportComposite(row=row, origin=f"number-{row}", text=text, ceiling_digits=200, **wanted)


def curves(row, bounds=FULL, count=10, superseded_by=0, factor_rows=(), **report):
    whole = ReportCurves(work="", value=WHOLE, bounds=bounds, curves=count, **report)
    return ImportCurves(
        row=row, origin=f"attempt-{row}", report=whole, superseded_by=superseded_by, factor_rows=factor_rows
    )


def test_rows_keep_the_ids_that_they_had(office):
    assert [office.perform(number(row, text)).number for row, text in ((3, WHOLE), (7, "2^137-1"))] == [3, 7]
    assert [office.perform(curves(row)).attempt for row in (2, 5, 40)] == [2, 5, 40]
    found = office.perform(curves(41, claims=(Claim(str(P16)),), factor_rows=(12,)))
    assert (found.attempt, found.factors) == (41, (12,))
    assert {part.id for part in office.factoring.leaves(3)} == {8, 9}


def test_an_id_that_was_given_out_is_given_to_nothing_else(office):
    office.perform(SubmitComposite(text="2^137-1", ceiling_digits=200))
    assert office.perform(number(1)).number == 2
    office.perform(curves(9))
    assert office.perform(curves(4)).attempt == 10


def test_a_row_that_comes_again_changes_nothing(office):
    for _ in range(2):
        office.perform(number(3))
        office.perform(curves(2, sigmas=("11", "12")))
        office.perform(ImportFactor(row=4, value=WHOLE, factor=str(P16)))
        before = office.log.head()
    office.perform(curves(2, superseded_by=9))
    assert office.log.head() == before


def test_curves_that_were_carried_further_count_once(office):
    office.perform(number(3))
    office.perform(curves(2, STAGE_1, superseded_by=5))
    assert office.factoring.number(3).effort == 0
    office.perform(curves(5))
    assert office.factoring.number(3).effort == 10 * office.factoring.worth(FULL)


def test_a_curve_that_is_known_here_counts_once(office):
    office.perform(number(3))
    office.perform(curves(2, count=2, sigmas=("11", "12")))
    again = ReportCurves(work="", value=WHOLE, bounds=FULL, curves=2, sigmas=("11", "13"))
    assert office.perform(again).credited == 1


def test_a_factor_that_does_not_divide_is_refused_and_the_curves_count(office):
    office.perform(number(3))
    answer = office.perform(curves(2, claims=(Claim("12345"),), factor_rows=(1,)))
    assert (answer.credited, answer.factors, len(answer.refused)) == (10, (), 1)
    with pytest.raises(BadInput, match="12345 does not divide"):
        office.perform(ImportFactor(row=1, value=WHOLE, factor="12345"))


def test_small_factors_are_taken_out_when_all_numbers_have_their_ids(office):
    assert office.perform(number(1, "(10^61-1)/9")).status == "open"
    assert office.perform(number(2, WHOLE)).number == 2
    assert office.perform(DivideOut(number=1)).status == "split"
    assert office.perform(DivideOut(number=1)).outcome == "existing"


def test_what_was_put_aside_stays_aside_with_its_parts(office):
    office.perform(number(3, shelf="inactive", snfs_difficulty=98))
    office.perform(ImportFactor(row=4, value=WHOLE, factor=str(P16)))
    assert {part.shelf for part in office.factoring.leaves(3)} == {"inactive"}
    assert office.factoring.snfs_difficulty(3) == 98


def test_attempts_by_other_means_are_taken_over(office):
    office.perform(number(3))
    report = ReportAttempt(value=WHOLE, method="pm1", b1=10**6, b2=None, runs=1, claims=(Claim(str(P16)),))
    answer = office.perform(ImportAttempt(row=6, origin="attempt-6", report=report, factor_rows=(4,)))
    assert (answer.attempt, answer.factors, answer.factor_status) == (6, (4,), "new_factor")


def test_what_was_done_shows_when_the_row_says_that_it_was_done(office):
    def told(table):
        return [
            row[0] for row in office.committer.files["factoring"].connection.execute(f"SELECT recorded_at FROM {table}")
        ]

    office.perform(number(3))
    office.perform(curves(2, claims=(Claim(str(P16)),), factor_rows=(1,)), occurred_at=1_740_000_000_000_000)
    office.perform(ReportCurves(work="", value=WHOLE, bounds=FULL, curves=1), occurred_at=1_740_000_000_000_000)
    moved_in, reported = told("attempts")
    assert moved_in == 1_740_000_000_000_000
    assert reported >= office.now
    assert told("factors") == [1_740_000_000_000_000]
    assert min(office.tables()["contributions"])[0] == 1_740_000_000_000_000 // (86_400 * SECOND)


def test_a_factor_that_was_moved_in_keeps_its_time_when_what_was_found_before_it_is_withdrawn(office):
    office.perform(number(3))
    office.perform(ReportCurves(work="", value=WHOLE, bounds=FULL, curves=1, claims=(Claim(str(P16)),)))
    report = next(row.position for row in office.log.read(0, 100) if row.type == CurvesRun.type)
    office.perform(ImportFactor(row=7, value=WHOLE, factor=str(P20)), occurred_at=1_740_000_000_000_000)
    for undo in (False, True):
        office.correct(report, undo=undo)
        connection = office.committer.files["factoring"].connection
        times = connection.execute("SELECT recorded_at FROM factors WHERE value = ?", (str(P20),)).fetchall()
        assert times == [(1_740_000_000_000_000,)]
