#!/usr/bin/env bash
# json-glib reads every whole number from 2^64 - 1 on, however long, as -1, and writes it so.
#
# Its integers have 64 bits with a sign. Numbers from 2^63 to 2^64 - 1 come back negative, and all longer ones are one and the same:
# 2^64 + 1, 10^30 and 2^67 - 1 are -1. Nothing is said, and the exit status is 0. So json-glib-format, which only lays a file out
# anew, puts other numbers into it. With an exponent a number is read as floating point. jshon refuses what is too long.
#
# Seen with Debian 12's json-glib-tools 1.6.6-1, beside jshon 20131010-3+b1. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet json-glib-tools=1.6.6-1 libjson-glib-1.0-0=1.6.6-1 libglib2.0-0 \
    jshon=20131010-3+b1 libjansson4 2>/dev/null
for package in *.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH=$(dirname "$(find . -name 'libjson-glib-1.0.so.0')")
export LD_LIBRARY_PATH

expect() { # a number, and what json-glib-format makes of it
    local seen
    echo "[$1]" >number.json
    seen=$(./usr/bin/json-glib-format number.json)
    echo "[$1] -> $seen"
    [ "$seen" = "[$2]" ] || { echo "Expected [$2]."; exit 1; }
}
expect 9223372036854775807 9223372036854775807
expect 9223372036854775808 -9223372036854775808
expect 18446744073709551614 -2
for long in 18446744073709551615 18446744073709551617 147573952589676412927 1000000000000000000000000000000; do
    expect "$long" -1
    if ./usr/bin/jshon <number.json >/dev/null 2>&1; then echo "jshon takes it now."; exit 1; fi
done
expect 1.8446744073709552e19 1.8446744073709552e+19
echo "As described: 2^64 + 1 is -1."
