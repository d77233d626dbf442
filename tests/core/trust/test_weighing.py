"""Reports that are weighed: what their curves earn, and which of a machine's earlier curves are checked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from core.factoring.events.residues import ResidueCurves, ResiduesUploaded
from core.factoring.mathematics.curves.bounds import STAGE_1_ONLY, Bounds
from core.factoring.mathematics.prospects.cost import nominal_microseconds
from core.trust.drawing import EARLIER, lot
from core.trust.standing import PROBATION, Standing
from core.trust.weighing import Reported, earlier, told_by, weigh
from tests.core.factoring.given import a_run

SECRETS = st.binary(min_size=32, max_size=32)
VALUE = "1" + "0" * 98 + "9"


def reported(position, checksums, *uncredited):
    sigmas = tuple(str(100 * position + offset) for offset in range(len(checksums)))
    fact = a_run(
        sigmas=sigmas, checksums=tuple(checksums), uncredited=uncredited, anonymous=0, curves=len(sigmas), client=8
    )
    return Reported(position, position.to_bytes(32, "big"), ("user-8",), VALUE, fact)


@given(
    secrets=st.lists(SECRETS, min_size=1, max_size=4),
    curves=st.lists(st.lists(st.none() | st.integers(1, 2**32 - 1), max_size=20), min_size=4, max_size=4),
    checked=st.lists(st.frozensets(st.integers(0, 19)), min_size=4, max_size=4),
)
def test_of_all_earlier_curves_those_with_the_least_lots_are_drawn_each_of_its_own_report(secrets, curves, checked):
    reports = [reported(position, curves[position]) for position in range(len(secrets))]
    lots = sorted(
        (lot(secret, report.hash, offset), report.position, offset)
        for report, secret in zip(reports, secrets, strict=True)
        for offset, checksum in enumerate(report.fact.checksums)
        if checksum is not None and offset not in checked[report.position]
    )
    drawn = [
        (lots.weighed.position, curve.drawn.offset, curve.sigma, curve.checksum, curve.drawn.why)
        for lots in earlier(reports, secrets, checked[: len(secrets)])
        for curve in lots.curves
    ]
    assert drawn == sorted(
        (position, offset, str(100 * position + offset), curves[position][offset], EARLIER)
        for _, position, offset in lots[:PROBATION]
    )


def test_a_report_earns_the_nominal_time_of_the_curves_that_can_be_checked_and_no_more():
    report = reported(70, [5, None, 6, 7], 3)
    cost = nominal_microseconds(Bounds(report.fact.b1, report.fact.b2, report.fact.param), len(VALUE))
    lots, after = weigh(report, Standing(known=True), b"s" * 32)
    assert (lots.weighed.checkable, lots.weighed.cost, after.credit) == (2, cost, 2 * cost)
    assert weigh(reported(70, [None]), Standing(known=True), b"s" * 32)[1] == Standing(known=True)


def test_nothing_is_checked_of_a_number_that_nobody_knows_any_more_nor_of_who_bears_no_name():
    report = reported(70, [5, 6])
    for one in (replace(report, value=""), replace(report, fact=replace(report.fact, client=0))):
        lots, after = weigh(one, Standing(), b"s" * 32)
        assert (lots.weighed.checkable, lots.weighed.cost, lots.curves, after) == (0, 0, (), Standing())


@pytest.mark.parametrize(("attempt", "curves"), [(0, 2), (9, 0)])
@pytest.mark.parametrize(("inferred", "checksums"), [(0, (7, None)), (1, ())])
def test_the_curves_of_a_residue_file_are_counted_once_and_checked_as_far_as_it_tells_them(
    attempt, curves, inferred, checksums
):
    file = ResiduesUploaded(
        residue=3,
        number=1,
        client=8,
        attempt=attempt,
        b1=11_000,
        param=1,
        curves=2,
        sha256="",
        served_sha256="",
        bytes=100,
        keep_until=0,
        inferred=inferred,
        bad=0,
        bad_lines=(),
    )
    fact = told_by(file, ResidueCurves(residue=3, offset=0, sigmas=("5", "6"), checksums=(7, None)))
    assert (fact.attempt, fact.client, fact.b1, fact.b2) == (attempt, 8, 11_000, STAGE_1_ONLY)
    assert (fact.curves, fact.sigmas, fact.checksums) == (curves, ("5", "6"), checksums)
