import pickle

import pytest

from core.factoring.inspection import FactorInspection, Inspection, inspect, inspect_factor
from core.refusals import BadInput


def test_a_submitted_expression_is_the_number_it_says():
    found = inspect("2^1277-1", 10_000)
    assert found.number == str(2**1277 - 1)
    assert (found.digits, found.primality, found.small_factors) == (385, "composite", ())
    assert (found.cofactor, found.cofactor_primality) == (found.number, "composite")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("9973", Inspection("9973", 4, "proven", (), "9973", "proven")),
        (
            "2^3*5*(2^64+13)",
            Inspection(str(40 * (2**64 + 13)), 21, "composite", ((2, 3), (5, 1)), str(2**64 + 13), "probable"),
        ),
        ("6^2", Inspection("36", 2, "composite", ((2, 2), (3, 2)), "1", None)),
        ("10007^2", Inspection("100140049", 9, "composite", (), "100140049", "composite")),
    ],
)
def test_small_factors_are_found_on_submission_and_what_is_left_is_settled(text, found):
    assert inspect(text, 10_000) == found


@pytest.mark.parametrize("text", ["0", "1", "-7", "2-2", "hello", "10^10000"])
def test_what_is_no_number_to_factor_is_refused(text):
    with pytest.raises(BadInput):
        inspect(text, 10_000)


def test_a_factor_that_divides_is_settled_with_its_cofactor():
    assert inspect_factor("210", "0015", 100) == FactorInspection(
        "210",
        "15",
        divides=True,
        trivial=False,
        factor_primality="composite",
        cofactor="14",
        cofactor_primality="composite",
    )
    found = inspect_factor(str(2**67 - 1), "193707721", 100)
    assert (found.factor_primality, found.cofactor, found.cofactor_primality) == ("proven", "761838257287", "proven")


@pytest.mark.parametrize(
    ("factor", "divides", "trivial"),
    [("1", True, True), ("210", True, True), ("0", False, False), ("4", False, False), ("420", False, False)],
)
def test_a_factor_that_splits_nothing_is_told_from_one_that_does(factor, divides, trivial):
    assert inspect_factor("210", factor, 100) == FactorInspection("210", factor, divides, trivial)


@pytest.mark.parametrize("factor", ["-7", "7.0", "2*7", "", "7" * 101])
def test_a_factor_that_is_no_number_is_refused(factor):
    with pytest.raises(BadInput):
        inspect_factor("210", factor, 100)


def test_findings_cross_process_boundaries():
    for found in (inspect("10^20+39", 100), inspect_factor("210", "7", 100)):
        assert pickle.loads(pickle.dumps(found)) == found
