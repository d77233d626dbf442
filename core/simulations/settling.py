"""Whether a series of losses has settled, and at what: an estimate with its standard error.

Batch means (Flegal and Jones, "Batch means and spectral variance estimators in Markov chain Monte Carlo", Annals of
Statistics 38, 2010): the values are cut into sqrt(n) batches of equal length, whose means are nearly independent; their
spread gives the standard error of the mean. The effective sample size is the number of independent values that would
give the same error. Split R-hat (Gelman et al., Bayesian Data Analysis, 3rd edition, 11.4) compares the two halves of
the values: near 1 they could come from one distribution; Vehtari et al. (Bayesian Analysis 16, 2021) stop below 1.01.
"""

from collections.abc import Sequence
from math import frexp, fsum, inf, isqrt, ldexp, sqrt
from statistics import fmean

from msgspec import Struct
from msgspec.structs import replace

LEAST = 16
"""Fewer values say nothing about their spread."""
SETTLED_BELOW = 1.01


class Settling(Struct, frozen=True):
    """The verdict of the values.

    Attributes:
        mean: of the values.
        error: its standard error.
        effective: how many independent values would give the same error.
        r_hat: split R-hat; infinite when each half stands still at another value.
    """

    mean: float
    error: float
    effective: float
    r_hat: float

    @property
    def settled(self) -> bool:
        """Whether the values do not move any more, apart from noise."""
        return self.r_hat < SETTLED_BELOW


def settling(values: Sequence[float]) -> Settling | None:
    """Return the estimate for values in their order; None when they are too few."""
    if len(values) < LEAST:
        return None
    # Squares of very large values are beyond floats, those of very small ones nothing: a power of two brings all near 1, exactly.
    power = frexp(max(map(abs, values)))[1]
    found = _settling([ldexp(value, -power) for value in values])
    return replace(found, mean=ldexp(found.mean, power), error=ldexp(found.error, power))


def _settling(values: Sequence[float]) -> Settling:
    error = _error(values)
    spread = _variance(values)
    effective = min(spread / error / error, len(values)) if error else len(values)
    return Settling(fmean(values), error, effective, _split_r_hat(values))


def _error(values: Sequence[float]) -> float:
    """Return the standard error of the mean by batch means; values before the first whole batch are left out."""
    length = isqrt(len(values))
    batches = len(values) // length
    start = len(values) - batches * length
    means = [fmean(values[i : i + length]) for i in range(start, len(values), length)]
    return sqrt(_variance(means) / batches)


def _split_r_hat(values: Sequence[float]) -> float:
    half = len(values) // 2
    first, second = values[:half], values[-half:]
    within = (_variance(first) + _variance(second)) / 2
    between = half * _variance([fmean(first), fmean(second)])
    if not within:
        return inf if between else 1.0
    return sqrt(((half - 1) / half * within + between / half) / within)


def _variance(values: Sequence[float]) -> float:
    """Return the variance of a sample; the library's own is exact, and a hundred times as slow."""
    mean = fmean(values)
    return fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
