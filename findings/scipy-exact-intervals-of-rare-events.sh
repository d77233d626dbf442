#!/usr/bin/env bash
# SciPy's exact interval for 3 finds among 10^15 is the one for 100: from 0 to 1.8e-12, two hundred times too far.
#
# binomtest(…).proportion_ci looks for both limits of Clopper and Pearson with a root finder that may be off by 2e-12, whatever
# their size, and that isn't said. Of 10^12 trials the limits are wrong on either side: for 10 finds the lower one is too high, so
# that the interval is too narrow, for 3 it is 0. The p-value of the same object is right. The limits are quantiles of beta
# distributions, of which SciPy itself has all digits, and R's binom.test has them so.
#
# Seen with the wheel scipy 1.17.1 and numpy 2.4.6. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" scipy==1.17.1 numpy==2.4.6

PYTHONPATH="$scratch" python3 - <<'END'
from scipy.stats import beta, binom, binomtest


def limits(finds, trials):
    interval = binomtest(finds, trials).proportion_ci(method="exact")
    print(f"{finds} of {trials:.0e}: {interval.low:.4g} to {interval.high:.4g}")
    return interval


def by_quantiles(finds, trials):
    low, high = beta.ppf(0.025, finds, trials - finds + 1), beta.ppf(0.975, finds + 1, trials - finds)
    # Both are what they should be: at each of them the finds, or more, or fewer, have a chance of 2.5 %.
    assert abs(binom.sf(finds - 1, trials, low) - 0.025) < 1e-9
    assert abs(binom.cdf(finds, trials, high) - 0.025) < 1e-9
    print(f"    by quantiles {low:.4g} to {high:.4g}")
    return low, high


few, many = limits(3, 10**15), limits(100, 10**15)
assert few == many and few.low == 0 and 1.7e-12 < few.high < 1.8e-12, "They differ now."
low, high = by_quantiles(3, 10**15)
assert 6.1e-16 < low < 6.2e-16 and 8.7e-15 < high < 8.8e-15
low, high = by_quantiles(100, 10**15)
assert 8.1e-14 < low < 8.2e-14 and 1.2e-13 < high < 1.3e-13

ten = limits(10, 10**12)
low, high = by_quantiles(10, 10**12)
assert ten.low > 1.04 * low and ten.high > 1.02 * high, "It is nearer now."
three = limits(3, 10**12)
low, high = by_quantiles(3, 10**12)
assert three.low == 0 and three.high < 0.95 * high, "It is nearer now."

# The control: among a million they agree.
million = limits(3, 10**6)
low, high = by_quantiles(3, 10**6)
assert abs(million.low / low - 1) < 1e-4 and abs(million.high / high - 1) < 1e-4
END
echo "As described: 3 and 100 of 10^15 have the same interval."
