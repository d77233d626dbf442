#!/usr/bin/env bash
# For SciPy it is certain that of 10^16 events, where 10^16 are expected, just 10^16 come: the probability is 1, not 4e-9.
#
# Poisson's and the hypergeometric probabilities are made of differences of logarithms of factorials, also where no logarithm is
# asked for; binom.pmf is not, and right. poisson.pmf has five right digits at 10^10, and is nine times the right one at 10^15.
# Of a draw of 10^8 among 10^16 with 10^8 marked, none is marked with 0.135 to SciPy, where it is 0.368, and one with certainty,
# so that three results which exclude each other add up to 1.25. cdf and sf of the hypergeometric distribution are sums of such
# terms. There is no warning. The half of a Poisson distribution, ppf(0.5), is nan from 10^12 on, and cdf of it is right.
#
# Seen with the wheels scipy 1.17.1 and numpy 2.4.6. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" scipy==1.17.1 numpy==2.4.6

PYTHONPATH="$scratch" python3 - <<'END'
from math import exp, isclose, isnan, pi, sqrt

from scipy.stats import binom, hypergeom, poisson

def of_mean(mean):
    seen, right = float(poisson.pmf(mean, mean)), 1 / sqrt(2 * pi * mean)  # Stirling's
    print(f"{mean} events of {mean}: {seen:.9g}, and not {right:.9g}")
    return seen / right

assert isclose(of_mean(10**6), 1, rel_tol=1e-6)
assert 1e-6 < abs(of_mean(10**10) - 1) < 1e-4
assert of_mean(10**15) > 5
assert poisson.pmf(10**16, 10**16) == 1 and of_mean(10**16) > 10**8, "It is another probability now."
assert isnan(poisson.ppf(0.5, 10**12)) and poisson.ppf(0.5, 10**10) == 10**10
assert isclose(poisson.cdf(10**12, 10**12), 0.5, rel_tol=1e-5)

none, one, two = (float(hypergeom.pmf(marked, 10**16, 10**8, 10**8)) for marked in range(3))
print(f"None marked: {none:.9g}, one: {one:.9g}, two: {two:.9g}; at most two: {hypergeom.cdf(2, 10**16, 10**8, 10**8)}")
assert isclose(none, exp(-2), rel_tol=1e-6) and one == 1, "It is another probability now."
# The controls: a smaller population, and the binomial distribution, which is next to the same.
assert isclose(hypergeom.pmf(0, 10**9, 10**4, 10**5), exp(-1), rel_tol=1e-4)
assert isclose(binom.pmf(0, 10**8, 1e-8), exp(-1), rel_tol=1e-7)
assert isclose(binom.pmf(1, 10**8, 1e-8), exp(-1), rel_tol=1e-7)
assert isclose(binom.pmf(5, 10**16, 5e-16), 5**5 / 120 * exp(-5), rel_tol=1e-7)
END
echo "As described: 10^16 events are certain."
