import pickle

import pytest

from core.factoring.numbers.inspection import Inspection, inspect
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
        ("10007^2", Inspection("100140049", 9, "composite", (), "10007", "proven", 2)),
        ("8*10007^30", Inspection(str(8 * 10007**30), 121, "composite", ((2, 3),), "10007", "proven", 30)),
        ("(10007*10009)^6", Inspection(str(100160063**6), 49, "composite", (), "100160063", "composite", 6)),
    ],
)
def test_small_factors_are_found_on_submission_and_what_is_left_is_settled(text, found):
    assert inspect(text, 10_000) == found


@pytest.mark.parametrize("text", ["0", "1", "-7", "2-2", "hello", "10^10000"])
def test_what_is_no_number_to_factor_is_refused(text):
    with pytest.raises(BadInput):
        inspect(text, 10_000)


def test_findings_cross_process_boundaries():
    found = inspect("10^20+39", 100)
    assert pickle.loads(pickle.dumps(found)) == found
