#!/usr/bin/env bash
# For SQLite every number from 2^63 on is divisible by 7: its % takes all of them for 2^63 - 1.
#
# An integer literal that has more than 63 bits becomes floating point, and % casts to INTEGER, which stops at the largest one.
# 2^63 - 1 is 7 * 7 * 73 * 127 * 337 * 92737 * 649657, so that cofactor % factor = 0 holds for these factors and whatever cofactor,
# 10^19 and 2^64 included, and for no others. The answer, 0.0, is floating point, the only hint. mod() answers from the rounded
# number instead, and 2^63 - 1 itself is treated exactly.
#
# Seen with SQLite 3.40.1 of Debian 12 (3.40.1-2+deb12u2). Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet sqlite3=3.40.1-2+deb12u2 libsqlite3-0=3.40.1-2+deb12u2 2>/dev/null
for package in *.deb; do dpkg -x "$package" .; done
libraries=$(dirname "$(find . -name libsqlite3.so.0)")

expect() {
    local seen
    seen=$(LD_LIBRARY_PATH="$libraries" ./usr/bin/sqlite3 :memory: "SELECT $1, typeof($1)")
    echo "$1 = $seen"
    [ "$seen" = "$2" ] || { echo "Expected $2."; exit 1; }
}
[ $((2 ** 62 % 7)) = 4 ] # so 2^64 leaves 2, and 10^19 leaves 3^19, which is 3
expect '18446744073709551616 % 7' '0.0|real'
expect '10000000000000000000 % 7' '0.0|real'
expect '10000000000000000000 % 649657' '0.0|real'
expect '10000000000000000000 % 10' '7.0|real'
expect 'mod(10000000000000000000, 7)' '3.0|real'
expect '9223372036854775807 % 7' '0|integer'
expect '9223372036854775807 % 10' '7|integer'
expect '9223372036854775806 % 7' '6|integer'
echo "As described: 2^64 is divisible by 7."
