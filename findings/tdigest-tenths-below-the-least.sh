#!/usr/bin/env bash
# The wheel tdigest says that a tenth of the values 0 and 1000 lie below -300, which is less than both.
#
# percentile(10) is -300, percentile(20) is -100, and of the values 0, 0, 0 and 1 those from 5 to 35 are negative. Before the first
# of its clusters it goes on along the line through the first two, where nothing is. At the upper end it stops at the greatest value.
# So of a few durations the shortest tenth may take less than no time. cdf, the way back, says likewise that 0.1 lie below -300.
#
# Seen with the wheels tdigest 0.5.2.2, accumulation-tree 0.6.4 and pyudorandom 1.0.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" tdigest==0.5.2.2 \
    accumulation-tree==0.6.4 pyudorandom==1.0.0

PYTHONPATH="$scratch" python3 - <<'END'
from tdigest import TDigest

def expect(values, percent, expected):
    digest = TDigest()
    digest.batch_update(values)
    seen = digest.percentile(percent)
    print(f"percentile {percent} of {values} = {seen:.4g}, below which are {digest.cdf(seen):.4g}")
    assert abs(seen - expected) < 1e-9, f"Expected {expected}."

expect([0, 1000], 10, -300)
expect([0, 1000], 20, -100)
expect([1, 2], 10, 0.7)
expect([0, 0, 0, 1], 5, -0.65)
expect([0, 0, 0, 1], 35, -0.05)
# The controls: the ends themselves, the middle, and the upper end.
expect([0, 1000], 0, 0)
expect([0, 1000], 50, 500)
expect([0, 1000], 90, 1000)
expect([0, 0, 0, 1], 95, 1)
END
echo "As described: a tenth of 0 and 1000 lies below -300."
