#!/usr/bin/env bash
# Icon's integers have no bounds, and integer("1e19") is 0, and so is integer("-1e25"); integer(2.0 ^ 63) is -2^63.
#
# integer fails, says the language, if what it is given cannot be converted. A text with an exponent or a point is a real first, and
# one beyond 2^63 becomes 0 then, without a failure; where an operation wants an integer, as iand does, the text is 0 likewise. A
# real itself is converted, integer(1e19), and digits alone are right, however many. But 2^63, the one value between what fits and
# what does not, changes its sign, be it a text or a real.
#
# Seen with Debian 12's icont and iconx 9.4.3-7. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet icont=9.4.3-7 iconx=9.4.3-7 2>/dev/null
for package in *.deb; do dpkg -x "$package" .; done
export PATH=$PWD/usr/bin:$PATH

expect() { # an expression, and its value
    local seen
    printf 'procedure main()\n    write(%s) | write("fails")\nend\n' "$1" >shown.icn
    icont -s -o shown shown.icn
    seen=$(./shown)
    echo "$1 = $seen"
    [ "$seen" = "$2" ] || { echo "Expected $2."; exit 1; }
}
expect 'integer("1e19")' 0
expect 'integer("-1e25")' 0
expect 'integer("9223372036854775809.0")' -9223372036854775808
expect 'integer("9223372036854779000.0")' 0
expect 'iand("1e19", -1)' 0
expect 'integer(2.0 ^ 63)' -9223372036854775808
expect 'integer("9223372036854775808.0")' -9223372036854775808
# The controls: what fits, reals, digits alone, and what is no number.
expect 'integer("1e18")' 1000000000000000000
expect 'integer("-1e18")' -1000000000000000000
expect 'integer(1e19)' 10000000000000000000
expect 'integer(-(2.0 ^ 64))' -18446744073709551616
expect 'integer("12345678901234567890123")' 12345678901234567890123
expect 'integer("1e19x")' fails
echo "As described: 1e19 is 0."
