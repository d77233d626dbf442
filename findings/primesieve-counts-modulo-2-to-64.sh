#!/usr/bin/env bash
# primesieve takes numbers from 2^64 on modulo 2^64, and primecount those from 2^128 on modulo 2^128, and counts without a word.
#
# Their manuals give bounds, < 2^64 and <= 10^31, and primecount refuses 10^31 + 1. But what is too long for the machine's integer is
# cut to it while the argument is read, also in the middle of an expression, and the bound is asked about afterwards: 2^64 + 100,
# written so or as 18446744073709551716, has 25 primes below it, as 100 has; so has 2^128 + 100 for primecount; and for primesieve
# 10^20 / 10^18, which is 100, has 4. The exit status is 0.
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

expect() { # a program, a number, and how many primes it says there are
    local seen
    case $1 in
        primesieve) seen=$(./usr/bin/primesieve --quiet "$2" 2>/dev/null || echo refused) ;;
        *) seen=$(./usr/bin/primecount "$2" 2>/dev/null || echo refused) ;;
    esac
    echo "$1 $2: $seen"
    [ "$seen" = "$3" ] || { echo "Expected $3."; exit 1; }
}
for program in primesieve primecount; do
    expect $program 100 25
    expect $program 10^4/10^2 25
done
expect primesieve 2^64+100 25
expect primesieve 18446744073709551716 25
expect primesieve 3*2^64+1000 168
expect primesieve 10^20/10^18 4
expect primecount 10^20/10^18 25
expect primecount 10^31+1 refused
expect primecount 2^128+100 25
expect primecount 3*2^128+1000 168
echo "As described: up to 2^64 + 100 there are 25 primes."
