"""What outputs of GMP-ECM count for whose runs were interrupted."""

import pytest
from gmpy2 import next_prime

from core.factoring.mathematics.curves.bounds import STAGE_1_ONLY, Bounds
from tests.core.factoring.formats.gmp_ecm.counted import A, bounds_of, credited, shown
from tests.real.gmp_ecms import both_builds, interrupted, run

LONG = int(next_prime(10**300) * next_prime(10**301))


@both_builds
def test_a_curve_that_was_interrupted_was_not_run(ecm):
    said = interrupted(ecm, "-param", 1, "-c", 9, 100_000_000, number=A)
    again = run(ecm, "-param", 1, "-c", 2, 2000, numbers=A)
    assert bounds_of(said) == []
    assert bounds_of(said + again) == [Bounds(2000, -1, 1)] * 2
    (only,) = credited(said + again, curves=11)
    assert only.curves == 2


@both_builds
@pytest.mark.parametrize("b2", [(), (0,)])
def test_a_curve_that_saved_what_it_had_when_it_was_interrupted_counts_up_to_there(ecm, b2, tmp_path):
    """7.0.7 goes on to B1 all the same, and says so of every prime; 7.0.5 often says that it was at prime 0."""
    said = interrupted(ecm, "-save", tmp_path / "saved", "-param", 0, "-c", 2, 50_000, *b2, number=LONG)
    primes = [int(line.rpartition(" ")[2]) for line in said.splitlines() if line.startswith("Interrupted")]
    assert primes
    assert bounds_of(said, LONG) == ([Bounds(primes[-1], STAGE_1_ONLY, 0)] if primes[-1] else [])
    ((reason, _),) = shown(said, LONG).left_out
    assert reason.startswith("interrupted in stage 1")


@both_builds
@pytest.mark.parametrize(("option", "method"), [("-pm1", "P-1"), ("-pp1", "P+1")])
def test_runs_of_other_methods_that_were_interrupted_count_up_to_there(ecm, option, method, tmp_path):
    said = interrupted(ecm, "-save", tmp_path / "saved", option, 20_000_000, 0, number=A)
    (prime,) = (int(line.rpartition(" ")[2]) for line in said.splitlines() if line.startswith("Interrupted"))
    (other,) = shown(said).others
    assert (other.method, other.b1, other.b2) == (method, prime, STAGE_1_ONLY)
    assert 0 < prime < 20_000_000


def test_a_factor_that_an_interrupted_curve_found_is_kept():
    said = (
        f"GMP-ECM 7.0.5 [configured with GMP 6.2.1] [ECM]\nInput number is {A * 907} (64 digits)\n"
        "Using B1=10000000, B2=0, polynomial x^1, sigma=0:17730359530143505322\nInterrupted at prime {}\n"
        "Step 1 took 409ms\n********** Factor found in step 1: 907\n"
    )
    assert shown(said.format(0), A * 907).factors == ("907",)
    (ran,) = shown(said.format(169067), A * 907).curves
    assert (ran.bounds, ran.factor) == (Bounds(169067, STAGE_1_ONLY, 0), "907")
