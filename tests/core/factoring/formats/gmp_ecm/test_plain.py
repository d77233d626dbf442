"""Plain outputs say what their lines say one by one, and those of real programs are read as such."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.factoring.formats.gmp_ecm import transcript
from core.factoring.formats.gmp_ecm.plain import plain_output
from core.factoring.formats.gmp_ecm.transcript import parse_output
from tests.core.factoring.formats.gmp_ecm.counted import A
from tests.grammars import outputs
from tests.real.gmp_ecms import both_builds, run

KINDS = (
    "B1=11000, B2=1873422, polynomial x^1, sigma=1:",
    "B1=50000, B2=12746592, polynomial Dickson(3), sigma=0:",
    "B1=50000-100000, B2=12746592, polynomial x^1, sigma=1:",
    "B1=2000, B2=147396, sigma=",
)
DISTURBANCES = (
    "********** Factor found in step 2: 3391\n",
    "Run 4 out of 75:\n",
    "Run 4 out of 76:\n",
    "Input number is 2^127-1 (39 digits)\n",
    "GMP-ECM 7.0.5 [configured with GMP 6.2.1] [ECM]\n",
    "alice: Step 2 took 18ms\n",
    "Interrupted at prime 8009\n",
    "\x1b[1m",
    "\u2028",
    "... (truncated",
    "\r\n",
)


def begun(number="2^113-1"):
    """Return what a program prints before its first curve."""
    return f"GMP-ECM 7.0.5 [configured with GMP 6.2.1, --enable-asm-redc] [ECM]\nInput number is {number} (35 digits)\n"


def curves(kind, sigmas, first=1):
    """Return what curves that find nothing print; the first of a program's is not counted."""
    return "".join(
        (f"Run {number} out of 75:\n" if number > 1 else "")
        + f"Using {kind}{sigma}\nStep 1 took 21ms\nStep 2 took 18ms\n"
        for number, sigma in enumerate(sigmas, first)
    )


def test_a_plain_output_shows_all_of_its_curves():
    sigmas = [str(7919 * one) for one in range(1, 76)]
    output = plain_output(begun() + curves(KINDS[0], sigmas))
    assert [curve.sigma for curve in output.curves] == sigmas
    assert [curve.line for curve in output.curves] == [3 + 4 * one for one in range(75)]
    assert {(curve.terms.b1, curve.terms.b2, curve.terms.param) for curve in output.curves} == {(11000, 1873422, 1)}
    assert all(curve.terms is output.curves[0].terms for curve in output.curves)
    assert (output.numbers, output.version, output.method, output.unseen) == (("2^113-1",), "7.0.5", "ECM", 0)


@pytest.mark.parametrize(
    ("plain", "nearly"),
    [
        ("sigma=1:7919", "sigma=1:0"),
        ("sigma=1:7919", "sigma=1:007919"),
        ("Run 3 out of 75", "Run 3 out of 76"),
        ("Run 3 out of 75", "Run 4 out of 75"),
        ("7.0.5", "7.0.5\u2028"),
        ("configured with", "... (truncated"),
        ("2^113-1", "2^113-1... (truncated"),
        ("2^113-1", "2^113\x0b-1"),
        ("x^1", "x^1... (truncated"),
        ("x^1", "x\x0b1"),
    ],
)
def test_a_text_that_is_nearly_plain_is_read_by_its_lines(plain, nearly):
    text = (begun() + curves(KINDS[0], [7919, 7927, 7933])).replace(plain, nearly)
    assert parse_output(text) == transcript.read_by_lines(text)


@both_builds
@pytest.mark.parametrize("options", [(), ("-param", 2), ("-param", 3)])
def test_what_programs_print_is_plain(ecm, options):
    text = run(ecm, *options, "-c", 5, 2000, numbers=A)
    assert len(plain_output(text).curves) == 5
    assert plain_output(text) == transcript.read_by_lines(text)


numbers = st.sampled_from(["2^113-1", "1" * 80, "(10^33+7)/107491", "primU(3,1,7)", "7 * 11", "2^113-1 (35 digits)"])
plain_or_nearly = st.builds(
    lambda number, kind, other, sigmas, more, first: (
        begun(number) + curves(kind, sigmas) + curves(other, more, len(sigmas) + first)
    ),
    numbers,
    st.sampled_from(KINDS),
    st.sampled_from(KINDS),
    st.lists(st.integers(-1, 2**70), min_size=1, max_size=4),
    st.lists(st.integers(1, 2**32), max_size=3),
    st.integers(0, 2),
)


@given(plain_or_nearly)
def test_a_text_shows_the_curves_that_its_lines_show(text):
    assert parse_output(text) == transcript.read_by_lines(text)


@given(plain_or_nearly, st.sampled_from(DISTURBANCES), st.data())
def test_a_text_that_is_disturbed_shows_the_curves_that_its_lines_show(text, disturbance, data):
    place = data.draw(
        st.integers(0, len(text)) | st.sampled_from([at + 1 for at, sign in enumerate(text) if sign == "\n"])
    )
    disturbed = text[:place] + disturbance + text[place:]
    assert parse_output(disturbed) == transcript.read_by_lines(disturbed)


@given(plain_or_nearly | outputs, st.integers(0, 60))
def test_a_text_that_is_cut_off_shows_the_curves_that_its_lines_show(text, cut):
    text = text[: len(text) - cut]
    assert parse_output(text) == transcript.read_by_lines(text)
