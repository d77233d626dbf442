#!/usr/bin/env bash
# Bottleneck's median of four times 2^30, as integers of 32 bits, is -2^30: below the least of them.
#
# Of an even count the median is half of the sum of the two in the middle, and median adds them in the type of the array. So it is
# negative where they are above 2^30, or above 2^62 with 64 bits; GMP-ECM's sigmas of 32 bits are such numbers. nanmedian does
# likewise. Of an odd count it is right, and so is its mean. NumPy's functions of these names take a floating-point mean, and the
# pages, which warn of overflow in sums, have no word of it here.
#
# Seen with the wheels bottleneck 1.6.0 and numpy 2.4.6. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" bottleneck==1.6.0 numpy==2.4.6

PYTHONPATH="$scratch" python3 - <<'END'
import statistics

import bottleneck
import numpy


def expect(values, dtype, expected):
    array = numpy.array(values, dtype)
    seen = [float(median(array)) for median in (bottleneck.median, bottleneck.nanmedian)]
    print(f"median of {values} in {dtype}: {seen[0]:.0f}, and should be {statistics.median(values):.0f}")
    assert seen == [expected] * 2, f"Expected {expected}."
    assert numpy.median(array) == statistics.median(values), "NumPy is wrong, too, now."


expect([2**30] * 4, "int32", -(2.0**30))
expect([1779685458, 1779685460], "int32", 1779685459.0 - 2**31)
expect([2**62] * 2, "int64", -(2.0**62))
# The controls: an odd count, short numbers, a longer type, and the mean.
expect([2**30] * 3, "int32", 2.0**30)
expect([1, 2], "int32", 1.5)
expect([2**30] * 4, "int64", 2.0**30)
assert bottleneck.nanmean(numpy.array([2**30] * 4, "int32")) == 2**30
END
echo "As described: the median of 2^30 is -2^30."
