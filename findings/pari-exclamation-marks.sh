#!/usr/bin/env bash
# In PARI/GP 3!==6 is true, and 5!! is 120!: every exclamation mark behind a number is a factorial.
#
# It has !=, and === for what is identical, so that !== looks like the opposite of that, as in other languages. It is a factorial
# and ==: 4!==4 is false, 4!==24 true, and x!==y ends in an error where x is negative. 5!! is 5 * 3 * 1 to most, and (5!)! here, a
# number of 199 digits; to GMP-ECM it is 5!.
#
# Seen with PARI/GP 2.17.4 of the wheel passagemath-pari 10.8.13, and GMP-ECM 7.0.7 of passagemath-libecm 10.8.13. Fails when
# they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" \
    passagemath-pari==10.8.13 passagemath-libecm==10.8.13
gp=$(find "$scratch" -path '*/bin/gp' -type f)
ecm=$(find "$scratch" -path '*/bin/ecm' -type f)

expect() { # an expression, and its value
    local seen
    seen=$("$gp" --quiet --fast <<<"print($1)" 2>&1)
    echo "$1: $seen"
    [ "$seen" = "$2" ] || { echo "Expected $2."; exit 1; }
}
expect '3!=6' 1
expect '3===3.' 0
expect '3!==6' 1
expect '4!==4' 0
expect '4!==24' 1
expect '5!!==120!' 1
expect '#digits(5!!)' 199
expect 'iferr((-3)!==4, e, "an error")' 'an error'
said=$("$ecm" 100 0 <<<'5!!+1' || true)
grep 'Input number is 5!!+1 (3 digits)' <<<"$said"
echo "As described: 3!==6, and 5!! has 199 digits."
