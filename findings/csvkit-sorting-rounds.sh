#!/usr/bin/env bash
# csvkit changes numbers of more than 28 digits by sorting them: csvsort writes one of 62 digits as 1.000…E+61, with 28 digits.
#
# What looks like a number goes through agate, whose numbers have Python's usual 28 decimal digits. csvsort and csvjoin, which put
# rows into another order or beside each other, so write other numbers than they read; csvcut and csvgrep do not, and csvlook ends
# in an error. csvjson makes doubles of all: 9007199254740993 becomes 9007199254740992.0, and csvstat has that as the largest. With
# -I, no inference, what is text stays text.
#
# Seen with the wheels csvkit 2.2.0 and agate 1.14.2. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --target "$scratch" csvkit==2.2.0 agate==1.14.2
export PYTHONPATH="$scratch"

cd "$scratch"
long=10000000000000000000000000000603000000000000000000000000001881
rounded=1.000000000000000000000000000E+61
printf 'n,b1\n%s,50000\n9007199254740993,2000\n' "$long" >numbers.csv

expect() { # what the first column is to be, and which tool is asked
    local answer=$1 seen
    shift
    seen=$(python3 "bin/$1" "${@:2}" numbers.csv | tail -n +2 | cut -d, -f1 | sort | xargs)
    echo "$*: $seen"
    [ "$seen" = "$answer" ] || { echo "Expected $answer."; exit 1; }
}
expect "$rounded 9007199254740993" csvsort
expect "$rounded 9007199254740993" csvjoin
expect "$long 9007199254740993" csvsort -I
expect "$long 9007199254740993" csvcut -c 1
sed -i 2d numbers.csv
json=$(python3 bin/csvjson numbers.csv)
largest=$(python3 bin/csvstat --max -c n numbers.csv)
echo "csvjson: $json; csvstat --max: $largest"
[ "$json" = '[{"n": 9007199254740992.0, "b1": 2000.0}]' ] && [ "$largest" = 9007199254740992 ]
echo "As described: sorting leaves 28 digits."
