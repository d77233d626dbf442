#!/usr/bin/env bash
# Genius has -154 for the Stirling number of the first kind s(5, 2), which is -50.
#
# StirlingNumberFirst(n, k), or StirlingS1, is said to be just that. It is the coefficient of x^k in x(x - 2)(x - 3)...(x - n), where
# the definition has x(x - 1)...(x - n + 1), so that the first step's factor is left out and all others are one too far. Above n = 1
# every number is wrong but s(n, n), which is 1, and none looks it: the signs alternate, and s(5, 1) is 120. Those of the second
# kind are right.
#
# Seen with Debian 12's genius 1.0.27-1+b1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet genius=1.0.27-1+b1 genius-common=1.0.27-1 2>/dev/null
for package in *.deb; do dpkg -x "$package" .; done

row() { # a function, and a first argument: its values for all second arguments up to that
    echo "for k = 1 to $2 do (printn($1($2, k)); printn(\" \"))" >row.gel
    HOME=$PWD usr/bin/genius row.gel </dev/null
}
python3 - "$(for n in 1 2 3 4 5 6 7; do row StirlingNumberFirst $n; echo; done)" "$(row StirlingNumberSecond 7)" <<'END'
import sys


def coefficients(roots):
    """Those of x, x^2, ... in the product of x - r over the roots."""
    product = [1]
    for r in roots:
        product = [a - r * b for a, b in zip([0, *product], [*product, 0])]
    return product[1:]


first, second = ([[int(number) for number in row.split()] for row in text.splitlines()] for text in sys.argv[1:])
for n, row in enumerate(first, 1):
    right = coefficients(range(n))
    print("n =", n, "is", *row, "and should be", *right)
    assert row == coefficients([0, *range(2, n + 1)]), "It is another one now."
    assert [a == b for a, b in zip(row, right)] == [n == 1] * (n - 1) + [True], "Others are right now."
assert (first[4][1], second) == (-154, [[1, 63, 301, 350, 140, 21, 1]]), "They are others now."
END
echo "As described: s(5, 2) is -154."
