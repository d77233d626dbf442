#!/usr/bin/env bash
# GNU datamash prints fourteen digits of a sum, a maximum or a minimum, however exactly it reckons.
#
# Inside it adds in a long double, exact up to 2^64, and its man page gives no warning; but the pieces 1 and 2623557157654232, whose
# sum is a whole number of 16 digits, print as 2.6235571576542e+15, and so does the largest of a list of sigmas of 64 bits, or of
# positions. unique and mode differ: the one repeats the text, the other prints fourteen digits of it, too. Counts of primes from
# 10^16 on, put together with it, are wrong from the fifteenth digit. `--format '%.0f'` gives all digits.
#
# Seen with Debian 12's datamash 1.7-2. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet datamash=1.7-2 2>/dev/null
dpkg -x datamash_*.deb .

expect() { # an answer, and what datamash is asked of the primes up to 10^17 in two pieces
    local answer=$1 seen
    shift
    seen=$(printf '%s\n' 2623557157654232 1 | ./usr/bin/datamash "$@")
    echo "$*: $seen"
    [ "$seen" = "$answer" ] || { echo "Expected $answer."; exit 1; }
}
expect 2.6235571576542e+15 sum 1
expect 2.6235571576542e+15 max 1
expect 1,2623557157654232 unique 1
expect 2623557157654233 --format '%.0f' sum 1
[ "$(printf '%s\n' 12345678901233 1 | ./usr/bin/datamash sum 1)" = 12345678901234 ]
echo "As described: a sum of 16 digits is printed with fourteen."
