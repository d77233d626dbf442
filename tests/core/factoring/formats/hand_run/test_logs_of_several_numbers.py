"""Logs that go on from one number to the next: YAFU's, and that of CADO-NFS, as their sources write them."""

import pytest
from gmpy2 import mpz

from core.factoring.formats.foreseeing import foresee
from core.factoring.formats.hand_run.reading import stated_in
from core.factoring.formats.handing_in import hand_in

P = [588120598053661, 760926063870977, 773951836515617, 260938498861057]
N = mpz(P[0]) * P[1] * P[2] * P[3]
OTHER = 10**58 + 2749
YAFU = f"""\
11/05/25 10:00:00 v2.0 @ host, Starting factorization of {N}
11/05/25 10:00:01 v2.0 @ host, Finished 30 curves using Lenstra ECM method on C59 input, B1=2k, B2=gmp-ecm default
11/05/25 10:00:02 v2.0 @ host, prp15 = {P[0]} (curve 5 stg2 B1=2000 sigma=1234 thread=0)
11/05/25 10:00:03 v2.0 @ host, Finished 12 curves using Lenstra ECM method on C45 input, B1=11k, B2=gmp-ecm default
11/05/25 10:00:04 v2.0 @ host, prp45 = {N // P[0]}
11/05/25 10:00:05 v2.0 @ host, Starting factorization of {OTHER}
11/05/25 10:00:06 v2.0 @ host, Finished 7 curves using Lenstra ECM method on C59 input, B1=2k, B2=gmp-ecm default
"""
AVX = f"""\
11/28/26 10:10:00, ecm: commencing 64 curves using AVX-ECM method on {N}, B1=250k, B2=25M
11/28/26 10:10:09, ecm: finished 64 curves using AVX-ECM method on C59 input, B1=250k, B2=25M
11/28/26 10:10:10, ecm: commencing 64 curves using AVX-ECM method on {OTHER}, B1=250k, B2=25M
11/28/26 10:10:19, ecm: finished 9 curves using AVX-ECM method on C59 input, B1=250k, B2=25M
"""
CADO = """\
PID7 2026-11-28 10:00:00,123 Info:Complete Factorization: {} {}
Info:Square Root: finished
\x1b[32;1mInfo\x1b[0m:Square Root: Factors: {}
"""


@pytest.mark.parametrize(
    ("number", "curves"), [(N, 42), (N // P[0], 12), (N // P[0] // P[1], 0), (mpz(OTHER), 7), (mpz(10) ** 58 + 151, 0)]
)
def test_of_yafus_log_the_curves_of_the_number_count_and_of_what_is_left_of_it(number, curves):
    assert foresee(YAFU, number, 1_000).credited == curves


@pytest.mark.parametrize(("number", "curves"), [(N, 64), (mpz(OTHER), 9)])
def test_yafus_own_curves_are_of_the_number_that_they_began_with(number, curves):
    assert foresee(AVX, number, 1_000).credited == curves


def test_a_log_that_does_not_tell_the_number_counts_where_the_length_is_its():
    said = "Finished 30 curves using GMP-ECM method on C59 input, B1=2k, B2=gmp-ecm default"
    assert foresee(said, N, 1_000).credited == 30
    (row,) = foresee(said, N // P[0], 1_000).rows
    assert row.why == "it was run on 59 digits, and the number has 45"


def test_yafus_log_tells_of_factors_those_of_the_number_count():
    assert [one.factors for one in stated_in(YAFU) if one.factors] == [(str(P[0]), str(N // P[0]))]
    report = hand_in(YAFU, str(N), 1_000).reports[1]
    assert (report.method, [claim.factor for claim in report.claims]) == ("auto", [str(P[0]), str(N // P[0])])
    (stated,) = (one for one in foresee(YAFU, N // P[0], 1_000).rows if one.first == 3)
    assert stated.why == "none of its factors divides the number"
    assert stated_in(f"prp99 = {P[0]}") == [], "it was cut off"


@pytest.mark.parametrize(("how", "method"), [("Factoring", "nfs"), ("Factoring (with QS)", "qs")])
def test_of_the_log_of_cado_nfs_the_factors_count(how, method):
    (report,) = hand_in(CADO.format(how, N, " ".join(map(str, P))), str(N), 1_000).reports
    assert (report.method, report.program) == (method, "CADO-NFS")
    assert sorted(int(claim.factor) for claim in report.claims) == sorted(P)
    (other,) = foresee(CADO.format(how, OTHER, "3 5"), N, 1_000).rows
    assert other.why.startswith("it is of ")
