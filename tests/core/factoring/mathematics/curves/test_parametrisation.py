"""The parametrisation with which GMP-ECM is fastest."""

import subprocess

import pytest

from core.factoring.mathematics.curves.parametrisation import fastest_param
from tests.real.gmp_ecms import PROGRAMS, build


@pytest.mark.parametrize(
    ("number", "param"),
    [
        (2**523 - 1, 0),
        (2**1061 - 1, 0),
        (2**4096 + 1, 0),
        ((2**1231 - 1) // (531_793 * 5_684_759), 0),
        (2**277 - 1, 1),
        (2**523 - 3, 1),
        ((3**337 - 1) // 2, 1),
        (10**200 + 357, 1),
    ],
)
def test_it_is_0_for_long_numbers_of_the_form_that_gmp_ecm_has_an_arithmetic_for(number, param):
    assert fastest_param(str(number)) == param


@pytest.mark.parametrize("program", [build(version) for version in PROGRAMS])
def test_gmp_ecm_itself_chooses_so_there(program):
    said = subprocess.run([program, "200", "0"], input="2^523-1\n", capture_output=True, text=True, check=False).stdout
    assert "sigma=0:" in said
