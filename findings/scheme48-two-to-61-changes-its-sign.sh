#!/usr/bin/env bash
# In Scheme 48 the floating-point number 2^61 becomes -2^61 when it is made exact, is equal to that, and is less than 5.
#
# Integers have no bounds there; the short ones end before 2^61. inexact->exact takes 2^61 itself for one of those, and its top bit
# becomes a sign. 2^61 is also what 2^61 - 1, a Mersenne prime, and the 127 integers before it are in floating point: made exact
# again they are negative. Where an integer meets floating point both are made exact, so that = and <, negative? and max are wrong,
# too: max of 2^61 and 5 is 5.0. Among floating-point numbers it is greater than 5, and the doubles next to it and 2^62 are right.
#
# Seen with Debian 12's scheme48 1.9.2-2 on a machine of 64 bits. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet scheme48=1.9.2-2 2>/dev/null
dpkg -x scheme48_*.deb .

expect() { # an expression, and its value
    local seen
    seen=$(usr/lib/scheme48-1.9.2/scheme48vm -i usr/lib/scheme48-1.9.2/scheme48.image -a batch <<<"$1")
    echo "$1 = $seen"
    [ "$seen" = "$2" ] || { echo "Expected $2."; exit 1; }
}
expect '(inexact->exact (exact->inexact (expt 2 61)))' -2305843009213693952
expect '(inexact->exact (exact->inexact (- (expt 2 61) 1)))' -2305843009213693952
expect '(= (exact->inexact (expt 2 61)) (expt 2 61))' '#f'
expect '(= (exact->inexact (expt 2 61)) (- (expt 2 61)))' '#t'
expect '(< (exact->inexact (expt 2 61)) 5)' '#t'
expect '(negative? (exact->inexact (expt 2 61)))' '#t'
expect '(max (exact->inexact (expt 2 61)) 5)' 5.0
# The controls: floating point itself is right, and so are the doubles around.
expect '(< (exact->inexact (expt 2 61)) 5.0)' '#f'
expect '(inexact->exact (exact->inexact (- (expt 2 61) 256)))' 2305843009213693696
expect '(inexact->exact (exact->inexact (+ (expt 2 61) 512)))' 2305843009213694464
expect '(inexact->exact (exact->inexact (expt 2 62)))' 4611686018427387904
expect '(inexact->exact (exact->inexact (- (expt 2 61))))' -2305843009213693952
echo "As described: 2^61 is below 5."
