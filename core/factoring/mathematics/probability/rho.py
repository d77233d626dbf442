"""How likely is a number to be smooth: Dickman's rho and its correction for numbers of real size.

rho(a) is the share of large x all of whose primes are below x^(1/a). The table and the second-order terms follow
Knuth and Trabb Pardo, "Analysis of a simple factorization algorithm" (1976), on the grid that GMP-ECM uses, so that
what is built on them agrees with `ecm -v` to the last printed digit. rho is taken as 0 from a = 10 on.
"""

from functools import cache
from math import factorial, log, pi

STEPS = 256
"""Grid points per unit of a."""

END = 10 * STEPS
"""The grid point a = 10, from which on rho counts as 0."""

EULER = 0.577215664901532861

_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330)
"""B_2, B_4, ..., B_20."""

_DILOGARITHM_SERIES = tuple(b / factorial(2 * n + 1) for n, b in enumerate(_BERNOULLI, start=1))[::-1]
"""B_2n / (2n + 1)!, the highest n first."""


def rho(a: float) -> float:
    """Dickman's function for a >= 0: in closed form up to 3, interpolated linearly in the table beyond."""
    if a <= 3:
        return _rho_in_closed_form(a)
    position = a * STEPS
    i = int(position)
    if i >= END:
        return 0.0
    table = _rho_table()
    return table[i] + (table[i + 1] - table[i]) * (position - i)


def local_rho(a: float, log_x: float) -> float:
    """Share of numbers near x that are x^(1/a)-smooth, with the first-order term in 1/ln x."""
    if a <= 0 or a >= END // STEPS:
        return 0.0
    if a <= 1:
        return 1.0
    return rho(a) - EULER * rho(a - 1) / log_x


def density_on_grid(start: int, stop: int, alpha: float, log_x: float) -> list[float]:
    """Local rho at t, with its second-order term, over alpha - t: for t = i/STEPS, 0 <= start <= i < stop <= END + 1.

    It is the density of numbers near x = B1^alpha whose largest prime is B1^(alpha - t) and whose other primes are
    below B1.
    """
    points = zip(*(column[start:stop] for column in _grid()), strict=True)
    return [(plain - (first + second / log_x) / log_x) / (alpha - t) for t, plain, first, second in points]


def _rho_in_closed_form(a: float) -> float:
    if a <= 1:
        return 1.0
    if a <= 2:
        return 1 - log(a)
    log_a = log(a)
    return 1 - log_a * (1 - log(a - 1)) + _dilogarithm(-log_a) + pi * pi / 12


def _dilogarithm(u: float) -> float:
    """Li2(1 - exp(-u)), by its series in Bernoulli numbers, for |u| up to ln 3."""
    square = u * u
    series = 0.0
    for coefficient in _DILOGARITHM_SERIES:
        series = (series + coefficient) * square
    return u * (1 - u / 4 + series)


@cache
def _rho_table() -> tuple[float, ...]:
    """rho(i/STEPS) for i = 0..END: beyond 3, a rho'(a) = -rho(a - 1) is integrated by Boole's rule over four steps."""
    table = [_rho_in_closed_form(i / STEPS) for i in range(3 * STEPS + 1)]
    for i in range(3 * STEPS + 1, END):
        j = i - STEPS
        fall = (
            7 * table[j - 4] / (i - 4)
            + 32 * table[j - 3] / (i - 3)
            + 12 * table[j - 2] / (i - 2)
            + 32 * table[j - 1] / (i - 1)
            + 7 * table[j] / i
        )
        table.append(max(0.0, table[i - 4] - 2 / 45 * fall))
    return (*table, 0.0)


@cache
def _grid() -> tuple[tuple[float, ...], ...]:
    """Columns over i = 0..END: t = i/STEPS, and what local rho is there times 1, 1/ln x and 1/(ln x)^2."""
    table = _rho_table()
    ones, zeros = (1.0,) * STEPS, (0.0,) * STEPS
    return (
        tuple(i / STEPS for i in range(END + 1)),
        (0.0, *ones, *table[STEPS + 1 :]),
        (0.0, *zeros, *(EULER * r for r in table[1 : END - STEPS]), 0.0),
        (0.0, *zeros, *zeros, *((1 - EULER) * r for r in table[1 : END - 2 * STEPS]), 0.0),
    )
