#!/usr/bin/env bash
# In librep, whose integers have no bounds, 2^32 times 2^32 is 0, and 3037000500 times itself is -9223372036709301616.
#
# Integers up to 61 bits are kept in one word, and a product of two such is taken modulo 2^64. Once one of the factors is longer,
# or the sum or a power is asked for, all digits are there: (expt 2 64) and (ash 1 64) are 2^64. Likewise (quotient -2^61 -1) is
# -2^61, though - of it is 2^61, and number->string of -255 to the base 16 is ffffffffffffff01, though to the base 2 it is
# -11111111.
#
# Seen with Debian 12's rep 0.92.5-3.1 on a machine of 64 bits. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet rep=0.92.5-3.1 librep16=0.92.5-3.1 2>/dev/null
for package in *.deb; do dpkg -x "$package" .; done
export REPLISPDIR=$PWD/usr/share/rep/lisp
LD_LIBRARY_PATH=$(find "$PWD/usr/lib" -name 'librep.so*' -printf '%h\n' | sort -u | paste -sd:)
export LD_LIBRARY_PATH

expect() { # an expression, and its value
    local seen
    echo "(write standard-output (format nil \"%s\" $1))" >shown.rep
    seen=$(HOME=$PWD usr/bin/rep --batch shown.rep)
    echo "$1 = $seen"
    [ "$seen" = "$2" ] || { echo "Expected $2."; exit 1; }
}
expect '(* 4294967296 4294967296)' 0
expect '(* 3037000500 3037000500)' -9223372036709301616
expect '(* 147573952589 676412927)' "$(python3 -c 'print((147573952589 * 676412927 + 2**63) % 2**64 - 2**63)')"
expect '(quotient -2305843009213693952 -1)' -2305843009213693952
expect '(number->string -255 16)' ffffffffffffff01
# The controls: the same in other ways, products that are short, and those that have a long factor.
expect '(expt 4294967296 2)' 18446744073709551616
expect '(ash 1 64)' 18446744073709551616
expect '(* 18446744073709551616 4294967296)' 79228162514264337593543950336
expect '(* 1000000007 998244353)' 998244359987710471
expect '(+ 2305843009213693951 2305843009213693951)' 4611686018427387902
expect '(- -2305843009213693952)' 2305843009213693952
expect '(number->string -255 2)' -11111111
echo "As described: 2^32 times 2^32 is 0."
