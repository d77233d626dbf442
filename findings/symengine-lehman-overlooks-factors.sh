#!/usr/bin/env bash
# SymEngine's factoring by Lehman's method finds no factor in most products of two primes of like length: none in 35.
#
# Lehman's method is certain: of every composite from 21 on it gives a factor. factor_lehman_method(35) is None, its word for a
# prime, and so it is for 967 of the composites below 20,000, for two of three products of two primes of six digits, and for
# 385927 * 792359 among them. Factors below the cube root are always found, so that a try with composites at random looks well, and
# factors that it gives do divide. factor() and prime_factors() are right.
#
# Seen with the wheel symengine 0.15.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" symengine==0.15.0

PYTHONPATH="$scratch" python3 - <<'END'
from itertools import combinations

from symengine.lib.symengine_wrapper import factor_lehman_method, isprime, prime_factors

composites = [n for n in range(21, 20_000) if not isprime(n)]
overlooked = [n for n in composites if factor_lehman_method(n) is None]
print(len(overlooked), "composites below 20,000 without a factor:", *overlooked[:9])
assert len(overlooked) == 967 and overlooked[:3] == [35, 55, 77], "Other ones are overlooked now."
assert all(n % factor_lehman_method(n) == 0 for n in composites if n not in set(overlooked)), "A factor doesn't divide."
assert all(min(prime_factors(n)) ** 3 > n for n in overlooked), "Factors below the cube root are overlooked, too."

primes = [n for n in range(10**6 - 700, 10**6) if isprime(n)][::6] + [n for n in range(385_900, 386_000) if isprime(n)] + [792_359]
products = [p * q for p, q in combinations(primes, 2)]
without = [n for n in products if factor_lehman_method(n) is None]
print("Of", len(products), "products of two primes of six digits,", len(without), "have none, says the method.")
assert 385_927 * 792_359 in without and len(without) > len(products) / 2, "Fewer are overlooked now."
END
echo "As described: no factor in 35."
