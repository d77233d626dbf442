"""What Prime95 keeps of ECM, P-1 and P+1, in the forms that its sources print (releases 20 to 30.18; ecm.c, ecm.cpp)."""

import json

import pytest
from gmpy2 import mpz
from msgspec.structs import replace

from core.factoring.commands.reports import Claim
from core.factoring.formats.credit.beside import OtherRun
from core.factoring.formats.foreseeing import foresee
from core.factoring.formats.hand_run.reading import stated_in
from core.factoring.formats.handing_in import hand_in
from core.factoring.mathematics.curves.bounds import STAGE_1_ONLY, Bounds

M277 = mpz(2) ** 277 - 1
FACTOR = "1121297"
RELEASE = {"name": "Prime95", "version": "30.18", "build": 2, "port": 8}
FOUND = {
    "status": "F",
    "exponent": 277,
    "worktype": "ECM",
    "factors": [FACTOR],
    "b1": 50_000,
    "b2": 5_000_000,
    "sigma": 123456789123456,
    "stage": 2,
    "curves": 5,
    "program": RELEASE,
}


def found(**fields):
    return json.dumps(FOUND | fields)


def reach(stated):
    return stated.bounds.b1, stated.bounds.b2, stated.bounds.param


@pytest.mark.parametrize("before", ["", "UID: someone/box, ", "[Work thread Nov 28 10:00:00] "])
@pytest.mark.parametrize("behind", ["", ", Wi8: 39AB1238", ", Wi8: 39AB1238, AID: FF00AA00FF00AA00FF00AA00FF00AA00"])
@pytest.mark.parametrize(
    ("said", "curves"),
    [
        ("completed 10 ECM curves, B1=50000, B2=5000000", 10),
        ("completed 1 ECM curve, B1=50000, average B2=5000000", 1),
        ("completed 3 ECM Edwards curves, B1=50000, B2=5000000", 3),
    ],
)
def test_prime95s_lines_tell_of_curves_as_its_objects_do(before, said, behind, curves):
    (line,) = stated_in(f"[Sat Nov 28 10:00:00 2026]\n{before}M277 {said}{behind}\n")
    (told,) = stated_in(json.dumps(FOUND | {"curves": curves, "factors": None}))
    assert (line.bounds, line.curves, line.number, line.why) == (told.bounds, curves, "2^277-1", told.why)


@pytest.mark.parametrize(
    ("name", "number"),
    [("M277", "2^277-1"), ("F5", "2^32+1"), ("3^100+2", "3^100+2"), ("5*2^277+1", "5*2^277+1")],
)
def test_prime95s_names_of_numbers_are_its_own(name, number):
    (stated,) = stated_in(f"{name} completed P-1, B1=50000, Wi8: 1")
    assert stated.number == number


def test_a_curve_that_found_something_in_stage_1_ended_there_and_those_before_it_did_not():
    whole, last = stated_in(found(stage=1))
    assert (reach(whole)[0], reach(whole)[1] > 50_000, whole.curves, whole.factors) == (50_000, True, 4, ())
    assert (last.bounds, last.curves, last.factors) == (Bounds(50_000, STAGE_1_ONLY, 0), 1, (FACTOR,))
    (alone,) = stated_in(found(stage=1, curves=1))
    assert replace(alone, origin=last.origin) == last
    _, unsaid = stated_in(json.dumps({name: value for name, value in FOUND.items() if name != "stage"}))
    assert replace(unsaid, origin=last.origin) == last, "where the stage is not told, the lower counts"


def test_a_line_with_a_factor_is_told_of_by_the_line_before_it():
    text = (
        "ECM found a factor in curve #5, stage #{}\nSigma=123456789123456, B1=50000, B2=5000000.\n"
        f"UID: a/b, M277 has a factor: {FACTOR} (ECM curve 5, B1=50000, B2=5000000), AID: FF\n"
    )
    for stage in (1, 2):
        lines, objects = stated_in(text.format(stage)), stated_in(found(stage=stage))
        assert [(one.bounds, one.curves, one.factors) for one in lines] == [
            (one.bounds, one.curves, one.factors) for one in objects
        ]
        assert not any(one.sigma for one in lines), "which release it was is not said"


@pytest.mark.parametrize(
    ("program", "sigma"),
    [
        (RELEASE, "123456789123456"),
        (RELEASE | {"version": "29.8"}, "123456789123456"),
        (RELEASE | {"version": "31.1"}, ""),
        ({}, ""),
        (None, ""),
    ],
)
def test_the_sigma_of_a_find_is_taken_where_it_is_one_of_suyamas_curves(program, sigma):
    *_, last = stated_in(found(program=program))
    assert last.sigma == sigma
    *_, report = hand_in(found(program=program), str(M277), 1_000).reports
    assert report.sigmas == ((sigma,) if sigma else ())
    assert report.claims == (Claim(FACTOR, sigma),)


@pytest.mark.parametrize(
    ("said", "beside"),
    [
        ("completed P-1, B1=50000, B2=5000000, E=12, Wi4: AB", OtherRun("P-1", 50_000, 5_000_000)),
        ("completed P-1, B1=50000, Wi4: AB", OtherRun("P-1", 50_000, STAGE_1_ONLY)),
        ("completed P+1, B1=50000, B2=5000000, Wi4: AB", OtherRun("P+1", 50_000, 5_000_000)),
        (f"has a factor: {FACTOR} (P-1, B1=50000, B2=5000000)", OtherRun("P-1", 50_000, 5_000_000)),
        (f"has a factor: {FACTOR} (P+1, B1=50000)", OtherRun("P+1", 50_000, STAGE_1_ONLY)),
    ],
)
def test_prime95s_lines_tell_of_p_minus_1_and_p_plus_1(said, beside):
    (stated,) = stated_in(f"M277 {said}")
    assert stated.beside == beside
    assert stated.factors == ((FACTOR,) if FACTOR in said else ())


@pytest.mark.parametrize("behind", ["", " (TF:20-21, sf: 1)", ", AID: FF"])
def test_a_factor_counts_whatever_found_it(behind):
    said = f"M277 has a factor: {FACTOR}{behind}\nM277 completed P-1, B1=50, Wi8: 1"
    factor, low = stated_in(said)
    assert (factor.bounds, factor.beside, factor.factors) == (None, None, (FACTOR,))
    assert low.why.startswith("B1 = 50")


def test_of_a_file_of_several_numbers_those_of_the_number_count():
    text = "M277 completed 10 ECM curves, B1=50000, B2=5000000\nM281 completed 7 ECM curves, B1=50000, B2=5000000\n"
    assert foresee(text, M277, 1_000).credited == 10
    assert foresee(text, M277 // int(FACTOR), 1_000).credited == 10
    assert foresee(text, mpz(10) ** 50 + 151, 1_000).credited == 0
