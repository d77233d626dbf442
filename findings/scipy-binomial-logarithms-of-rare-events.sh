#!/usr/bin/env bash
# SciPy's logarithms of binomial probabilities are wrong for many trials of a rare event, up to probabilities above 1.
#
# Three successes of n trials, where five are expected, have a probability of 0.14. binom.pmf says so up to n = 10^18. binom.logpmf,
# its logarithm, is a difference of logarithms of factorials: a third too little is left at n = 10^14, and e^81 at 10^16. From 10^9
# on it has no more than six right digits. Likelihoods are added up from it, of numbers tested and factors found, say, and there is
# no warning.
#
# Seen with the wheels scipy 1.17.1 and numpy 2.4.6. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" scipy==1.17.1 numpy==2.4.6

PYTHONPATH="$scratch" python3 -W error - <<'END'
from math import exp, isclose, log

from scipy.stats import binom

right = log(5**3 / 6) - 5
for exponent in (6, 9, 12, 14, 16, 18):
    n = 10**exponent
    direct, by_logarithm = float(binom.pmf(3, n, 5 / n)), float(binom.logpmf(3, n, 5 / n))
    print(f"n = 10^{exponent}: pmf {direct:.9f}, logpmf {by_logarithm:.9f}, should be {log(direct):.9f}")
    assert isclose(log(direct), right, rel_tol=1e-5), "pmf is wrong now."
    if exponent == 6:
        assert isclose(by_logarithm, log(direct), rel_tol=1e-9), "It is wrong earlier now."
    if exponent == 9:
        assert abs(by_logarithm - right) > 1e-6, "It is right now."
    if exponent == 14:
        assert exp(by_logarithm) < 0.7 * direct, "It is right now."
    if exponent == 16:
        assert by_logarithm > 80, "It is right now."
END
echo "As described: a probability of e^81."
