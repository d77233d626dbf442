#!/usr/bin/env bash
# To the num-utils 1e6 is 1 and 250,000 is 250: the sum of the bounds 1e6, 3e6 and 11e6 is 15, and +5 is no number at all.
#
# numsum, numaverage, numbound and numround, programs of Debian's for columns of numbers, take the digits that a line begins
# with and leave the rest, without a word and with the status 0. Bounds are usually written with an exponent, and Perl, in which
# the programs are written, reads them so. The largest of 2e3 and 5 is 5. The manuals say nothing of how numbers may be written.
# awk's sum of the same lines is right.
#
# Seen with Debian 12's num-utils 0.5-15. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet num-utils=0.5-15 2>/dev/null
dpkg -x num-utils_*.deb .

ask() { # a program, its answer, and the lines that it is given
    local program=$1 answer=$2 seen
    shift 2
    seen=$(printf '%s\n' "$@" | perl "usr/bin/$program" | paste -sd' ')
    echo "$program of $*: $seen"
    [ "$seen" = "$answer" ] || { echo "Expected $answer."; exit 1; }
}
ask numsum 15 1e6 3e6 11e6
ask numsum 253 250,000 3e6
ask numsum 0 +5
ask numaverage 2 1e6 3e6
ask numbound 5 2e3 5
ask numround '2 5' 1.5e3 5
# The controls: numbers in plain digits, and another reader.
ask numsum 15000000 1000000 3000000 11000000
ask numbound 2000 2000 5
[ "$(printf '%s\n' 1e6 3e6 11e6 | awk '{ sum += $1 } END { print sum }')" = 15000000 ]
echo "As described: 1e6 is 1."
