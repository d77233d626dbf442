#!/usr/bin/env bash
# sqlite-utils calls a CSV column of long integers INTEGER, and thereby stores those from 2^63 on as floating point.
#
# It guesses the types of a CSV file unless told not to. What Python's int() reads is an integer to it, of any length, and SQLite
# keeps what does not fit its INTEGER as a REAL: composites and factors lose all digits but the first 16, in the table as well as in
# `sqlite-utils memory`, and nothing is said. The same number in JSON is refused as too large. --no-detect-types leaves text.
#
# Seen with the wheel sqlite-utils 4.2.1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" sqlite-utils==4.2.1 click==8.5.1 \
    click-default-group==1.2.4 pluggy==1.7.0 sqlite-fts4==1.0.3 tabulate==0.10.0 python-dateutil==4.0.0 six==1.17.0
cd "$scratch"
utils() {
    PYTHONPATH="$scratch" python3 -m sqlite_utils "$@"
}
printf 'id,factor\n1,18446744073709551617\n2,274177\n' >factors.csv
echo '[{"id": 1, "factor": 18446744073709551617}]' >factors.json

utils insert guessed.db factors factors.csv --csv
utils insert text.db factors factors.csv --csv --no-detect-types
[ "$(utils schema guessed.db | tr -d '\n ')" = 'CREATETABLE"factors"("id"INTEGER,"factor"INTEGER);' ]

expect() { # a title, what was seen, and what was expected
    echo "$1: $2"
    [ "$2" = "$3" ] || { echo "Expected $3."; exit 1; }
}
query='SELECT factor FROM factors ORDER BY id'
rounded='[{"factor": 1.8446744073709552e+19}, {"factor": 274177}]'
expect "in a table" "$(utils query guessed.db "$query" | tr -d '\n')" "$rounded"
expect "in memory" "$(utils memory factors.csv "$query" | tr -d '\n')" "$rounded"
expect "--no-detect-types" "$(utils query text.db "$query" | tr -d '\n')" \
    '[{"factor": "18446744073709551617"}, {"factor": "274177"}]'
expect "from JSON" "$(utils insert json.db factors factors.json 2>&1 | grep Error)" \
    'Error: Python int too large to convert to SQLite INTEGER'
echo "As described: 2^64 + 1 is 1.8446744073709552e+19."
