"""What outputs of real GMP-ECMs count for."""

import pytest
from msgspec.structs import replace

from core.factoring.formats.middleware.submission import Told, remarks_on
from core.factoring.mathematics.curves.bounds import STAGE_1_ONLY, Bounds
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.mathematics.probability.success import expected_curves
from tests.core.factoring.formats.gmp_ecm.counted import P9, A, bounds_of, credited, shown
from tests.real.gmp_ecms import DEBIAN, WHEEL, both_builds, build, run

B = (10**35 + 69) * (10**32 + 49)


@both_builds
def test_of_a_run_over_two_numbers_each_has_its_own_curves(ecm):
    text = run(ecm, "-param", 1, "-c", 2, 2000, numbers=[A, f"({B})"])
    assert [len(shown(text, number).curves) for number in (A, B)] == [2, 2]
    assert {ran.sigma for ran in shown(text, A).curves}.isdisjoint(ran.sigma for ran in shown(text, B).curves)
    (only,) = credited(text, A, curves=4, b1=2000)
    assert only.curves == 2


@both_builds
def test_of_a_resumed_file_of_two_numbers_each_has_its_own_curves(ecm, tmp_path):
    saved = tmp_path / "saved"
    run(ecm, "-param", 1, "-c", 3, "-save", saved, 2000, 0, numbers=A)
    run(ecm, "-param", 1, "-c", 2, "-savea", saved, 2000, 0, numbers=B)
    text = run(ecm, "-resume", saved, 2000)
    assert [bounds_of(text, number) for number in (A, B)] == [[Bounds(2000, -1, 1)] * 3, [Bounds(2000, -1, 1)] * 2]


@both_builds
def test_what_was_found_on_a_multiple_is_a_factor_of_the_number_where_it_divides_it(ecm):
    text = run(ecm, "-param", 1, "-c", 60, 11_000, numbers=[P9 * A])
    assert f": {P9}\n" in text
    whole, part = shown(text, P9 * A), shown(text, A)
    assert str(P9) in {*whole.factors, *(ran.factor for ran in whole.curves)}
    assert str(P9) not in {*part.factors, *(claim.factor for run_of in credited(text, A) for claim in run_of.claims)}
    assert len(part.curves) == len(whole.curves)


@both_builds
def test_curves_on_what_is_left_of_a_number_count_for_it_and_those_on_an_unknown_part_do_not(ecm):
    number, left, part = 907 * 10**3 + 7, A, A * B
    text = run(ecm, "-param", 1, "-c", 2, 500, 0, numbers=[f"({A}*907)/907"])
    assert len(shown(text, A * 907).curves) == 2
    assert len(shown(text, left).curves) == 2
    assert shown(text, part).curves == ()
    assert shown(text, number).curves == ()


@both_builds
def test_a_curve_on_a_multiple_counts_for_the_number(ecm):
    text = run(ecm, "-param", 1, "-c", 2, 500, 0, numbers=[A * 907])
    assert len(shown(text, A).curves) >= 1


@both_builds
@pytest.mark.parametrize("param", ["", "0", "1", "2", "3"])
def test_what_was_saved_without_its_parametrisation_and_resumed_counts_only_where_it_is_known(ecm, tmp_path, param):
    saved = tmp_path / "saved"
    options = ["-param", param] if param else []
    run(ecm, *options, "-c", 4, "-save", saved, 2000, 0, numbers=A)
    resumed = shown(run(ecm, "-resume", saved, 2000))
    assert [(ran.bounds, ran.if_known) for ran in resumed.curves] == [
        (Bounds(2000, -1, int(param or 0)), not param)
    ] * 4
    assert bool(resumed.left_out) == (not param)


@both_builds
def test_what_gmp_ecm_6_saved_is_of_parametrisation_0(ecm, tmp_path):
    saved = tmp_path / "saved"
    run(ecm, "-sigma", "0:12345", "-save", saved, 2000, 0, numbers=A)
    line = saved.read_text().replace("PARAM=0; ", "").replace(f"GMP-ECM {_version_of(ecm)}", "GMP-ECM 6.4.4")
    saved.write_text(line)
    (ran,) = shown(run(ecm, "-resume", saved, 2000)).curves
    assert (ran.bounds, ran.sigma, ran.if_known) == (Bounds(2000, -1, 0), "12345", False)


def _version_of(ecm):
    return run(ecm, 100, 0, numbers="10403").split()[1]


@pytest.mark.parametrize(
    ("ecm", "bounds"),
    [
        pytest.param(*build(DEBIAN).values, Bounds(2000, 0, 0), marks=build(DEBIAN).marks),
        pytest.param(*build(WHEEL).values, Bounds(5000, -1, 0), marks=build(WHEEL).marks),
    ],
)
def test_a_release_that_throws_the_residue_away_adds_nothing_to_it(ecm, bounds, tmp_path):
    saved = tmp_path / "saved"
    run(ecm, "-param", 0, "-c", 3, "-save", saved, 2000, 0, numbers=A)
    text = run(ecm, "-resume", saved, 5000)
    assert "Using B1=2000-5000" in text
    assert bounds_of(text) == [bounds] * 3
    headless = text[text.index("Resuming") :]
    assert bounds_of(headless) == [Bounds(2000, 0, 0)] * 3, "which release it was is not known"


@both_builds
def test_what_is_resumed_below_its_bound_counts_as_it_was_saved(ecm, tmp_path):
    saved = tmp_path / "saved"
    run(ecm, "-param", 1, "-save", saved, 2000, 0, numbers=A)
    assert bounds_of(run(ecm, "-resume", saved, 500)) == [Bounds(2000, 24246, 1)]
    assert bounds_of(run(ecm, "-resume", saved, 500, 1000)) == [Bounds(2000, 0, 1)]


@both_builds
@pytest.mark.parametrize(
    ("bounds", "counts"),
    [
        (("1999-2000", "0"), []),
        (("1999-2000",), []),
        (("1-2000", "0"), [(2000, 0)]),
        (("2000", "50000-100000"), [(2000, 0)]),
        (("2000", "100-100000"), [(2000, 100000)]),
        (("2e3", "147396"), [(2000, -1)]),
        (("2000.2", "0"), [(2000, 0)]),
        (("50", "0"), []),
    ],
)
def test_bounds_that_begin_somewhere_count_for_what_was_run(ecm, bounds, counts):
    text = run(ecm, *bounds, numbers=A)
    assert [(b.b1, b.b2) for b in bounds_of(text)] == counts


@pytest.mark.parametrize("ecm", [build(DEBIAN)])
def test_where_b1_grows_from_curve_to_curve_each_is_a_whole_one(ecm):
    text = run(ecm, "-param", 1, "-I", 1, "-c", 4, 2000, numbers=A)
    assert "Using B1=2045, B2=2044-147906" in text, "stage 2 is told to begin where stage 1 ended"
    assert bounds_of(text) == [Bounds(b1, -1, 1) for b1 in (2000, 2045, 2090, 2136)]


@both_builds
def test_equal_curves_are_told_as_equal_ones(ecm):
    text = run(ecm, "-sigma", "1:77", "-c", 5, 2000, numbers=A)
    assert [ran.sigma for ran in shown(text).curves] == ["77"] * 5
    negative = run(ecm, "-sigma", "1:-77", 2000, numbers=A)
    assert [ran.sigma for ran in shown(negative).curves] == ["77"], "the parameter is the square of sigma"


@both_builds
def test_a_sigma_of_any_length_is_read_whole(ecm):
    sigma = "123456789012345678901234567890"
    assert [ran.sigma for ran in shown(run(ecm, "-sigma", f"0:{sigma}", 2000, numbers=A)).curves] == [sigma]


@both_builds
@pytest.mark.parametrize("option", ["-pm1", "-pp1"])
def test_other_methods_are_told_as_what_they_were(ecm, option, tmp_path):
    saved = tmp_path / "saved"
    method = {"-pm1": "P-1", "-pp1": "P+1"}[option]
    text = run(ecm, option, "-save", saved, 2000, 0, numbers=A)
    for said in (text, run(ecm, "-resume", saved, 3000)):
        seen = shown(said)
        assert seen.curves == ()
        assert [(other.method, other.runs) for other in seen.others] == [(method, 1)]
    assert credited(text, curves=1, b1=2000) == []


@both_builds
@pytest.mark.parametrize("option", ["-pm1", "-pp1"])
@pytest.mark.parametrize(
    ("bounds", "counted"),
    [
        ((20_000,), (20_000, DEFAULT_B2)),
        ((20_000, 0), (20_000, STAGE_1_ONLY)),
        (("19999-20000",), (0, STAGE_1_ONLY)),
        ((20_000, "1000000-1000100"), (20_000, STAGE_1_ONLY)),
    ],
)
def test_runs_of_other_methods_count_for_what_was_run(ecm, option, bounds, counted):
    (other,) = shown(run(ecm, option, *bounds, numbers=A)).others
    assert (other.b1, other.b2) == counted


@both_builds
def test_a_low_b2_of_p_minus_1_is_kept_as_it_was_printed(ecm):
    text = run(ecm, "-pm1", 20_000, 30_000, numbers=A)
    (other,) = shown(text).others
    assert f"B1=20000, B2={other.b2}," in text


@both_builds
def test_p_minus_1_that_found_something_in_stage_1_ended_there(ecm):
    number = (2**4 * 3**2 * 5 * 7 * 11 * 13 * 17 * 19 * 23 * 29 * 31 + 1) * A
    text = run(ecm, "-one", "-pm1", 2000, numbers=number)
    assert "Factor found in step 1" in text
    assert [(other.b1, other.b2) for other in shown(text, number).others] == [(2000, STAGE_1_ONLY)]


@both_builds
@pytest.mark.parametrize("options", [("-torsion", "Z5", "-sigma", "2"), ("-A", "7", "-x0", "3")])
def test_curves_given_by_a_coefficient_are_not_counted(ecm, options):
    seen = shown(run(ecm, *options, 2000, 0, numbers=A))
    assert (seen.curves, seen.over) == ((), 1)


@both_builds
def test_a_whole_output_is_believed_whatever_the_fields_count(ecm):
    number = P9 * A
    text = run(ecm, "-one", "-param", 1, "-c", 100, 2000, 0, numbers=number)
    assert "Factor found" in text
    assert f"factor of 10 digits: {P9}" in text
    ran = text.count("Using B1=")
    (only,) = credited(text, number, curves=100)
    assert (only.curves, only.claims[0].factor, only.claims[0].sigma) == (ran, str(P9), only.sigmas[-1])
    (tail,) = credited(text[text.index("Run 2 out of") :], number, curves=100) if ran > 1 else (only,)
    assert tail.curves == ran, "the first line that counts tells how many were not seen"
    told = Told(None, None, None, 100, "", (), 0)
    assert remarks_on(told, shown(text, number)) == [
        f"curves_completed says 100, and the output, which lacks none, shows {ran}: no others count."
    ]


@both_builds
def test_a_number_of_curves_with_an_exponent_is_one_curve_and_that_counts(ecm):
    text = run(ecm, "-param", 1, "-c", "1e3", "2e3", 0, numbers=A)
    (only,) = credited(text, curves=1000)
    assert (only.bounds.b1, only.curves) == (2000, 1)


@pytest.mark.parametrize("ecm", [build(DEBIAN)])
@pytest.mark.parametrize(("typed", "read"), [("250,000", 250), ("260k", 260)])
def test_of_a_b1_that_was_read_as_far_as_its_digits_go_it_is_said_which_one_ran(ecm, typed, read):
    text = run(ecm, "-param", 1, "-c", 2, typed, 0, numbers=A)
    meant = 1000 * read
    assert [bounds.b1 for bounds in bounds_of(text)] == [read] * 2
    told = Told(meant, None, None, 2, "", (), 0)
    assert remarks_on(told, shown(text)) == [f"b1 says {meant}, and the output shows {read}: that counts."]
    assert remarks_on(replace(told, b1=read), shown(text)) == []


@both_builds
def test_a_curve_that_stage_1_ended_counts_as_stage_1(ecm):
    number = P9 * A
    text = run(ecm, "-one", "-param", 1, "-c", 100, 11000, numbers=number)
    in_stage_1 = "Factor found in step 1" in text
    assert bounds_of(text, number)[-1] == Bounds(11000, 0 if in_stage_1 else -1, 1)
    assert set(bounds_of(text, number)[:-1]) <= {Bounds(11000, -1, 1)}


@both_builds
def test_an_output_cut_by_a_client_gives_whole_curves_and_the_fields_the_rest(ecm):
    text = run(ecm, "-param", 1, "-c", 20, 2000, numbers=A)
    sigmas = [ran.sigma for ran in shown(text).curves]
    inside = text.index(f"sigma=1:{sigmas[9]}") + len("sigma=1:1234")
    for cut in (text[:inside], f"{text[:inside]}... (truncated", f"{text[:inside]}\n... (truncated, 20 more lines)"):
        (only,) = credited(cut, curves=20)
        assert (only.curves, only.sigmas) == (20, tuple(sigmas[:9]))
    (last,) = credited(text[inside:], curves=20)
    assert (last.curves, last.sigmas) == (20, tuple(sigmas[10:]))


@both_builds
@pytest.mark.parametrize(
    "margin",
    ["    ", "\x1b[32m", "[12:34:56] ", "2026-11-28 12:34:56,789 ", "2026-11-28T12:34:56Z node-7 ecm: ", "> "],
    ids=repr,
)
def test_lines_with_something_before_them_are_the_same_lines(ecm, margin):
    text = run(ecm, "-param", 1, "-c", 3, 2000, numbers=A)
    seconds = iter(range(10, 100))
    told = "".join(f"{margin.replace('56', str(next(seconds)))}{line}\n" for line in text.splitlines())
    if margin.startswith("\x1b"):
        told = told.replace("\n", "\x1b[0m\n")
    assert shown(told) == shown(text)
    assert len(shown(text).curves) == 3


@both_builds
def test_lines_of_two_programs_in_one_log_are_told_apart_by_their_margins(ecm):
    texts = [run(ecm, "-param", 1, "-c", 3, 2000, numbers=A) for _ in range(2)]
    mixed = [
        f"ecm-{i}: {line}"
        for pair in zip(*(text.splitlines() for text in texts), strict=True)
        for i, line in enumerate(pair)
    ]
    assert {ran.sigma for ran in shown("\n".join(mixed)).curves} == {
        ran.sigma for text in texts for ran in shown(text).curves
    }


@both_builds
@pytest.mark.parametrize(
    ("options", "least", "most"),
    [
        (("-power", 1), 10_000_000, 12_000_000),
        (("-dickson", 3), None, None),  # worth more than usual, which counts as usual
        (("-no-ntt",), 15_446_350, 15_446_350),
        (("-k", 20), 12_804_342, 12_804_342),
    ],
)
def test_what_was_printed_of_stage_2_counts(ecm, options, least, most):
    (bounds,) = bounds_of(run(ecm, "-param", 1, "-sigma", "1:5", *options, 50000, numbers=A))
    assert bounds.b2 == -1 if least is None else least <= bounds.b2 <= most, bounds


@pytest.mark.parametrize(
    ("announced", "curves_to_35_digits"),
    [
        ("Using B1=1000000, B2=1045563762, polynomial Dickson(6), sigma=1:5", (1071, 1071)),
        ("Using B1=1000000, B2=1045563762, polynomial x^1, sigma=1:5", (1163, 1175)),
        ("Using B1=1000000, B2=974637522, polynomial Dickson(3), sigma=1:5", (1126, 1150)),
    ],
)
def test_the_printed_polynomial_decides_what_a_curve_is_worth(announced, curves_to_35_digits):
    """By `ecm -v`, 7.0.5 and 7.0.7: 1071 by default, 1163 with -power 1, 1126 with -no-ntt or above 30 machine words."""
    (bounds,) = bounds_of(f"{announced}\nStep 1 took 1ms\nStep 2 took 1ms\n")
    least, most = curves_to_35_digits
    assert least <= round(expected_curves(35, bounds.b1, bounds.b2, bounds.param)) <= most


@both_builds
def test_above_30_machine_words_the_printed_b2_counts(ecm):
    number = 10**590 + 7
    text = run(ecm, "-param", 1, "-sigma", "1:5", 2000, numbers="10^590+7")
    (bounds,) = bounds_of(text, number)
    assert bounds.b2 != -1
    assert f"B2={bounds.b2}," in text or bounds.b2 < int(text.partition("B2=")[2].partition(",")[0])
