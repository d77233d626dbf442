#!/usr/bin/env bash
# The wheel galois says that 0 and 2 are coprime, and that -2 and 3 are not.
#
# are_coprime holds the least common multiple against the product. With a 0 both are 0, whatever else is there: 0 with 2, and 0 with 5
# and 5. With one negative number the product is negative and the multiple is not. gcd of the same library has 2 for the
# first pair and 1 for the other. Its manual names "each argument must be an integer", and no bounds. Positive ones are well.
#
# Seen with the wheels galois 0.4.11, numpy 2.4.6, numba 0.68.1 and llvmlite 0.50.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" galois==0.4.11 numpy==2.4.6 \
    numba==0.68.1 llvmlite==0.50.0 typing_extensions==4.16.0

PYTHONPATH="$scratch" python3 - <<'END'
from math import gcd

import galois

def expect(numbers, expected):
    seen = galois.are_coprime(*numbers)
    print(numbers, "are" if seen else "are not", "coprime, gcd of the first two:", galois.gcd(*numbers[:2]))
    assert seen == expected, f"Expected {expected}."

for numbers in ((0, 2), (0, 6, 35), (0, 5, 5)):
    expect(numbers, True)
for numbers in ((-2, 3), (2, -3), (-1, 5)):
    expect(numbers, False)
assert galois.gcd(0, 2) == 2 and galois.gcd(-2, 3) == 1

# The control: all pairs of positive numbers.
for first in range(1, 60):
    for second in range(1, 60):
        assert galois.are_coprime(first, second) == (gcd(first, second) == 1)
END
echo "As described: 0 and 2 are coprime, -2 and 3 are not."
