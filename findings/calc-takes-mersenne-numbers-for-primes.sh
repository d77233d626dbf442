#!/usr/bin/env bash
# calc's ptest and nextcand, left to themselves, take all Fermat numbers, and Mersenne numbers with prime exponents, for primes.
#
# They make one strong test unless they are told to make more, to the base 2: the one that 2^p - 1 and 2^(2^k) + 1 always pass. So
# 2^67 - 1 = 193707721 * 761838257287 is "probably prime", and after 2^64 the next candidate is 2^64 + 1 = 274177 * 67280421310721.
# Numbers below 2^32 are tested for certain, and factors up to 101 are tried, so that 2^11 - 1 and most other composites raise no
# suspicion. Two bases, or one at random (ptest(n, 1, 0)), find them out.
#
# Seen with Debian 12's calc 2.12.7.2-4. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet calc=2.12.7.2-4 calc-common=2.12.7.2-4 2>/dev/null
for package in *.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH=$(find . -name 'libcalc.so*' -printf '%h\n' -quit):$(find . -name 'libcustcalc.so*' -printf '%h\n' -quit)
export LD_LIBRARY_PATH CALCPATH="$scratch/usr/share/calc"

expect() { # an expression, and its value
    local seen
    seen=$(./usr/bin/calc -d -p -- "$1")
    echo "$1 = $seen"
    [ "$seen" = "$2" ] || { echo "Expected $2."; exit 1; }
}
expect 'ptest(2^11-1)' 0
for composite in 2^67-1 2^83-1 2^101-1 2^137-1 2^32+1 2^64+1 2^128+1; do
    expect "ptest($composite)" 1
    expect "ptest($composite, 2)" 0
done
expect '(2^67-1) % 193707721' 0
expect '(2^64+1) % 274177' 0
expect 'nextcand(2^64) - 2^64' 1
expect 'nextcand(2^64, 2) - 2^64' 13
echo "As described: 2^67 - 1 is a prime."
