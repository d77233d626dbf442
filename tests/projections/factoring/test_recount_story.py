"""Counting anew what curves amount to, and what is shown to have been run: a curve counts once, with its largest bounds."""

import pytest

from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import Claim, ReportCurves
from core.factoring.mathematics.curves.bounds import bounds_of
from projections.factoring.credit.attempts import work_counting_for
from projections.factoring.credit.recount import countable, recount

P, REST = 10**11 + 3, (10**13 + 37) * (10**19 + 51)
N = P * REST
SMALL, LARGE, HUGE = (bounds_of(b1, None, 1) for b1 in (2_000, 50_000, 250_000))


@pytest.fixture
def number(office):
    """A number that was handed in."""
    return office.perform(SubmitComposite(text=str(N), ceiling_digits=1000)).number


def report(office, bounds, *sigmas, value=N, anonymous=0, claims=()):
    office.perform(
        ReportCurves(
            work="",
            value=str(value),
            bounds=bounds,
            curves=len(sigmas) + anonymous,
            sigmas=sigmas,
            claims=claims,
            program=f"run {office.log.head().position}",  # else it would be taken for the same report, sent again
        )
    )


def done(office, number):
    return [(kind.b1, kind.curves) for kind in work_counting_for(office.factoring.connection, number)]


def test_curves_on_a_number_and_on_its_whole_are_counted_anew_as_they_were_counted(office, number):
    report(office, SMALL, "7", "8", anonymous=3)
    report(office, LARGE, "7")
    report(office, SMALL, "9", claims=(Claim(str(P), "9"),))
    part = office.factoring.number_of_value(str(REST)).id
    report(office, LARGE, "8", value=REST)
    report(office, HUGE, "7", value=REST, anonymous=2)
    report(office, SMALL, "7", "8", value=REST)
    connection = office.factoring.connection
    assert countable(connection, 0, 9) == [number, part]
    counted = recount(connection, [number, part, part + 99])
    assert [(one.number.id, one.agrees, one.t_milli) for one in counted] == [
        (one, True, office.factoring.number(one).t_milli) for one in (number, part)
    ]


def test_a_curve_that_was_run_further_is_shown_with_its_largest_bounds_only(office, number):
    report(office, SMALL, "7", "8")
    report(office, LARGE, "7")
    assert done(office, number) == [(2_000, 1), (50_000, 1)]
    report(office, LARGE, "8")
    assert done(office, number) == [(50_000, 2)]


def credited(office, *sigmas, value, bounds=SMALL, claims=()):
    command = ReportCurves(
        work="",
        value=str(value),
        bounds=bounds,
        curves=len(sigmas),
        sigmas=sigmas,
        claims=claims,
        program=f"run {office.log.head().position}",
    )
    outcome = office.result(command)
    return outcome.answer.credited, outcome.position


def test_a_curve_that_counts_for_all_that_is_left_adds_nothing_when_it_was_run_on_the_whole(office, number):
    report(office, SMALL, claims=(Claim(str(P)),), anonymous=1)
    assert credited(office, "7", "8", value=REST)[0] == 2
    assert credited(office, "7", "8", "9", value=N)[0] == 1
    assert credited(office, "7", value=N, bounds=LARGE)[0] == 1
    part = office.factoring.number_of_value(str(REST)).id
    assert done(office, part) == [(2_000, 1), (2_000, 2), (50_000, 1)]


def test_a_curve_that_lacks_for_one_of_several_parts_counts_on_the_whole(office):
    one, other = (10**13 + 37) * (10**19 + 51), (10**11 + 3) * (10**16 + 61)
    office.perform(SubmitComposite(text=str(one * other), ceiling_digits=1000))
    credited(office, "1", value=one * other, claims=(Claim(str(one)),))
    assert [credited(office, "7", value=value)[0] for value in (one, one * other, other)] == [1, 1, 0]
    credited(office, "8", value=one)
    credited(office, "8", value=other, bounds=LARGE)
    assert credited(office, "8", value=one * other)[0] == 0
    assert credited(office, "8", value=one * other, bounds=LARGE)[0] == 1


def test_curves_on_a_part_and_then_on_a_multiple_of_it_are_shown_once(office):
    office.perform(SubmitComposite(text=str(REST), ceiling_digits=1000))
    office.perform(SubmitComposite(text=str(N), ceiling_digits=1000))
    assert [credited(office, "7", "8", value=value)[0] for value in (REST, N)] == [2, 2]
    report(office, SMALL, claims=(Claim(str(P)),), anonymous=1)
    part, whole = (office.factoring.number_of_value(str(value)).id for value in (REST, N))
    counted = work_counting_for(office.factoring.connection, part)
    assert [(kind.curves, kind.run_on) for kind in counted] == [(3, whole)]


def test_the_same_curves_on_the_whole_count_again_once_the_part_has_them_no_more(office, number):
    report(office, SMALL, claims=(Claim(str(P)),), anonymous=1)
    _, on_part = credited(office, "7", "8", value=REST)
    assert credited(office, "7", "8", value=N)[0] == 0
    office.correct(on_part)
    assert done(office, number) == [(2_000, 3)]
    office.correct(on_part, undo=True)
    assert done(office, number) == [(2_000, 1)]
    part = office.factoring.number_of_value(str(REST)).id
    assert [kind.curves for kind in work_counting_for(office.factoring.connection, part)] == [2, 1]


def test_curves_on_a_number_that_has_no_parts_after_all_count_for_it(office, number):
    report(office, SMALL, anonymous=1)
    _, found = credited(office, "1", value=N, claims=(Claim(str(P)),))
    credited(office, "7", "8", value=REST)
    assert credited(office, "7", "8", value=N)[0] == 0
    office.correct(found)
    assert office.factoring.number(number).status == "open"
    assert done(office, number) == [(2_000, 3)]
