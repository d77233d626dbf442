#!/usr/bin/env bash
# For a count of 0 statsmodels gives Poisson intervals without width, which leave out the rate 0 that was seen.
#
# confint_poisson(0, 1000, method="midp-c") is 0.0029957 to 0.0029957: its searches for the lower and the upper limit both end at
# the only solution, ln(20) / exposure, which is the upper one; by the noise of rounding the lower limit even lies above it.
# method="sqrt" gives 0.00096 twice. "exact-c", and every count above 0, are well, and the docstring says that all methods are
# central. No find in so many curves is the usual outcome; who asks what rate that leaves is told one, as if it were certain.
#
# Seen with the wheels statsmodels 0.15.0, scipy 1.17.1, numpy 2.4.6 and pandas 3.1.1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" \
    statsmodels==0.15.0 scipy==1.17.1 numpy==2.4.6 pandas==3.1.1 packaging==26.2 python-dateutil==4.0.0 six==1.17.0

PYTHONPATH="$scratch" python3 - <<'END'
from math import isclose, log

from statsmodels.stats.rates import confint_poisson

def interval(count, method):
    low, high = map(float, confint_poisson(count, 1000, method=method))
    print(f"{count} in 1000 by {method}: {low:.9f} to {high:.9f}")
    return low, high

assert "All current methods are central" in confint_poisson.__doc__
low, high = interval(0, "midp-c")
assert isclose(low, log(20) / 1000, rel_tol=1e-5) and isclose(high, log(20) / 1000, rel_tol=1e-5), "It is another now."
low, high = interval(0, "sqrt")
assert low == high and isclose(low, 1.959963984540054**2 / 4 / 1000), "It is another now."
low, high = interval(0, "exact-c")
assert low == 0 and isclose(high, log(40) / 1000)
for method in ("midp-c", "sqrt", "exact-c"):
    low, high = interval(1, method)
    assert 0 < low < 0.001 < high
END
echo "As described: from 0.0029957 to 0.0029957, and 0 is outside."
