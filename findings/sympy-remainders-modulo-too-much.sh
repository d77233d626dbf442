#!/usr/bin/env bash
# For SymPy the numbers that are 0 modulo 2 and 0 modulo 4 are those that are 0 modulo 8: its crt leaves out every second one.
#
# crt gives a solution and the modulus of all. Where moduli have common factors it computes as if they had none, looks whether the
# solution fits, and only if not computes rightly. If it happens to fit, the modulus is the product in place of the least common
# multiple, and not even the least solution comes: for 0 modulo 3 and 3 modulo 6 it is 9 modulo 18, and 3 and 15 are lost. So it is
# for 527 of 27,720 pairs below 31. The manual has such moduli give the correct result. solve_congruence does.
#
# Seen with the wheels sympy 1.14.0 and mpmath 1.3.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" sympy==1.14.0 mpmath==1.3.0

PYTHONPATH="$scratch" python3 - <<'END'
from math import gcd, lcm

from sympy.ntheory.modular import crt, solve_congruence

def both(moduli, residues):
    by_crt, by_other = crt(moduli, residues), solve_congruence(*zip(residues, moduli))
    print(f"{residues} modulo {moduli}: crt {by_crt}, solve_congruence {by_other}")
    return by_crt, by_other

assert both([2, 4], [0, 0]) == ((0, 8), (0, 4)), "It is another modulus now."
assert both([3, 6], [0, 3]) == ((9, 18), (3, 6)), "It is another solution now."
assert both([3, 6], [2, 5]) == ((5, 6), (5, 6))
assert both([3, 6], [0, 2]) == (None, None)

wrong = total = 0
for m in range(2, 31):
    for n in range(2, 31):
        for a in range(m) if gcd(m, n) > 1 else ():
            for b in range(a % gcd(m, n), n, gcd(m, n)):
                total += 1
                solution, modulus = crt([m, n], [a, b])
                assert solution % m == a and solution % n == b
                wrong += modulus != lcm(m, n)
print(wrong, "of", total, "moduli are too large.")
assert (wrong, total) == (527, 27720), "Others are too large now."
END
echo "As described: 4 is not 0 modulo 2 and 4."
