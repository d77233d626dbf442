#!/usr/bin/env bash
# Miller takes integers above 2^63 - 1 for text: their sum is 0, and they are below 5.
#
# Up to 9223372036854775807 a field is an int, and what arithmetic makes of such ints may grow into a float. One more, and the
# field is a string: `stats1 -a sum` leaves it out and gives 0, the mean is empty, `$n < 5` is true by the order of texts, and the
# exit status is 0 throughout. 1e20, or 9223372036854775808.0, is a float and is added. Composites, sigmas of 64 bits and products
# of bounds and curves are all of that length.
#
# Seen with Miller 6.6.0 (Debian 12's miller 6.6.0-2+b3). Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet miller=6.6.0-2+b3 2>/dev/null
dpkg -x miller_*.deb .

expect() { # a value, what is asked of a table of one row that holds it, and what Miller answers
    local value=$1 answer=$2 seen
    shift 2
    seen=$(printf 'n\n%s\n' "$value" | ./usr/bin/mlr --icsv --onidx "$@")
    echo "$value, $*: $seen"
    [ "$seen" = "$answer" ] || { echo "Expected $answer."; exit 1; }
}
kind='$n = typeof($n)'
below='$n = $n < 5'
expect 9223372036854775807 int put "$kind"
expect 9223372036854775807 9223372036854775807 stats1 -a sum -f n
expect 9223372036854775807 false put "$below"
expect 9223372036854775808.0 float put "$kind"
for value in 9223372036854775808 18446744073709551615 123456789012345678901; do
    expect $value string put "$kind"
    expect $value 0 stats1 -a sum -f n
done
expect 18446744073709551615 true put "$below"
echo "As described: 9223372036854775808 is text, and adds nothing to a sum."
