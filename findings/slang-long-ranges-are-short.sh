#!/usr/bin/env bash
# In S-Lang the range [4294967296LL:4294967298LL] is 0, 1, 2, and the one from 2^63 - 3 to 2^63 - 1 is -3, -2, -1.
#
# Both bounds are long long, and a list of the same numbers, [4294967296LL,4294967297LL], keeps them; a range of them is one of
# integers of 32 bits, and every bound is cut to those. A range from 3000000000 begins at -1294967296, the one from 0 to 2^32 has
# one element, and nothing is said of it. Who goes through a foreach over such a range counts something else. _for, the loop with
# bounds, does the same, and a range of floating point is right, as is 2^32 + [0:2].
#
# Seen with Debian 12's slsh and libslang2 2.3.3-3 on a machine of 64 bits. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet slsh=2.3.3-3 libslang2=2.3.3-3 2>/dev/null
for package in *.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH=$(find "$PWD" -name 'libslang.so*' -printf '%h\n' | sort -u | paste -sd:)
export LD_LIBRARY_PATH SLSH_CONF_DIR=$PWD/etc SLSH_LIB_DIR=$PWD/usr/share/slsh

expect() { # an array, and its elements
    local seen
    printf 'foreach (%s) { variable element = (); () = printf("%%S ", element); }\n' "$1" >shown.sl
    seen=$(usr/bin/slsh -n shown.sl)
    echo "$1 = $seen"
    [ "$seen" = "$2 " ] || { echo "Expected $2."; exit 1; }
}
expect '[4294967296LL:4294967298LL]' '0 1 2'
expect '[4294967296L:4294967298L]' '0 1 2'
expect '[9223372036854775805LL:9223372036854775807LL]' '-3 -2 -1'
expect '[3000000000LL:3000000002LL]' '-1294967296 -1294967295 -1294967294'
expect '[0LL:4294967296LL]' 0
# The controls: the same numbers otherwise, and short ranges.
expect '[4294967296LL,4294967297LL,4294967298LL]' '4294967296 4294967297 4294967298'
expect '4294967296LL + [0:2]' '4294967296 4294967297 4294967298'
expect 'typecast([4294967296.0:4294967299.0], LLong_Type)' '4294967296 4294967297 4294967298'
expect '[10LL:1LL:-3LL]' '10 7 4 1'
expect '[2147483646:2147483647]' '2147483646 2147483647'
echo "As described: the range from 2^32 to 2^32 + 2 is 0, 1, 2."
