from math import log

import pytest

from core.factoring.mathematics.probability.rho import END, STEPS, density_on_grid, local_rho, rho


@pytest.mark.parametrize(
    ("a", "published", "relative_error"),
    [
        (1, 1.0, 0),
        (2, 0.3068528194400547, 1e-15),
        (3, 0.04860838829113157, 1e-14),
        (4, 0.004910925648, 1e-8),
        (5, 0.0003547247005, 1e-7),
        (6, 1.964969635e-05, 1e-6),
        (8, 3.232069e-08, 2e-5),
    ],
)
def test_rho_has_its_published_values(a, published, relative_error):
    assert rho(a) == pytest.approx(published, rel=relative_error)


def test_rho_falls_up_to_eight_and_ends_at_ten():
    values = [rho(i / STEPS) for i in range(1, 8 * STEPS)]
    assert values == sorted(values, reverse=True)
    assert rho(9.99) < 1e-9
    assert rho(10) == rho(11.5) == 0


def test_rho_has_no_seams_where_its_formula_changes():
    for seam in (1, 2, 3):
        assert rho(seam - 1e-9) == pytest.approx(rho(seam + 1e-9), rel=1e-7)


def test_local_rho_is_certain_below_one_and_zero_outside_its_range():
    assert [local_rho(a, 40.0) for a in (-1, 0, 0.5, 1, 10, 11)] == [0, 0, 1, 1, 0, 0]


def test_local_rho_approaches_rho_for_huge_numbers():
    assert local_rho(2.5, 100.0) < rho(2.5)
    assert local_rho(2.5, 1e12) == pytest.approx(rho(2.5))


def test_the_density_on_the_grid_is_local_rho_over_the_exponent_of_the_largest_prime():
    alpha, log_x = 6.0, 1e9
    t = [i / STEPS for i in range(1, END + 1)]
    expected = [local_rho(a, log_x) / (alpha - a) for a in t if a < 5]
    assert density_on_grid(1, 1 + len(expected), alpha, log_x) == pytest.approx(expected, rel=1e-6)


def test_the_density_is_zero_at_both_ends_of_the_grid():
    assert density_on_grid(0, 1, 12.0, 60.0) == [0]
    assert density_on_grid(END, END + 1, 12.0, 60.0) == [0]


def test_the_first_order_term_is_the_euler_constant():
    assert local_rho(1.5, 50.0) == pytest.approx(1 - log(1.5) - 0.5772156649 / 50)
