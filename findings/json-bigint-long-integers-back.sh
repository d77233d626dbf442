#!/usr/bin/env bash
# json-bigint writes integers from 22 digits on with an exponent, so that readers on the other side take them for floating point.
#
# It is there to carry long integers through JSON. It reads them exactly, and writes what it has read with all digits; but above
# 21 digits as 1.234567890123456789012e+21. That is equal in mathematics, and in JSON another kind of number: Python's json makes a
# rounded float of it, and readers that ask for integers refuse it. With native BigInts it writes an integer.
#
# Seen with json-bigint 1.0.0 and bignumber.js 9.3.1 from npm, and Python 3.11. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" json-bigint@1.0.0 bignumber.js@9.3.1 >/dev/null

again() {
    NODE_PATH="$scratch/node_modules" node -e '
        const json = require("json-bigint")({ useNativeBigInt: process.argv[1] === "native" });
        console.log(json.stringify(json.parse(process.argv[2])));' "$1" "$2"
}

short=123456789012345678901
long=1234567890123456789012
for number in $short $long; do
    for kind in bignumber native; do
        echo "$number by $kind: $(again $kind $number)"
    done
done
[ "$(again bignumber $short)" = $short ] && [ "$(again native $long)" = $long ]
[ "$(again bignumber $long)" = 1.234567890123456789012e+21 ] || { echo "It comes back as it was now."; exit 1; }
python3 -c "
import json, sys
back = json.loads(sys.argv[2])
assert json.loads(sys.argv[1]) == $long and isinstance(back, float) and int(back) != $long, back
print('read by Python:', back)" $long "$(again bignumber $long)"
echo "As described: 22 digits come back with an exponent."
