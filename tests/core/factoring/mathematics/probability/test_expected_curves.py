import json
from math import inf
from pathlib import Path

import pytest

from core.factoring.mathematics.curves.stage2 import stage2_of
from core.factoring.mathematics.probability.success import (
    expected_curves,
    expected_curves_table,
    printed_count,
    success_probability,
)
from core.refusals import BadInput

REFERENCE = Path(__file__).parents[4] / "reference" / "ecm_expected_curves.json"
CASES = json.loads(REFERENCE.read_text())["cases"]


def named(case):
    return f"B1={case['b1']} B2={case['b2_arg']} param={case['param']}"


@pytest.mark.parametrize("case", CASES, ids=named)
def test_tables_are_those_printed_by_gmp_ecm(case):
    table = expected_curves_table(case["b1"], case["b2_arg"], case["param"])
    assert {str(digits): count for digits, count in table.items()} == case["curves_printed"]


@pytest.mark.parametrize("case", CASES, ids=named)
def test_stage_2_is_the_one_printed_by_gmp_ecm(case):
    stage2 = stage2_of(case["b1"], case["b2_arg"])
    printed = (case["b2_printed"], case["dF"], case["k"], case["polynomial"])
    assert (stage2.b2, stage2.df, stage2.k, str(stage2.polynomial)) == printed


@pytest.mark.parametrize(
    ("probability", "printed"),
    [
        (1.0, "1"),
        (0.4, "3"),
        (1 / 5208, "5208"),
        (1.0001e-7, "9999000"),
        (1e-7, "1e+07"),
        (3.1e-8, "3.2e+07"),
        (2e-30, "5e+29"),
        (0.0, "Inf"),
    ],
)
def test_counts_are_spelt_as_gmp_ecm_spells_them(probability, printed):
    assert printed_count(probability) == printed


def test_a_factor_below_b1_is_certain():
    assert success_probability(3, 11_000_000, None, 0) == 1


def test_a_factor_out_of_reach_takes_infinitely_many_curves():
    assert success_probability(90, 1000, 0, 0) == 0
    assert expected_curves(90, 1000, 0, 0) == inf


@pytest.mark.parametrize("param", range(4))
@pytest.mark.parametrize("b1", [100, 2000, 19_999, 20_000, 10**6, 10**9, 10**13])
def test_probabilities_are_between_nothing_and_certainty(b1, param):
    for b2 in (None, 0, b1, b1 + 1, 10**18):
        assert all(0 <= success_probability(digits, b1, b2, param) <= 1 for digits in (1, 10, 15, 40, 100, 150))


def test_an_unknown_param_is_refused():
    with pytest.raises(BadInput, match="param = 4 is unknown: 0, 1, 2 or 3 is accepted"):
        expected_curves_table(1000, None, 4)
