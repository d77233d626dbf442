#!/usr/bin/env bash
# hyparquet reads 2^67 - 1 from a Parquet file as 147573952589676410000, and 2^53 + 1 from the column beside it exactly.
#
# Integers of 64 bits come as BigInts. Decimals, in which a file keeps longer whole numbers, become doubles at once, with 53 bits
# of up to 128, so that unlike factors are equal, and nothing is said. Its manual has no word of decimals. pyarrow, which wrote
# the file, reads all of it back.
#
# Seen with hyparquet 1.33.0 from npm, and the wheel pyarrow 26.0.1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch/python" pyarrow==26.0.1
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" hyparquet@1.33.0 >/dev/null

cd "$scratch"
PYTHONPATH="$scratch/python" python3 - <<'END_OF_PYTHON'
import pyarrow
from pyarrow import parquet

table = pyarrow.table(
    {
        "decimal": pyarrow.array([2**67 - 1, 2**53 + 1, 2**53 - 1], pyarrow.decimal128(38, 0)),
        "integer": pyarrow.array([2**63 - 1, 2**53 + 1, 2**53 - 1], pyarrow.int64()),
    }
)
parquet.write_table(table, "table.parquet", compression="NONE")
assert parquet.read_table("table.parquet") == table
END_OF_PYTHON
cat >read.mjs <<'END_OF_JS'
import assert from "node:assert";
import fs from "node:fs";
import { parquetReadObjects } from "hyparquet";

const bytes = fs.readFileSync("table.parquet");
const rows = await parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) });
const expect = (row, decimal, integer, stands) => {
  console.log(`${stands[0]} in a decimal is ${rows[row].decimal}; ${stands[1]} in an integer is ${rows[row].integer}`);
  assert.equal(typeof rows[row].decimal, "number", "Decimals are another type now.");
  assert.equal(rows[row].decimal, decimal, "It is read otherwise now.");
  assert.equal(rows[row].integer, integer, "Integers are rounded, too, now.");
};
expect(0, 2 ** 67, 2n ** 63n - 1n, ["2^67 - 1", "2^63 - 1"]);
expect(1, 2 ** 53, 2n ** 53n + 1n, ["2^53 + 1", "2^53 + 1"]);
// The control: a number that a double holds.
expect(2, 2 ** 53 - 1, 2n ** 53n - 1n, ["2^53 - 1", "2^53 - 1"]);
END_OF_JS
node read.mjs
echo "As described: 2^67 - 1 is 2^67."
