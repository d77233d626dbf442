#!/usr/bin/env bash
# NumPy's set functions disagree whether 2^53 + 1 and 2^53 are the same number, when one array is signed and the other is not.
#
# setdiff1d and isin compare uint64 with int64 exactly. intersect1d, union1d and setxor1d turn both into float64 first: what
# they call common is in neither array, and elements vanish from the union. So of one pair of arrays setdiff1d(a, b) keeps a
# number that intersect1d(a, b) says is in both. Tables of sigmas or factors meet so as soon as one is read as unsigned.
#
# Seen with the wheel numpy 2.4.6. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" numpy==2.4.6

PYTHONPATH="$scratch" python3 - <<'END'
import numpy as np

n = 2**53
unsigned, signed = np.array([n + 1], dtype=np.uint64), np.array([n], dtype=np.int64)

def shown(name, *arrays):
    values = getattr(np, name)(*arrays).tolist()
    print(name, *(f"{array.dtype} {array.tolist()}" for array in arrays), "->", values)
    return values

assert shown("isin", unsigned, signed) == [False]
assert shown("setdiff1d", unsigned, signed) == [n + 1]
assert shown("intersect1d", unsigned, signed) == [float(n)], "Nothing is in common now."
assert shown("union1d", unsigned, signed) == [float(n)], "The union has both now."
assert shown("setxor1d", unsigned, signed) == [], "They differ now."
# With one type for both, all of them are right.
alike = unsigned.astype(np.int64)
assert shown("intersect1d", alike, signed) == [] and shown("union1d", alike, signed) == [n, n + 1]
END
echo "As described: different for setdiff1d, the same for intersect1d."
