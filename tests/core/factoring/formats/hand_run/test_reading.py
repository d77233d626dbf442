"""What YAFU, Prime95 and t-level keep, in the forms that their sources print (the functions are named in the module)."""

import pytest
from gmpy2 import mpz

from core.factoring.formats.credit.beside import OtherRun
from core.factoring.formats.foreseeing import foresee
from core.factoring.formats.hand_run.reading import stated_in
from core.factoring.formats.handing_in import hand_in
from core.factoring.mathematics.curves.bounds import STAGE_1_ONLY, Bounds
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.mathematics.probability.success import success_probability
from core.refusals import BadInput

YAFU_JSON = """\
{"input-expression":"2^277+1","input-decimal":"123","input-argument-string":"factor(123)","pm1-curves" : {"150000":1},
\t"ecm-curves" : {"2000":30,"250000":12},
\t"ecm-levels" : {"t15":1.00},"factors-prime":["3","41"],"runtime" : {"total":1.2}}
"""
PRIME95 = (
    '{"status":"NF", "exponent":1277, "worktype":"ECM", "b1":50000, "b2":5000000, "curves":3, "fft-length":64}\n'
    '{"status":"F", "exponent":1277, "worktype":"P-1", "b1":50000, "b2":5000000, "factors":["11"]}\n'
)


def told(text):
    return [(one.line, one.bounds, one.curves) for one in stated_in(text) if one.bounds]


def test_yafu_tells_of_its_curves_and_their_lower_b2_counts():
    assert told(YAFU_JSON) == [(1, Bounds(2000, -1, 1), 30), (1, Bounds(250000, 25_000_000, 1), 12)]
    assert [one.factors for one in stated_in(YAFU_JSON) if one.factors] == [("3", "41")]
    assert {one.number for one in stated_in(YAFU_JSON)} == {"123"}


@pytest.mark.parametrize(
    ("line", "bounds"),
    [
        (
            "11/05/25 10:00:00 v2.0 @ host, Finished 30 curves using Lenstra ECM method on C85 input, B1=2k, B2=gmp-ecm default",
            -1,
        ),
        ("Finished 30 curves using Lenstra ECM method on C85 input, B1 = 2000, B2 = 150000", 150_000),
        ("11/28/26 10:00:00, Finished 30 curves using GMP-ECM method on C85 input, B1=2k, B2=gmp-ecm default", -1),
    ],
)
def test_yafus_log_tells_of_each_round(line, bounds):
    assert told(f"something else\n{line}\n") == [(2, Bounds(2000, bounds, 1), 30)]


def test_yafus_own_curves_are_of_suyamas_kind_and_without_a_polynomial():
    (own,) = stated_in("11/28/26 10:10:00, ecm: finished 64 curves using AVX-ECM method on C200 input, B1=250k, B2=25M")
    assert (own.program, own.curves, own.bounds.b1, own.bounds.param) == ("AVX-ECM", 64, 250_000, 0)
    assert 250_000 < own.bounds.b2 < 25_000_000
    assert own.why == "without a polynomial a stage 2 is worth less"


def test_prime95_tells_of_curves_without_a_polynomial():
    curves, other = stated_in(PRIME95)
    assert (curves.bounds.b1, curves.bounds.param, curves.curves, curves.number) == (50000, 0, 3, "2^1277-1")
    assert curves.bounds.b2 <= 5_000_000
    assert success_probability(25, 50000, curves.bounds.b2, 0) <= success_probability(25, 50000, 5_000_000, 0)
    assert (other.bounds, other.factors, other.why) == (None, ("11",), "")
    assert other.beside == OtherRun("P-1", 50_000, 5_000_000), "whose usual B2 would be 9,200,000"


def test_runs_of_p_minus_1_and_p_plus_1_are_told_as_such():
    assert [one.beside for one in stated_in(YAFU_JSON) if one.beside] == [OtherRun("P-1", 150_000, 15_000_000)]
    (only,) = stated_in('{"exponent":1277, "worktype":"P+1", "b1":50000, "b2":50000}')
    assert only.beside == OtherRun("P+1", 50_000, STAGE_1_ONLY)
    (whole,) = stated_in('{"exponent":1277, "worktype":"P-1", "b1":50000, "b2":50000000}')
    assert whole.beside == OtherRun("P-1", 50_000, DEFAULT_B2)
    row = foresee(PRIME95, mpz(2) ** 1277 - 1, 1_000).rows[1]
    assert row.what == "Prime95: 1 run of P-1, B1 50000, B2 5000000: 11"
    reports = hand_in(PRIME95, str(mpz(2) ** 1277 - 1), 1_000).reports
    assert [(one.method, one.b1, one.b2, one.claims[0].factor) for one in reports[1:]] == [
        ("pm1", 50_000, 5_000_000, "11")
    ]
    (mlucas,) = stated_in(
        '{"exponent":"1277", "worktype":"PM1", "status":"F", "B1":50000, "B2":5000000, "factors":["11"]}'
    )
    assert (mlucas.beside, mlucas.factors, mlucas.number) == (OtherRun("P-1", 50_000, 5_000_000), ("11",), "2^1277-1")
    (none,) = stated_in('{"exponent":1277, "worktype":"P-1", "b1":50}')
    assert none.beside is None
    assert none.why.startswith("B1 = 50")
    (other,) = stated_in('{"exponent":1277, "worktype":"TF", "b1":50}')
    assert other.why == "it is of TF, not of ECM"


@pytest.mark.parametrize(
    ("text", "work"),
    [
        ("300/513@25e4", [(1, Bounds(250000, -1, 1), 300), (1, Bounds(250000, 0, 1), 213)]),
        ("0/20@2000", [(1, Bounds(2000, 0, 1), 20)]),
        ("\n5208@11e6;100@85e7,0,p=3", [(2, Bounds(11_000_000, -1, 1), 5208), (2, Bounds(850_000_000, 0, 3), 100)]),
    ],
)
def test_t_levels_notation_is_read(text, work):
    assert told(text) == work


@pytest.mark.parametrize("text", ["", "hello", "{", "{}", '{"a":1}', "[1]", "5208 11e6"])
def test_what_is_of_no_such_program_tells_of_nothing(text):
    assert stated_in(text) == []


def test_of_a_save_file_it_is_said_where_that_is_accepted():
    with pytest.raises(BadInput, match=r"This is a save file of GMP-ECM, .* POST /api/v1/residues/upload"):
        foresee(
            "METHOD=ECM; PARAM=1; SIGMA=7; B1=2000; N=1000003; X=0x1; CHECKSUM=1; PROGRAM=GMP-ECM 7.0.5;\n",
            mpz(1000003),
            99,
        )


@pytest.mark.parametrize(
    "text",
    ['{"worktype":"ECM"}', '{"ecm-curves":{"10":5}}', '{"ecm-curves":{"99999999999999999999":5}}', "0/0@5", "7@99"],
)
def test_what_can_not_count_is_told_with_the_reason(text):
    assert all(one.bounds is None and one.why for one in stated_in(text))


@pytest.mark.parametrize(
    ("text", "program"),
    [
        ('{"ecm-curves": {"11k": 74}}', "YAFU"),
        ('{"ecm-curves": {"11000": [74]}}', "YAFU"),
        ('{"ecm-curves": {"11000": 1e999}}', "YAFU"),
        ('{"factors-prime": 3391}', "YAFU"),
        ('{"worktype": "ECM", "b1": "50k"}', "Prime95"),
        ('{"worktype": "ECM", "b": 2, "n": 5, "c": {}}', "Prime95"),
    ],
)
def test_what_a_program_does_not_write_is_told_of(text, program):
    (stated,) = stated_in(f"cut off {{\n{text}")
    assert (stated.line, stated.program, stated.bounds, stated.factors) == (2, program, None, ())
    assert stated.why == f"it holds what {program} does not write"


@pytest.mark.parametrize("text", ['{"a":' * 200_000, "{}" * 500_000, f'{{"b1": {"9" * 5_000}}}'])
def test_objects_without_end_tell_of_nothing(text):
    assert stated_in(text) == []
