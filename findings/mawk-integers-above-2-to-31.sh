#!/usr/bin/env bash
# mawk, Debian's awk, formats every integer above 2^31 - 1 as 2147483647 with %d, and prints it with six digits.
#
# Its manual says that a number is printed as an integer where the machine can represent it exactly. On a machine of 64 bits
# `print 2147483648` gives 2.14748e+09, and printf "%d" gives 2147483647 for it and for all above: half of the sigmas of 32 bits,
# sums of seconds, B1 times curves. The numbers themselves are right, as "%.0f" shows, and exact up to 2^53.
#
# Seen with mawk 1.3.4-20200120 (Debian 12's 1.3.4.20200120-3.1) on x86-64. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet mawk=1.3.4.20200120-3.1 2>/dev/null
dpkg -x mawk_*.deb .

formatted() { # a number and a format; prints what mawk makes of it as a field, the number a sum
    echo "$1 0" | ./usr/bin/mawk "{ $2 }"
}

expect() {
    local seen
    seen=$(formatted "$1" "$2")
    echo "$1, $2: $seen"
    [ "$seen" = "$3" ] || { echo "Expected $3."; exit 1; }
}
expect 2147483647 'printf "%d", $1 + $2' 2147483647
expect 2147483647 'print $1 + $2' 2147483647
for number in 2147483648 4294967295 9007199254740991; do
    expect $number 'printf "%.0f", $1 + $2' $number
    expect $number 'printf "%d", $1 + $2' 2147483647
done
expect 4294967295 'print $1 + $2' 4.29497e+09
echo "As described: 4294967295 is printed as 2147483647."
