#!/usr/bin/env bash
# SymPy says "Log does not exist" of 6 to the base 2 modulo 10, though 2^4 is 16.
#
# discrete_log takes bases that have a factor in common with the modulus, and finds nearly all of their logarithms: of 4,214 that
# exist modulo numbers below 60 it denies 65. All have a modulus 2q, q a power of an odd prime: there the powers of an even base
# come round to q + 1 where those of an odd one come round to 1, and it stops a step before. Once a modulus is large, it says of the
# same bases that they are not invertible. Coprime bases are well.
#
# Seen with the wheels sympy 1.14.0 and mpmath 1.3.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" sympy==1.14.0 mpmath==1.3.0

PYTHONPATH="$scratch" python3 - <<'END'
from math import gcd

from sympy.ntheory import discrete_log

def logarithm(modulus, power, base):
    try:
        return int(discrete_log(modulus, power, base))
    except ValueError as error:
        assert str(error) == "Log does not exist"
        return None

for modulus, power, base in ((10, 8, 2), (10, 6, 2), (14, 8, 10), (22, 12, 2)):
    print(f"{power} to base {base} modulo {modulus}:", logarithm(modulus, power, base))
assert logarithm(10, 8, 2) == 3
assert pow(2, 4, 10) == 6 and logarithm(10, 6, 2) is None, "It has a logarithm now."

denied = {True: [], False: []}
for modulus in range(2, 60):
    for base in range(1, modulus):
        for power in {pow(base, exponent, modulus) for exponent in range(modulus)} - {0}:
            found = logarithm(modulus, power, base)
            if found is None:
                denied[gcd(base, modulus) == 1].append((modulus, power, base))
            else:
                assert pow(base, found, modulus) == power
print(len(denied[False]), "are denied below 60, coprime bases:", len(denied[True]))
assert len(denied[False]) == 65 and not denied[True], "Others are denied now."
try:
    discrete_log(10**6, 64, 2)
except ValueError as error:
    assert "not invertible" in str(error)
else:
    raise SystemExit("64 is a power of 2 modulo 10^6 now.")
assert all(2 * power == modulus + 2 for modulus, power, base in denied[False]), "Others are denied now."
END
echo "As described: 16 is no power of 2 modulo 10."
