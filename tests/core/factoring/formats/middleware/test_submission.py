"""What a submission says: fields that are often wrong, and an output that knows better."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.factoring.commands.reports import Claim
from core.factoring.formats.credit.shown import Shown, shown_of
from core.factoring.formats.gmp_ecm.transcript import parse_output
from core.factoring.formats.middleware.submission import (
    SIGMAS_A_RUN,
    Told,
    claims_of,
    param_of,
    remarks_on,
    resumed_runs,
    runs_of,
)
from core.factoring.mathematics.curves.bounds import Bounds
from core.refusals import BadInput

NOTHING_SHOWN = Shown()
DEFAULT_B2_OF_11000 = 1873422


def told(**fields):
    usual = {"b1": 11000, "b2": None, "param": 1, "curves": 75, "sigma": "", "claims": (), "cpu_milliseconds": 700}
    return Told(**{**usual, **fields})


def shown(*sigmas, b1=11000, b2=DEFAULT_B2_OF_11000, param=1, finished=True):
    curve = "Using B1={}, B2={}, polynomial x^1, sigma={}:{}\n"
    steps = "Step 1 took 1ms\nStep 2 took 1ms\n" if finished else ""
    return read("".join(curve.format(b1, b2, param, sigma) + steps for sigma in sigmas))


def read(text):
    return shown_of(parse_output(text), None, 1000)


def test_without_output_the_fields_are_believed():
    (run,) = runs_of(told(b2=-1, param=3), NOTHING_SHOWN)
    assert (run.bounds, run.curves, run.sigmas) == (Bounds(11000, -1, 3), 75, ())
    assert run.cpu_milliseconds == 700


@pytest.mark.parametrize(("b2", "kept"), [(None, -1), (-1, -1), (0, 0), (DEFAULT_B2_OF_11000, -1), (10**6, 10**6)])
def test_b2_has_one_spelling(b2, kept):
    assert runs_of(told(b2=b2), NOTHING_SHOWN)[0].bounds.b2 == kept


def test_the_output_beats_wrong_fields():
    (run,) = runs_of(told(b1=5, b2=0, param=3, curves=2), shown(7, 8))
    assert (run.bounds, run.sigmas, run.curves) == (Bounds(11000, -1, 1), ("7", "8"), 2)


def test_curves_beyond_the_visible_ones_have_no_identity():
    (run,) = runs_of(told(curves=75), shown(7, 8))
    assert (run.curves, run.sigmas) == (75, ("7", "8"))


def test_finished_curves_count_although_the_fields_count_fewer():
    (run,) = runs_of(told(curves=1), shown(7, 8, 9))
    assert (run.curves, run.sigmas) == (3, ("7", "8", "9"))


@pytest.mark.parametrize(
    ("output", "run"),
    [
        (NOTHING_SHOWN, ("1", "2", "3")),
        (shown(4, 5, b2=10**6), ("4", "5", "1")),
        (shown(4, 5, b2=10**6, param=3), ("1", "2", "3")),
    ],
    ids=["nothing", "two", "others"],
)
def test_of_a_resumed_file_the_curves_that_are_shown_were_run_and_beyond_them_the_first(output, run):
    (resumed,) = resumed_runs(told(b2=10**6, curves=3), output, 11000, 1, ("1", "2", "3", "4", "5"))
    assert (resumed.bounds, resumed.sigmas) == (Bounds(11000, 10**6, 1), run)


@pytest.mark.parametrize(("curves", "sigmas"), [(1, ("7",)), (2, ("7", "8"))])
def test_the_curve_announced_last_counts_when_the_fields_count_it(curves, sigmas):
    (run,) = runs_of(told(curves=curves), shown(7, 8, finished=False))
    assert run.sigmas == sigmas


@pytest.mark.parametrize(("sigma", "param"), [("123", 1), ("3:123", 3), ("0:00123", 0)])
def test_a_sigma_in_the_fields_is_visible_too(sigma, param):
    (run,) = runs_of(told(curves=1, sigma=sigma), NOTHING_SHOWN)
    assert (run.bounds.param, run.sigmas) == (param, ("123",))


def test_a_sigma_that_the_output_shows_is_not_counted_twice():
    (run,) = runs_of(told(curves=3, sigma="1:8", claims=(Claim("11", "1:8"),)), shown(7, 8))
    assert (run.curves, run.sigmas) == (3, ("7", "8"))


def test_without_a_parametrisation_it_is_the_usual_one():
    assert runs_of(told(param=None), NOTHING_SHOWN)[0].bounds.param == 1


def test_curves_of_several_kinds_are_several_runs_and_the_largest_takes_what_is_not_visible():
    output = read(
        "Using B1=2000, B2=147396, polynomial x^1, sigma=1:5\nStep 1 took 1ms\nStep 2 took 1ms\n"
        "Using B1=11000, B2=0, polynomial x^1, sigma=1:6\nStep 1 took 1ms\n"
        "Using B1=11000, B2=0, polynomial x^1, sigma=1:7\nStep 1 took 1ms\n"
    )
    first, second = runs_of(told(curves=10), output)
    assert (first.bounds, first.curves, first.sigmas) == (Bounds(11000, 0, 1), 9, ("6", "7"))
    assert (second.bounds, second.curves, second.sigmas) == (Bounds(2000, -1, 1), 1, ("5",))
    assert (first.cpu_milliseconds, second.cpu_milliseconds) == (630, 70)


def test_a_claim_goes_with_the_run_whose_curve_found_it():
    sigmas = range(1, SIGMAS_A_RUN + 2)
    claims = (Claim("11", f"1:{SIGMAS_A_RUN + 1}"), Claim("13"))
    first, second = runs_of(told(curves=SIGMAS_A_RUN + 1, claims=claims), shown(*sigmas))
    assert first.claims == (Claim("13"),)
    assert second.claims == (Claim("11", str(SIGMAS_A_RUN + 1)),)


def test_a_factor_that_only_the_output_names_is_not_lost():
    output = read(
        "Using B1=11000, B2=1873422, polynomial x^1, sigma=1:5\nStep 1 took 1ms\nStep 2 took 1ms\n"
        "********** Factor found in step 2: 10000000019\n"
    )
    assert claims_of(told(), output) == (Claim("10000000019", "5"),)
    assert claims_of(told(claims=(Claim("10000000019"),)), output) == (Claim("10000000019", "5"),)


@pytest.mark.parametrize("sigma", ["4:5", "x", "--1", "1:", "9" * 1001, "٣", "1:4294967296", "3:99999999999"])
def test_what_is_no_sigma_is_refused_in_a_sentence(sigma):
    with pytest.raises(BadInput, match="sigma"):
        runs_of(told(sigma=sigma), NOTHING_SHOWN)


@pytest.mark.parametrize("fields", [{"b1": None}, {"b1": 99}, {"b2": -2}, {"param": 4}, {"curves": 10**9 + 1}])
def test_what_is_out_of_bounds_is_refused(fields):
    with pytest.raises(BadInput):
        runs_of(told(**fields), NOTHING_SHOWN)


@given(
    curves=st.integers(0, 3000),
    sigmas=st.lists(st.integers(0, 2**32 - 1), max_size=50, unique=True),
    named=st.one_of(st.just(""), st.integers(0, 2**32 - 1).map(str)),
    cpu=st.integers(0, 10**9),
)
def test_no_curve_is_lost_and_none_counts_twice(curves, sigmas, named, cpu):
    if not curves and not sigmas:
        return
    runs = runs_of(told(curves=curves, sigma=named, cpu_milliseconds=cpu), shown(*sigmas))
    assert sum(run.curves for run in runs) == max(curves, len(sigmas))
    visible = [sigma for run in runs for sigma in run.sigmas]
    assert len(visible) == len(set(visible))
    assert set(map(str, sigmas)) <= set(visible) <= {*map(str, sigmas), named}
    assert sum(run.cpu_milliseconds for run in runs) == cpu
    assert all(len(run.sigmas) <= min(run.curves, SIGMAS_A_RUN) for run in runs)


@pytest.mark.parametrize(
    ("sigma", "said", "param"),
    [("4294967296", 1, 0), ("4294967296", 3, 0), ("4294967296", 2, 2), ("4294967295", 1, 1), ("", 1, 1), ("x", 1, 1)],
)
def test_a_sigma_that_parametrisations_1_and_3_do_not_have_is_of_parametrisation_0(sigma, said, param):
    assert param_of(sigma, said) == param


def test_a_sigma_of_a_thousand_digits_is_kept_and_such_curves_are_cut_into_events():
    sigmas = [str(10**999 + step) for step in range(100)]
    runs = runs_of(told(curves=100), shown(*sigmas, param=0))
    assert [sigma for run in runs for sigma in run.sigmas] == sigmas
    assert all(sum(map(len, run.sigmas)) <= 40_000 for run in runs)


def test_what_a_whole_output_lacks_was_not_run():
    whole = read(
        "GMP-ECM 7.0.7 [c] [ECM]\nInput number is 10403 (5 digits)\n"
        "Using B1=11000, B2=0, polynomial x^1, sigma=1:5\nStep 1 took 1ms\n"
    )
    assert [run.curves for run in runs_of(told(curves=100), whole)] == [1]
    (remark,) = remarks_on(told(curves=100), whole)
    assert remark == "curves_completed says 100, and the output, which lacks none, shows 1: no others count."


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ((250,), ["b1 says 11000, and the output shows 250: that counts."]),
        ((300, 250), ["b1 says 11000, and the output shows 250 to 300: that counts."]),
        ((11000, 11345), []),
        ((), []),
    ],
    ids=str,
)
@pytest.mark.parametrize("finished", [True, False])
def test_that_nothing_was_run_with_the_b1_of_the_fields_is_said(bounds, said, finished):
    output = read("".join(curve(b1, finished) for b1 in bounds))
    assert remarks_on(told(curves=0), output) == said
    assert remarks_on(told(curves=0, b1=None), output) == []


def curve(b1, finished):
    end = "Step 1 took 1ms\n" if finished else ""
    return f"Using B1={b1}, B2=0, polynomial x^1, sigma=1:{b1}\n{end}"


INTERRUPTED = "Using B1=11000, B2=1873422, polynomial x^1, sigma=0:5\nInterrupted at prime 0\nStep 1 took 1ms\n"
HEADED = "GMP-ECM 7.0.5 [c] [ECM]\nInput number is 10403 (5 digits)\n"
UNKNOWN_PARAM = {"param": None, "may_be_param_0": True}


@pytest.mark.parametrize("output", [INTERRUPTED, HEADED + INTERRUPTED, shown(5, param=0, finished=False)], ids=str)
def test_a_parametrisation_that_the_output_shows_is_known_although_no_curve_counts(output):
    output = read(output) if isinstance(output, str) else output
    told_of_it = told(curves=3, **UNKNOWN_PARAM)
    assert {run.bounds.param for run in runs_of(told_of_it, output)} <= {0}
    assert not any("parametrisation is not known" in remark for remark in remarks_on(told_of_it, output))


@pytest.mark.parametrize(("fields", "said"), [({}, True), ({"curves": 0}, False), ({"b1": None}, False)])
def test_that_a_parametrisation_is_guessed_is_said_only_where_curves_count_by_it(fields, said):
    remarks = remarks_on(told(claims=(Claim("101"),), **UNKNOWN_PARAM | fields), NOTHING_SHOWN)
    assert any("parametrisation is not known" in remark for remark in remarks) == said


def test_of_an_output_that_lacks_none_and_shows_none_that_counts_it_is_not_said_that_some_count():
    assert runs_of(told(curves=3), read(HEADED + INTERRUPTED)) == []
    assert remarks_on(told(curves=3), read(HEADED + INTERRUPTED))[-1].endswith("shows 1: no others count.")
