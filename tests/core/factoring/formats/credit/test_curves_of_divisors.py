"""A sigma names the same curve on a number and on what divides it: what real builds save of one is what they save of the other."""

import pytest

from core.factoring.formats.residues.lines import read_residues
from tests.real.gmp_ecms import both_builds, run

P, Q, R = 10**17 + 3, 10**19 + 51, 10**23 + 117


def saved(ecm, path, param, number):
    run(ecm, "-param", param, "-sigma", f"{param}:4711", "-save", path, 2_000, 0, numbers=number)
    with path.open() as lines:
        (residue,) = read_residues(lines, 100)
    return int(residue.x, 16)


@both_builds
@pytest.mark.parametrize("param", [0, 1, 2, 3])
def test_a_curve_on_a_number_is_the_same_one_on_its_divisors(ecm, param, tmp_path):
    whole, part = (saved(ecm, tmp_path / f"{number}", param, number) for number in (P * Q * R, P * Q))
    assert whole % (P * Q) == part
