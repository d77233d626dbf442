"""Counting the order of a curve with PARI, on what a real GMP-ECM finds."""

import subprocess

import pytest
from gmpy2 import is_prime, mpz, next_prime

from coordinator.reactors import orders
from coordinator.reactors.orders import CountOrder, available
from core.factoring.formats.gmp_ecm.transcript import parse_output
from core.factoring.mathematics.curves.bounds import bounds_of
from workers.factoring.gmp_ecm import candidates

P = 8_000_000_000_012_429
COFACTOR = next_prime(mpz(10) ** 40)
B1, B2 = 2000, 200_000


def value_of(counted):
    product = 1
    for base, exponent in counted.factorisation:
        product *= int(base) ** exponent
    return product


@pytest.fixture(scope="module")
def ecm():
    """The GMP-ECM that is installed."""
    found = candidates()
    if not found:
        pytest.skip("GMP-ECM is not installed")
    return str(found[0].path)


def test_the_extra_is_there_when_tests_run():
    assert available()


@pytest.mark.parametrize("param", range(4))
def test_what_gmp_ecm_finds_has_a_smooth_order_and_another_sigma_has_not(ecm, param):
    command = [ecm, "-one", "-param", str(param), "-c", "2000", str(B1), str(B2)]
    output = subprocess.run(command, input=str(P * COFACTOR), capture_output=True, text=True, check=False).stdout
    (curve,) = (curve for curve in parse_output(output).curves if curve.factor)
    bounds = bounds_of(B1, B2, param)
    counted = CountOrder(curve.factor, curve.sigma, bounds).find()
    assert (counted.verdict, counted.reason) == ("smooth", "")
    assert value_of(counted) == int(counted.order)
    assert all(is_prime(mpz(base)) for base, _ in counted.factorisation)
    others = [CountOrder(curve.factor, str(int(curve.sigma) + step), bounds).find() for step in (1, 2, 3)]
    assert [other for other in others if other.verdict == "doubtful"]


def test_a_sigma_without_a_curve_is_doubtful():
    counted = CountOrder(str(P), "0", bounds_of(B1, None, 0)).find()
    assert (counted.order, counted.factorisation, counted.verdict) == ("", (), "doubtful")
    assert counted.reason == "The sigma 0:0 gives no curve modulo the factor."


def test_an_order_that_is_hard_to_factor_is_left_so(monkeypatch):
    monkeypatch.setattr(orders, "_EASY_DIGITS", 30)
    value = str(next_prime(mpz(10) ** 59))
    counted = next(
        found
        for sigma in range(6, 60)
        if not is_prime(mpz((found := CountOrder(value, str(sigma), bounds_of(B1, B2, 0)).find()).factorisation[-1][0]))
    )
    assert value_of(counted) == int(counted.order)
    assert counted.verdict == "doubtful"
    assert "could not be factored" in counted.reason


def test_a_find_of_montgomerys_chain_itself_may_look_doubtful_and_is_told_as_possible(ecm):
    """GMP-ECM 7.0.5 and 7.0.7 both find it in stage 1, though the order of the point has a prime above B1 for stage 1."""
    prime, sigma, b1 = 33_554_520_197_234_177, 2_046_841_451, 373
    command = [ecm, "-param", "0", "-sigma", str(sigma), str(b1), "1"]
    output = subprocess.run(command, input=str(prime * COFACTOR), capture_output=True, text=True, check=False).stdout
    (curve,) = parse_output(output).curves
    assert (curve.factor, curve.stages) == (str(prime), 1)
    counted = CountOrder(str(prime), str(sigma), bounds_of(b1, 0, 0)).find()
    assert counted.verdict == "doubtful"
    assert "leaves 23 of the order of the point" in counted.reason
    assert "Montgomery's chains find one by themselves" in counted.reason


def test_a_find_of_a_multiplied_point_looks_doubtful_and_is_told_as_possible(ecm):
    """GMP-ECM 7.0.5 and 7.0.7 print and save nothing of -go, and heed it with parametrisation 0 alone."""
    prime, b1 = 10**15 + 37, 200

    def ran(param, sigma, *go):
        command = [ecm, "-param", param, "-sigma", sigma, *go, str(b1), "0"]
        output = subprocess.run(
            command, input=str(prime * COFACTOR), capture_output=True, text=True, check=False
        ).stdout
        (curve,) = parse_output(output).curves
        return curve

    assert ran("0", "503").factor is None
    assert ran("1", "986", "-go", "70001").factor is None
    assert ran("0", "503", "-go", "326219").factor == str(prime)
    counted = CountOrder(str(prime), "503", bounds_of(b1, 0, 0)).find()
    assert counted.verdict == "doubtful"
    assert "leaves 326219 of the order of the point" in counted.reason
    assert "-go, of which GMP-ECM prints nothing, multiplies the point beforehand" in counted.reason
    other = CountOrder(str(prime), "986", bounds_of(b1, 0, 1)).find()
    assert "leaves 70001 of the order of the point" in other.reason
    assert "-go" not in other.reason
