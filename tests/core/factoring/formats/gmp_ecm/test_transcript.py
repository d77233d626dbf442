import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from core.factoring.formats.gmp_ecm.one_by_one import OutputReader
from core.factoring.formats.gmp_ecm.output import Curve, Output, Stray, Terms
from core.factoring.formats.gmp_ecm.transcript import parse_output
from tests.timing import cpu_seconds

ONE_CURVE_AND_A_FACTOR = """\
GMP-ECM 7.0.7 [configured with GMP 6.3.0, --enable-asm-redc] [ECM]
Input number is 10000000001239700000000000000000000000837000537103762956571890000000000000000000044946900005572067193 (101 digits)
Using B1=2000, B2=147396, polynomial x^1, sigma=1:251232924
Step 1 took 2ms
Step 2 took 2ms
Run 2 out of 500:
Using B1=2000, B2=147396, polynomial x^1, sigma=1:153812798
Step 1 took 2ms
Step 2 took 2ms
********** Factor found in step 2: 100000000012397
Found prime factor of 15 digits: 100000000012397
Composite cofactor 100000000000000000000000000000000000008370005370000000000000000000000000000000000449469 has 87 digits
"""

N = "10000000001239700000000000000000000000837000537103762956571890000000000000000000044946900005572067193"
TERMS = Terms(2000, 147396, 1, polynomial="x^1", number=N, method="ECM", version="7.0.7")
FOUND_CURVES = (
    Curve(TERMS, "251232924", line=3),
    Curve(TERMS, "153812798", factor="100000000012397", line=7),
)


def test_every_curve_of_a_run_is_read_with_what_it_found():
    assert parse_output(ONE_CURVE_AND_A_FACTOR) == Output("7.0.7", "ECM", FOUND_CURVES, (), (), 0, (N,))


def test_lines_may_end_as_windows_ends_them():
    assert parse_output(ONE_CURVE_AND_A_FACTOR.replace("\n", "\r\n")).curves == FOUND_CURVES


@given(st.integers(0, len(ONE_CURVE_AND_A_FACTOR)))
def test_an_output_cut_at_its_beginning_or_end_gives_only_curves_that_were_run(cut):
    sigmas = [curve.sigma for curve in FOUND_CURVES]
    first_part = [curve.sigma for curve in parse_output(ONE_CURVE_AND_A_FACTOR[:cut]).curves]
    last_part = [curve.sigma for curve in parse_output(ONE_CURVE_AND_A_FACTOR[cut:]).curves]
    assert first_part == sigmas[: len(first_part)]
    assert last_part == sigmas[len(sigmas) - len(last_part) :]


def test_a_factor_of_a_curve_that_was_cut_off_is_kept_without_a_curve():
    tail = ONE_CURVE_AND_A_FACTOR[ONE_CURVE_AND_A_FACTOR.index("x^1, sigma=1:153812798") :]
    assert parse_output(tail).strays == (Stray("100000000012397", None),)
    assert parse_output(tail).curves == ()


def only(curve):
    """The fields of a curve that say what it was."""
    return curve.terms.b1, curve.terms.b2, curve.terms.param, curve.sigma


def test_a_factor_found_in_stage_1_finishes_its_curve_whatever_b2():
    output = """\
Using B1=2000, B2=147396, polynomial x^1, sigma=1:2248934876
Step 1 took 0ms
********** Factor found in step 1: 55069918751
Found composite factor of 11 digits: 55069918751
Prime cofactor ((10^41-1)/9)/55069918751 has 30 digits
"""
    (curve,) = parse_output(output).curves
    assert (*only(curve), curve.factor) == (2000, 147396, 1, "2248934876", "55069918751")
    assert curve.stages == 1


def test_finding_the_number_itself_is_a_curve_without_a_factor():
    output = """\
Using B1=2000, B2=0, polynomial x^1, sigma=1:2784339358
Step 1 took 1ms
********** Factor found in step 1: 15347
Found input number N
"""
    (curve,) = parse_output(output).curves
    assert (*only(curve), curve.factor, curve.stages) == (2000, 0, 1, "2784339358", None, 1)


def test_two_divided_out_before_the_first_curve_belongs_to_none():
    output = """\
GMP-ECM 7.0.7 [configured with GMP 6.3.0, --enable-asm-redc] [ECM]
Input number is 100000000000000000039000000000000000003800000000001482 (54 digits)
********** Factor found in step 1: 2
Found prime factor of 1 digits: 2
Composite cofactor 100000000000000000039000000000000000003800000000001482/2 has 53 digits
Run 2 out of 3:
Using B1=200, B2=0, polynomial x^1, sigma=1:947458529
Step 1 took 0ms
"""
    read = parse_output(output)
    assert read.strays == (Stray("2", "100000000000000000039000000000000000003800000000001482"),)
    assert [curve.terms.number for curve in read.curves] == [read.strays[0].number]
    assert read.unseen == 0


def test_stage_1_alone_finishes_a_curve_only_when_no_stage_2_was_to_follow():
    output = "Using B1=2000, B2={}, polynomial x^1, sigma=1:9\nStep 1 took 2ms\n"
    assert [only(curve) for curve in parse_output(output.format(0)).curves] == [(2000, 0, 1, "9")]
    assert [only(curve) for curve in parse_output(output.format(1000)).curves] == [(2000, 1000, 1, "9")]
    assert parse_output(output.format(147396)).curves == ()


@pytest.mark.parametrize(
    ("line", "curve"),
    [
        (
            "Using B1=2000, B2=3000-100000, polynomial x^1, sigma=1:9",
            {"b2": 100000, "b2_from": 3000, "param": 1, "sigma": "9"},
        ),
        ("Using B1=1500-2000, B2=147396, polynomial x^1, sigma=0:8", {"b1_from": 1500, "param": 0, "sigma": "8"}),
        (
            "Using B1=43000000, B2=240490660426, polynomial Dickson(12), sigma=0:14643302075463554287",
            {"b1": 43000000, "b2": 240490660426, "polynomial": "Dickson(12)", "sigma": "14643302075463554287"},
        ),
        ("Using B1=11000, B2=1873422, polynomial x^1, sigma=3480971826", {"param": 0, "sigma": "3480971826"}),
        ("Using B1=200, B2=0, polynomial x^1, sigma=1:-5", {"param": 1, "sigma": "-5"}),
        (
            "Using B1=200, B2=0, polynomial x^1, sigma=0:123456789012345678901234567890",
            {"sigma": "123456789012345678901234567890"},
        ),
        ("Using B1=2000, B2=51046, polynomial x^1, x0=3512476073", {"param": None, "sigma": None, "method": None}),
        ("Using B1=2000-30000, B2=51046, polynomial x^1", {"b1": 30000, "b1_from": 2000, "sigma": None}),
        ("Using B1=2000, B2=147396, polynomial x^1, A=12345", {"param": None, "sigma": None}),
        ("Using B1=200, B2=0, polynomial x^1, Weierstrass(A=0,y=785714285714)", {"param": None, "sigma": None}),
    ],
)
def test_each_form_of_announcing_a_curve_is_understood(line, curve):
    (read,) = parse_output(f"{line}\nStep 1 took 1ms\nStep 2 took 2ms\n").curves
    said = asdict(read.terms) | {"sigma": read.sigma}
    assert {field: said[field] for field in curve} == curve


def test_verbose_lines_between_are_passed_over():
    output = """\
GMP-ECM 7.0.5 [configured with GMP 6.2.1, --enable-asm-redc, --enable-assert] [ECM]
Tuned for x86_64/params.h
Running on somewhere
Input number is 10403 (5 digits)
Using MODMULN [mulredc:0, sqrredc:1]
Using B1=2000, B2=147396, polynomial x^1, sigma=3:4094646704
dF=64, k=4, d=510, d2=7, i0=-3
Expected number of curves to find a factor of n digits (assuming one exists):
35\t40\t45
3.6e+09\tInf\tInf
Step 1 took 2ms
Using 13 small primes for NTT
Computing G * H took 0ms
Step 2 took 3ms
Peak memory usage: 7MB
"""
    read = parse_output(output)
    assert (read.version, [only(curve) for curve in read.curves]) == ("7.0.5", [(2000, 147396, 3, "4094646704")])


def test_a_gpu_announces_all_its_curves_at_once():
    output = """\
Using B1=3000000, B2=0, sigma=3:2129497253-3:2129497256 (4 curves)
Computing 4 Step 1 took 53ms of CPU time / 5500ms of GPU time
********** Factor found in step 1: 100000000012397
Found prime factor of 15 digits: 100000000012397
"""
    read = parse_output(output)
    assert [only(curve) for curve in read.curves] == [
        (3000000, 0, 3, str(sigma)) for sigma in range(2129497253, 2129497257)
    ]
    assert read.strays == (Stray("100000000012397", None),)


def test_a_claim_of_four_billion_gpu_curves_costs_nothing():
    def read(claimed):
        line = f"Using B1=3000000, B2=0, sigma=3:0-3:{claimed - 1} ({claimed} curves)\nStep 1 took 1ms\n"
        return parse_output(line * 1000).curves

    assert read(2**32) == ()
    assert cpu_seconds(read, 2**32) < 10 * cpu_seconds(read, 2)


@pytest.mark.parametrize(
    ("before", "repeated", "after"),
    [
        ("Using B1=", "9", ""),
        ("Using B1=2000, B2=147396, polynomial ", "x", ""),
        ("Using B1=2000, B2=147396, polynomial x^1, sigma=1:", "9", ""),
        ("********** Factor found in step 2: ", "9", " "),
        ("GMP-ECM 7 [", "] [", ""),
        ("Run ", "1", ""),
    ],
)
def test_hostile_lines_take_time_in_proportion_to_their_length(before, repeated, after):
    def read(times):
        line = f"{before}{repeated * times}{after}"
        assert parse_output(f"{line}\nStep 1 took 1ms\nStep 2 took 1ms\n").version is None

    assert cpu_seconds(read, 1_000_000) < 40 * cpu_seconds(read, 100_000)


fragments = st.sampled_from(
    [*"0123456789", "Using B1=", ", B2=", ", sigma=1:", "\nStep 2 took 1ms\n", "Run 2 out of 3:"]
)


@given(st.lists(fragments).map("".join))
def test_any_text_is_read_without_complaint(text):
    assert all(curve.terms.b1 >= 0 for curve in parse_output(text).curves)


def test_of_a_killed_program_the_last_curve_counts_only_with_its_factor():
    announced, finished = "Using B1=2000, B2=147396, polynomial x^1, sigma=1:9", "Step 2 took 2ms"
    reader = OutputReader()
    assert (reader.read(announced), reader.read(finished), reader.close(killed=True)) == ((), (), ())
    assert (reader.read(announced), reader.read("********** Factor found in step 1: 11")) == ((), ())
    (curve,) = reader.close(killed=True)
    assert (curve.sigma, curve.factor) == ("9", "11")


EXCERPT = "Using B1=2000, B2=147396, polynomial x^1, sigma=1:{}\n"


def test_in_an_excerpt_a_curve_that_another_one_follows_was_run_and_the_last_one_may_not_have_been():
    read = parse_output(EXCERPT.format(5) + EXCERPT.format(6))
    assert [curve.sigma for curve in read.curves] == ["5"]
    assert [curve.sigma for curve in read.unfinished] == ["6"]
    assert read.unseen is None


def test_a_text_that_reports_stages_is_no_excerpt():
    read = parse_output(EXCERPT.format(5) + EXCERPT.format(6) + "Step 1 took 1ms\nStep 2 took 1ms\n")
    assert [curve.sigma for curve in read.curves] == ["6"]


def test_the_end_of_a_curve_that_was_announced_before_the_text_begins_says_nothing_of_the_next_one():
    text = "Step 2 took 2ms\n" + EXCERPT.format(5)
    assert [curve.sigma for curve in parse_output(text).unfinished] == ["5"]


RESUMED = "Resuming ECM residue saved by a@b with GMP-ECM 7.0.5 on Sat Nov 28 13:50:50 2026\nInput number is 10403 (5 digits)\n"
HEADER = "GMP-ECM 7.0.5 [configured with GMP 6.2.1] [ECM]\n"
FRESH = "Input number is 10403 (5 digits)\nUsing B1=200, B2=0, polynomial x^1, sigma=0:7\nStep 1 took 0ms\n"


@pytest.mark.parametrize("between", ["", HEADER])
def test_what_could_not_be_resumed_says_nothing_of_the_next_run(between):
    """GMP-ECM 7.0.5 ends with `cannot resume with param 3, except for doing only stage 2` behind the number."""
    (curve,) = parse_output(HEADER + RESUMED + between + FRESH).curves
    assert (curve.terms.saved_by, curve.terms.number) == (None, "10403")
