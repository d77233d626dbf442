#!/usr/bin/env bash
# Yacas rounds fractions to some fifteen digits before it takes their floor or ceiling: Floor(10^30/3) ends in fifteen zeros.
#
# Its fractions are exact, of any length, and so is Div. Floor, Ceil and Round reckon the fraction out first, with the digits that
# are set for floating point. Floor(10^30/3) is 333333333333333000000000000000, Ceil of it is the same number, and
# Ceil((2^64+1)/2) lies 5808 below (2^64+1)/2. Round gives other digits again. Who halves a range, or counts blocks, with them gets
# whole numbers that look exact.
#
# Seen with Debian 12's yacas 1.3.6-2.1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet yacas=1.3.6-2.1 2>/dev/null
dpkg -x yacas_*.deb .

expect() {
    local seen
    seen=$(LD_LIBRARY_PATH=usr/lib usr/bin/yacas -pc --rootdir "$PWD/usr/share/yacas/scripts" <<<"$1;" | sed -n 's/^.*Out> //p')
    echo "$1 = $seen"
    [ "$seen" = "$2" ] || { echo "Expected $2."; exit 1; }
}
expect 'Floor(10^30/3)' 333333333333333000000000000000
expect 'Ceil(10^30/3)' 333333333333333000000000000000
expect 'Ceil((2^64+1)/2)' 9223372036854770000
expect '2^64+1 - 2*Ceil((2^64+1)/2)' 11617
expect 'Round(10^30/3)' 333333333333333282470703125000
# The controls: Div, and whole numbers, are exact.
expect 'Div(10^30, 3)' 333333333333333333333333333333
expect 'Floor(10^30+1)' 1000000000000000000000000000001
expect 'Floor(10^14/3)' 33333333333333
echo "As described: fifteen digits, and zeros."
