#!/usr/bin/env bash
# Yacas gives a whole number for the square root of 10^40 + 1, and not even the nearest one: 100000000000000048147.
#
# Sqrt of a whole number that is no square stays as it is, Sqrt(2). From some forty digits on it may become an integer whose square
# is another number: Sqrt(10^40+1)^2 is 10000000000000009629400000000002318133609. What finds it, IntNthRoot, is there to give the
# root rounded down, and is wrong from its 16th digit on. In a search by Fermat's method, n = x^2 - y^2, every such y is a find that
# is none. Of squares, and below forty digits, it is right.
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
expect 'Sqrt(10^40+1)' 100000000000000048147
expect 'Sqrt(10^40+1)^2' 10000000000000009629400000000002318133609
expect 'IntNthRoot(10^40+1, 2)' 100000000000000048147
# The controls: other roots stay roots, and squares have theirs.
expect 'Sqrt(10^30+1)' 'Sqrt(1000000000000000000000000000001)'
expect 'Sqrt(10^40)' 100000000000000000000
expect 'Sqrt(100000000000000000001^2)' 100000000000000000001
expect 'Floor(N(Sqrt(10^40+1), 50))' 100000000000000000000
echo "As described: a whole root of what is no square."
