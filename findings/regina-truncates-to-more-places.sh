#!/usr/bin/env bash
# Regina's TRUNC keeps more places than it is asked for where zeros follow the point: 0.0005 to two places is 0.000.
#
# In Rexx the second argument is the number of decimals of what comes out, so that 0.00 is due. Of numbers below 1 Regina gives as
# many zeros as stand behind their point, if those are more: a column of such numbers doesn't stand in line, and == between two
# zeros is false. Of 1.0005 it gives 1.00. Truncating -0.5 to a whole number leaves -0, which is not == 0.
#
# Seen with Debian 12's regina-rexx and libregina3 3.6-2.4. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet regina-rexx=3.6-2.4 libregina3=3.6-2.4 2>/dev/null
for package in *.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH=$(find "$PWD" -name 'libregina.so*' -printf '%h\n' | sort -u | paste -sd:)
export LD_LIBRARY_PATH

expect() { # an expression, and its value
    local seen
    echo "say $1" >shown.rexx
    seen=$(usr/bin/regina ./shown.rexx)
    echo "$1 = $seen"
    [ "$seen" = "$2" ] || { echo "Expected $2."; exit 1; }
}
expect 'trunc(0.0005, 2)' 0.000
expect 'trunc(0.000005, 2)' 0.00000
expect 'trunc(0.0000123, 4)' 0.0000
expect 'trunc(0.00000123, 4)' 0.00000
expect 'trunc(-0.5)' -0
expect '(trunc(-0.5) == 0)' 0
# The controls: no such zeros, and a number above 1.
expect 'trunc(0.05, 2)' 0.05
expect 'trunc(0.0123, 2)' 0.01
expect 'trunc(1.0005, 2)' 1.00
expect 'trunc(0.0005)' 0
echo "As described: 0.0005 to two places is 0.000."
