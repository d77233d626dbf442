"""Curves that should have found a factor, against what real GMP-ECM finds."""

import re
import subprocess

import pytest

from coordinator.reactors.missed import AskCurves, Asked
from core.factoring.mathematics.curves.bounds import bounds_of
from core.factoring.mathematics.curves.group_order import curve_of
from tests.core.factoring.promised import finds_by_its_bounds
from workers.factoring.gmp_ecm import candidates

pytest.importorskip("cypari")

P, Q = 1_000_000_000_039, 10**40 + 121
N = P * Q
SIGMAS = range(1_000, 1_100)


def found_by_ecm(number, param, sigma, b1, b2=()):
    """Tell whether GMP-ECM finds a factor with this curve."""
    command = [candidates()[0].path, "-sigma", f"{param}:{sigma}", str(b1), *map(str, b2)]
    output = subprocess.run(command, input=f"{number}\n", text=True, capture_output=True, check=False).stdout
    return bool(re.search(r"Factor found", output))


def asked(bounds, sigmas, prime=P, others=()):
    return AskCurves(str(prime), others, len(str(N)), tuple(Asked(bounds, str(sigma)) for sigma in sigmas)).find()


@pytest.mark.drill
@pytest.mark.parametrize("param", [0, 1, 3])
@pytest.mark.parametrize(("b1", "b2"), [(500, ()), (500, (0,)), (2_000, (50_000,))])
def test_whoever_must_find_it_does_and_whoever_does_not_is_not_blamed(param, b1, b2):
    bounds = bounds_of(b1, b2[0] if b2 else None, param)
    orders = asked(bounds, SIGMAS)
    must = {sigma for sigma, order in zip(SIGMAS, orders, strict=True) if order}
    found = {sigma for sigma in SIGMAS if found_by_ecm(N, param, sigma, b1, b2)}
    assert must <= found, "of those that found nothing none is blamed"
    promised = {sigma for sigma in found if finds_by_its_bounds(curve_of(param, sigma, P), bounds)}
    assert must == promised, "all others met it in stage 2 by the way"
    assert must or b2 == (0,)


def test_a_curve_that_finds_it_must_and_one_that_does_not_need_not():
    sigmas = (1_000, 1_001, 1_002, 1_003, 1_004, 1_005)
    orders = asked(bounds_of(2_000, None, 1), sigmas)
    assert any(orders)
    for sigma, order in zip(sigmas, orders, strict=True):
        assert bool(order) <= found_by_ecm(N, 1, sigma, 2_000)


def test_a_curve_that_finds_both_primes_at_once_is_not_blamed():
    small = 10_000_019
    sigma = next(s for s in range(50, 90) if all(asked(bounds_of(11_000, None, 1), [s], p)[0] for p in (P, small)))
    assert asked(bounds_of(11_000, None, 1), [sigma], P)[0]
    assert asked(bounds_of(11_000, None, 1), [sigma], P, others=(str(small),)) == ("",)


def test_a_sigma_that_gives_no_curve_is_not_blamed():
    assert asked(bounds_of(2_000, None, 1), [0]) == ("",)
