#!/usr/bin/env bash
# primecount takes a second number on its command line, and passes over it: `primecount 100 200` is 25, as is `primecount 100`.
#
# primesieve, its sibling with the same options and expressions, counts from the first number to the second: 21 primes from 100 to
# 200. So does a count that was meant for a stretch become one up to where the stretch begins. The manual names one number, and
# a word that is none, or an option that is unknown, is refused; more numbers are not, with --nth-prime neither.
#
# Seen with Debian 12's primesieve 11.0+ds-2 and primecount 7.6+ds-1. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet primesieve-bin=11.0+ds-2 libprimesieve11=11.0+ds-2 primecount-bin=7.6+ds-1 \
    libprimecount7=7.6+ds-1 2>/dev/null
for package in *.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH=$(dirname "$(readlink -f "$(find . -name 'libprimecount.so.7')")")
export LD_LIBRARY_PATH

expect() { # the answer, and what is asked
    local answer=$1 seen
    shift
    seen=$(./usr/bin/"$@" 2>/dev/null || echo refused)
    echo "$*: $seen"
    [ "$seen" = "$answer" ] || { echo "Expected $answer."; exit 1; }
}
expect 21 primesieve --quiet 100 200
expect 25 primecount 100
expect 25 primecount 100 200
expect 46 primecount 200 100
expect 25 primecount 100 200 300
expect 29 primecount --nth-prime 10 20
expect refused primecount 100 many
echo "As described: up to 100, not from 100 to 200."
