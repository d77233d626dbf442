#!/usr/bin/env bash
# Apache Arrow for JavaScript reads a decimal of 1.25 as 125, and one of 12345, in a column of 256 bits, as 5.
#
# A column of decimals has one scale, the places behind the point, and its values are integers of 128 or 256 bits. Text, JSON and
# Number of a value leave the scale out, so that 1.25 is 125 and -0.05 is -5. With 256 bits text has only the last digits: one of
# five here, and ten of the 49 of 2^160. Whole numbers of 128 bits are right as text. pyarrow, which wrote the file,
# reads all of it back.
#
# Seen with apache-arrow 21.2.0 from npm, and the wheel pyarrow 26.0.1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch/python" pyarrow==26.0.1
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" apache-arrow@21.2.0 >/dev/null

cd "$scratch"
PYTHONPATH="$scratch/python" python3 - <<'END_OF_PYTHON'
from decimal import Decimal

import pyarrow

columns = {
    "scaled": pyarrow.array([Decimal("1.25"), Decimal("-0.05")], pyarrow.decimal128(10, 2)),
    "whole": pyarrow.array([2**67 - 1, -(10**20)], pyarrow.decimal128(38, 0)),
    "long": pyarrow.array([12345, 2**160], pyarrow.decimal256(60, 0)),
}
table = pyarrow.table(columns)
with pyarrow.OSFile("table.arrow", "wb") as file, pyarrow.ipc.new_file(file, table.schema) as writer:
    writer.write_table(table)
assert pyarrow.ipc.open_file("table.arrow").read_all() == table
END_OF_PYTHON
cat >read.cjs <<'END_OF_JS'
const assert = require("assert");
const fs = require("fs");
const { tableFromIPC } = require("apache-arrow");

const table = tableFromIPC(fs.readFileSync("table.arrow"));
const expect = (column, row, stands, expected) => {
  const value = table.getChild(column).get(row);
  console.log(`${stands} is ${value}, and ${JSON.stringify(value)} in JSON`);
  assert.equal(`${value}`, expected, "It is read otherwise now.");
};
expect("scaled", 0, "1.25", "125");
expect("scaled", 1, "-0.05", "-5");
assert.equal(Number(table.getChild("scaled").get(0)), 125);
assert.equal(table.schema.fields[0].type.scale, 2);
expect("long", 0, "12345", "5");
expect("long", 1, "2^160", `${2n ** 160n}`.slice(-10));
// The controls: whole numbers of 128 bits.
expect("whole", 0, "2^67 - 1", "147573952589676412927");
expect("whole", 1, "-10^20", "-100000000000000000000");
END_OF_JS
node read.cjs
echo "As described: 1.25 is 125."
