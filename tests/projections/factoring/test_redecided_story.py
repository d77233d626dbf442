"""What was said after something that is withdrawn stays as it was said, told command by command."""

from core.factoring.commands.imports import ImportComposite
from core.factoring.commands.numbers import DescribeNumber, SubmitComposite
from core.factoring.commands.proofs import SettlePrimality
from core.factoring.commands.reports import Claim, ReportCurves
from core.factoring.mathematics.curves.bounds import bounds_of

P, Q, R = 10**15 + 37, 10**19 + 51, 10**29 + 319
LARGE = 2**127 - 1
"""A prime that passes for one until that is proved."""
BOUNDS = bounds_of(2_000, None, 1)


def submit(office, number):
    return office.perform(SubmitComposite(text=str(number), ceiling_digits=1_000)).number


def report(office, number, *claims, curves=10, sigmas=(), client="alice"):
    """Report curves; return the position of the report."""
    office.perform(ReportCurves("", str(number), BOUNDS, curves, sigmas, claims=claims), client=client)
    return max(row.position for row in office.log.read(0, 1_000) if row.type == "factoring.curves_run.v1")


def on_record(office, value):
    return office.factoring.number_of_value(str(value))


def test_a_factor_keeps_the_curve_that_found_it(office):
    number = submit(office, P * Q * R)
    withdrawn = report(office, P * Q * R)
    report(office, P * Q * R, Claim(str(P), "77"), curves=1)
    office.correct(withdrawn)
    (found,) = office.factoring.connection.execute("SELECT sigma FROM factors WHERE number = ?", (number,))
    assert found == ("77",)


def test_a_prime_that_others_found_too_stays_proved(office):
    submit(office, LARGE * Q * R)
    withdrawn = report(office, LARGE * Q * R, Claim(str(LARGE)))
    report(office, LARGE * Q * R, Claim(str(LARGE)), curves=7, client="bob")
    assert on_record(office, LARGE).primality == "probable"
    office.perform(SettlePrimality(on_record(office, LARGE).id, "proven"))
    office.correct(withdrawn)
    assert on_record(office, LARGE).primality == "proven"


def test_a_form_that_a_number_has_stays_noted(office):
    number = submit(office, P * Q * R)
    withdrawn = report(office, P * Q * R)
    office.perform(DescribeNumber(number, 120))
    office.correct(withdrawn)
    assert office.factoring.snfs_difficulty(number) == 120


def test_a_row_that_named_a_part_stands_for_a_number_of_its_own(office):
    submit(office, P * Q * R)
    withdrawn = report(office, P * Q * R, Claim(str(P)))
    office.perform(ImportComposite(row=9, origin="number-9", text=str(Q * R), ceiling_digits=1_000, priority=7))
    office.correct(withdrawn)
    assert (on_record(office, P * Q * R).status, on_record(office, Q * R).status) == ("open", "open")
    office.correct(withdrawn, undo=True)
    assert on_record(office, P * Q * R).status == "split"


def test_a_curve_on_a_part_counts_when_the_same_on_the_whole_does_not(office):
    submit(office, P * Q * R)
    withdrawn = report(office, P * Q * R, curves=1, sigmas=("5",))
    report(office, P * Q * R, Claim(str(P)), curves=1, sigmas=("6",))
    report(office, Q * R, curves=1, sigmas=("5",), client="bob")
    before = on_record(office, Q * R).effort
    office.correct(withdrawn)
    assert on_record(office, Q * R).effort == before == 2 * office.factoring.worth(BOUNDS)
