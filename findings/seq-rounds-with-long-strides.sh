#!/usr/bin/env bash
# seq rounds even its first number when it goes on by more than 200: above 2^64 pieces of a range begin elsewhere.
#
# By steps of up to 200, whole numbers of any length are counted in decimal digits, all exact. By 201 or more the same numbers pass
# through a long double of 64 bits: `seq 100000000000000000001 201 ...` begins at 100000000000000000000. Who cuts a range into pieces
# with it, the usual way to hand out counting or sieving, leaves out numbers or counts them twice, without a word.
#
# Seen with GNU coreutils 9.1 (Debian 12's 9.1-1) on x86-64. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet coreutils=9.1-1 2>/dev/null
dpkg -x coreutils_*.deb .

expect() { # a step, and where the three pieces begin
    local first=100000000000000000001 last=100000000000000000999 step=$1 seen
    shift
    seen=$(./usr/bin/seq "$first" "$step" "$last" | head -n 3 | tr '\n' ' ')
    echo "from $first by $step: $seen"
    [ "$seen" = "$* " ] || { echo "Expected $*."; exit 1; }
}
expect 200 100000000000000000001 100000000000000000201 100000000000000000401
expect 201 100000000000000000000 100000000000000000200 100000000000000000400
expect 300 100000000000000000000 100000000000000000304 100000000000000000600
# Below 2^64 a long double holds every integer.
[ "$(./usr/bin/seq 18446744073709551001 201 18446744073709551300 | tail -n 1)" = 18446744073709551202 ]
echo "As described: by 201, seq begins a number early."
