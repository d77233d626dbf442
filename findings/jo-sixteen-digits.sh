#!/usr/bin/env bash
# jo writes 16 digits of a whole number, also of those that floating point holds exactly, and for 2^67-1 as a number it writes 6.
#
# It makes JSON of words on a command line. Digits pass through a double, of which 16 digits are printed: 2^60 becomes
# 1.152921504606847e+18, and 9007199254740993 another number. The manual speaks of "undesired results", and has -n for what shall be
# a number: of 2^67-1, as lists have numbers, that makes its length, six characters. -s keeps digits as text.
#
# Seen with Debian 12's jo 1.9-1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet jo=1.9-1 2>/dev/null
dpkg -x jo_*.deb .

expect() { # the answer, and what jo is asked
    local answer=$1 seen
    shift
    seen=$(./usr/bin/jo "$@")
    echo "jo $*: $seen"
    [ "$seen" = "$answer" ] || { echo "Expected $answer."; exit 1; }
}
expect '{"n":999999999999999}' n=999999999999999
expect '{"n":9007199254740992}' n=9007199254740993
expect '{"n":1.152921504606847e+18}' n=1152921504606846976
expect '{"n":1.475739525896764e+20}' n=147573952589676412927
expect '{"n":6}' -- -n n=2^67-1
expect '{"n":"147573952589676412927"}' -- -s n=147573952589676412927
echo "As described: sixteen digits, and 2^67-1 is 6."
