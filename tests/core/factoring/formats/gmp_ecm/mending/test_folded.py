"""Outputs whose lines a terminal, a pager or a mail broke."""

import pytest

from core.factoring.formats.gmp_ecm.transcript import parse_output
from tests.core.factoring.formats.gmp_ecm.counted import A
from tests.real.gmp_ecms import both_builds, run

B = (10**35 + 69) * (10**32 + 49)


@both_builds
@pytest.mark.parametrize("width", [60, 72, 80])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("param", [0, 1])
def test_lines_that_a_terminal_broke_within_a_number_are_whole(ecm, width, ending, param):
    """Of B1=250000 and a sigma of 20 digits a line has more than 80 characters."""
    text = run(ecm, "-v", "-param", param, "-c", 3, 250_000, numbers=A * B)
    lines = [line[start : start + width] for line in text.splitlines() for start in range(0, len(line) or 1, width)]
    whole, folded = parse_output(text), parse_output("".join(f"{line}{ending}" for line in lines))
    known = {curve.sigma for curve in whole.curves}
    assert {curve.sigma for curve in folded.curves} <= known, "no sigma is a part of one"
    if len("Using B1=250000, B2=128992510, polynomial Dickson(3), sigma=0:") < width:
        assert len(folded.curves) == len(whole.curves) == 3
        assert folded.numbers == whole.numbers == (str(A * B),)


@both_builds
@pytest.mark.parametrize("width", range(21, 70, 3))
def test_an_output_in_a_narrow_terminal_is_whole(ecm, width):
    text = run(ecm, "-param", 1, "-c", 3, 11_000, numbers=A * B)
    lines = [line[start : start + width] for line in text.splitlines() for start in range(0, len(line), width)]
    whole, folded = parse_output(text), parse_output("".join(f"{line}\n" for line in lines))
    assert [curve.sigma for curve in folded.curves] == [curve.sigma for curve in whole.curves]
    assert (folded.numbers, folded.method, folded.unseen) == (whole.numbers, "ECM", 0)


def test_a_number_that_lacks_digits_is_not_put_together():
    text = "GMP-ECM 7.0.7 [c] [ECM]\nInput number is {}\n{} (9 digits)\nUsing B1=11000, B2=0, polynomial x^1, sigma=1:5\nStep 1 took 1ms\n"
    assert parse_output(text.format("12345", "6789")).numbers == ("123456789",)
    assert parse_output(text.format("12345", "678")).numbers == ("",)
