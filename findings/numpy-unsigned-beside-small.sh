#!/usr/bin/env bash
# NumPy makes floating point of a list of non-negative integers that uint64 could hold, if large and small ones stand together.
#
# array() chooses a type that can represent the values. For [2^64 - 1] or [2^63, 2^63 + 1] that is uint64, for [2^64 - 1, 5] it is
# float64, and 2^64 - 1 becomes 2^64. append() to an unsigned array does the same, r_[] and insert() with the same arguments do
# not. Seeds and sigmas of 64 bits lose their last digits so, about as often as one of them happens to be below 2^63.
#
# Seen with the wheel numpy 2.4.6. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" numpy==2.4.6

PYTHONPATH="$scratch" python3 -W error - <<'END'
import numpy as np

large = 2**64 - 1
alone, together = np.array([large, 2**63]), np.array([large, 5])
print([large, 2**63], "->", alone.dtype, alone.tolist())
print([large, 5], "->", together.dtype, together.tolist())
assert (alone.dtype, alone.tolist()) == (np.uint64, [large, 2**63])
assert (together.dtype, together.tolist()) == (np.float64, [float(2**64), 5.0]), "They stay integers now."
assert np.array([large, 5], dtype=np.uint64).tolist() == [large, 5]

unsigned = np.array([large], dtype=np.uint64)
longer = {"append": np.append(unsigned, 5), "r_": np.r_[unsigned, 5], "insert": np.insert(unsigned, 1, 5)}
for name, array in longer.items():
    print(name, "->", array.dtype, array.tolist())
assert longer["append"].tolist() == [float(2**64), 5.0], "append keeps them now."
assert longer["r_"].tolist() == longer["insert"].tolist() == [large, 5]
END
echo "As described: [2^64 - 1, 5] is floating point."
