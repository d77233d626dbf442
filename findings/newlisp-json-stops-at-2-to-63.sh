#!/usr/bin/env bash
# newLISP has integers of any length, and reads every one from 2^63 on in JSON as 2^63 - 1; int makes -1 of the same text.
#
# In a program 18446744073709551617 is an integer, with L behind it to show that it is long, and products and remainders of it
# are exact; bigint of text is, too. json-parse stops at 9223372036854775807 for each longer number, however long, so that all
# of a list of long factors become one; and at -2^63 below. int goes round instead, which gives -1 for every text of digits that
# is too long for it. max and min of long integers are floating point, where sort and < of the same are exact.
#
# Seen with Debian 12's newlisp 10.7.5-2+b2. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet newlisp=10.7.5-2+b2 2>/dev/null
dpkg -x newlisp_*.deb .

ask() { # an expression, and its value
    local seen
    seen=$(./usr/bin/newlisp -e "$1")
    echo "$1 is $seen"
    [ "$seen" = "$2" ] || { echo "Expected $2."; exit 1; }
}
ask '(json-parse "[18446744073709551617, 147573952589676412927]")' '(9223372036854775807 9223372036854775807)'
ask '(json-parse "[-18446744073709551617, 9223372036854775808]")' '(-9223372036854775808 9223372036854775807)'
ask '(int "18446744073709551617")' -1
ask '(int "147573952589676412927")' -1
ask '(max 18446744073709551617L 18446744073709551616L)' 1.844674407370955e+19
# The controls: the same numbers in a program, as text, in order, and JSON's that fit.
ask 18446744073709551617 18446744073709551617L
ask '(bigint "147573952589676412927")' 147573952589676412927L
ask '(% 147573952589676412927 193707721)' 0L
ask '(sort (list 18446744073709551617 18446744073709551616))' '(18446744073709551616L 18446744073709551617L)'
ask '(json-parse "[9007199254740993, 9223372036854775806]")' '(9007199254740993 9223372036854775806)'
echo "As described: 2^64 + 1 is 2^63 - 1."
