"""Texts in which nothing is GMP-ECM's, of runs that never were, and those that look so and are."""

import subprocess

import pytest

from core.factoring.formats.gmp_ecm.foreign import is_gmp_ecm
from tests.core.factoring.formats.gmp_ecm.counted import A, credited, shown
from tests.real.gmp_ecms import both_builds, run


def printed(*command, numbers=A, **options):
    """Return all that a command printed, on both ways."""
    done = subprocess.run(command, input=f"{numbers}\n", capture_output=True, text=True, check=False, **options)
    return done.stdout + done.stderr


def assert_none_ran(text):
    assert text.strip()
    assert credited(text, curves=3, b1=2000, by_gmp_ecm=True) == []
    assert [one.curves for one in credited("", curves=3, b1=2000, by_gmp_ecm=True)] == [3]


@both_builds
@pytest.mark.parametrize(
    "options",
    [["-gpu", "2000"], ["-c", "3"], ["-inp", "nowhere", "2000"], ["-h"], ["-save", "/nowhere/saved", "2000"]],
)
def test_of_a_run_that_was_refused_the_output_shows_that_no_curve_was_run(ecm, options):
    text = printed(ecm, *options)
    assert_none_ran(text)
    again = text + run(ecm, "-param", 1, "-c", 2, 2000, numbers=A)
    assert [one.curves for one in credited(again, curves=3, b1=2000, by_gmp_ecm=True)] == [2]


@both_builds
@pytest.mark.parametrize(
    "line",
    [
        "no-ecm-of-this-name -c 3 2000",
        "/ 2000",
        "exec /nowhere/ecm 2000",
        "ulimit -v 1000; {ecm} -c 3 2000",
        "sh -c 'kill -KILL $$'; true",
        "sh -c 'kill -SEGV $$'; true",
    ],
)
def test_the_words_of_a_shell_or_a_loader_show_that_no_curve_was_run(ecm, line):
    assert_none_ran(printed("bash", "-c", line.format(ecm=ecm)))


def test_words_of_another_language_show_it_as_well():
    assert_none_ran("bash: ecm: Kommando nicht gefunden.\nGetötet\n")


@both_builds
def test_an_output_that_shows_no_curves_since_it_was_told_to_is_gmp_ecms(ecm):
    nothing, factor = run(ecm, "-q", "-c", 3, 2000, numbers=A), run(ecm, "-q", 2000, numbers="2^67-1")
    for text in (nothing, factor, f"{nothing}Killed\n"):
        assert not shown(text).foreign
        assert [one.curves for one in credited(text, curves=3, b1=2000, by_gmp_ecm=True)] == [3]


def test_the_words_of_a_client_in_the_place_of_a_stage_2s_output_and_other_programs_words_are_believed():
    assert [one.curves for one in credited("Stage 2 from residue 7", curves=3, b1=2000, by_gmp_ecm=True)] == [3]
    assert [one.curves for one in credited("ecm: 3/3 curves on C61", curves=3, b1=2000)] == [3]


@pytest.mark.parametrize("program", ["gmp-ecm-ecm", "GMP-ECM 7.0.5", "ecm", "ecm.exe", "gmp-ecm"])
def test_a_program_is_gmp_ecm_by_its_name(program):
    assert is_gmp_ecm(program)


@pytest.mark.parametrize("program", ["yafu", "AVX-ECM", "prime95", "ecmongpu", ""])
def test_other_programs_are_not(program):
    assert not is_gmp_ecm(program)
