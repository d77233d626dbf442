#!/usr/bin/env bash
# NZMATH's test of squarefreeness by a partial factoring, viadecomposition, takes 25, 49 and 121 for squarefree.
#
# It is wrong about p^2 for every prime p from 5 on that was tried, 1000003^2 with them, and about no other number below 5000: 4, 9,
# 125 and 75 are not squarefree. So what a search for square factors is for, it overlooks where nothing else is in the number.
# viafactor and trial_division of the same module are right.
#
# Seen with the wheel nzmath 3.0.3. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" nzmath==3.0.3

PYTHONPATH="$scratch" python3 - <<'END'
from nzmath.squarefree import trial_division, viadecomposition, viafactor

bound = 5000
squarefree = [n for n in range(1, bound) if all(n % (d * d) for d in range(2, int(n**0.5) + 1))]
assert [n for n in range(1, bound) if viafactor(n)] == squarefree
assert [n for n in range(1, bound) if trial_division(n)] == squarefree
wrong = [n for n in range(1, bound) if viadecomposition(n) != (n in squarefree)]
print("wrong about", *wrong)
primes = [n for n in range(2, int(bound**0.5) + 1) if all(n % d for d in range(2, n))]
assert wrong == [p * p for p in primes if p >= 5], "It is wrong about others, or about none, now."
large = 1000003**2
print(large, "is squarefree:", viadecomposition(large), "and by its factors:", viafactor(large))
assert viadecomposition(large) and not viafactor(large), "It behaves otherwise now."
assert not viadecomposition(large * 3)
END
echo "As described: 25 is squarefree."
