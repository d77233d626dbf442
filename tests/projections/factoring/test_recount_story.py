"""Counting anew what curves amount to, and what is shown to have been run: a curve counts once, with its largest bounds."""

import pytest

from core.factoring.commands import Claim, ReportCurves, SubmitComposite
from core.factoring.curves import bounds_of
from projections.factoring.credit.attempts import work_done_on
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
    return [(kind.b1, kind.curves) for kind in work_done_on(office.factoring.connection, number)]


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
