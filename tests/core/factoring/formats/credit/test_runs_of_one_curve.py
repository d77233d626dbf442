"""Texts that show a curve more than once: stage 1, and later its stage 2."""

import pytest
from gmpy2 import mpz

from core.factoring.formats.foreseeing import foresee
from core.factoring.mathematics.curves.bounds import STAGE_1_ONLY, Bounds
from tests.core.factoring.formats.gmp_ecm.counted import P9, A, bounds_of, credited, shown
from tests.real.gmp_ecms import WHEEL, both_builds, build, run


def foreseen(text, number=A):
    """How many curves a file would count for."""
    return foresee(text, mpz(number), 1_000).credited


def assert_one_of_each(text, curves, bounds):
    assert [(one.curves, len(set(one.sigmas)), one.bounds) for one in credited(text, curves=curves)] == [
        (curves, curves, bounds)
    ]
    assert foreseen(text) == curves


@both_builds
def test_stage_1_and_its_stage_2_in_one_text_are_one_curve(ecm, tmp_path):
    saved = tmp_path / "saved"
    stage_1 = run(ecm, "-param", 1, "-c", 3, "-save", saved, 2000, 0, numbers=A)
    stage_2 = run(ecm, "-resume", saved, 2000)
    for text in (stage_1 + stage_2, stage_2 + stage_1):
        assert_one_of_each(text, 3, Bounds(2000, -1, 1))
    assert bounds_of(stage_1) == [Bounds(2000, STAGE_1_ONLY, 1)] * 3
    further = run(ecm, "-param", 1, "-c", 2, 2000, numbers=A)
    assert [one.curves for one in credited(stage_1 + further)] == [3, 2]
    assert foreseen(stage_1 + further) == 5


@both_builds
def test_what_was_saved_of_a_find_is_one_curve_with_its_factor(ecm, tmp_path):
    saved, number = tmp_path / "saved", P9 * A
    text = run(ecm, "-sigma", "1:3", "-save", saved, 10_000, 0, numbers=number)
    assert f"Factor found in step 1: {P9}" in text, "the sigma was looked for"
    text += run(ecm, "-resume", saved, 10_000)
    (one,) = shown(text, number).curves
    assert (one.factor, one.sigma) == (str(P9), "3")
    assert foreseen(text, number) == 1


@pytest.mark.parametrize("ecm", [build(WHEEL)])
def test_what_is_resumed_as_parametrisation_0_is_known_by_the_stage_1_before_it(ecm, tmp_path):
    saved = tmp_path / "saved"
    text = run(ecm, "-sigma", "0:77", "-save", saved, 2000, 0, numbers=A)
    resumed = run(ecm, "-resume", saved, 2000)
    assert foreseen(resumed) == 0
    assert_one_of_each(text + resumed, 1, Bounds(2000, -1, 0))


@both_builds
def test_a_file_of_equal_curves_counts_for_one(ecm):
    assert foreseen(run(ecm, "-sigma", "1:77", "-c", 5, 2000, numbers=A)) == 1
