#!/usr/bin/env bash
# The npm package csv-parse, told to cast, reads every hexadecimal number as 0: 0x10, 0xffffffff and a whole residue.
#
# Whether a text is a number it finds out one way, which knows 0x, 0o and 0b, and reads it another way, which stops at the
# letter. So it isn't left as text, as 16h and -0x10 are, nor is it 16. PapaParse's dynamicTyping leaves it as text, as it does
# whole numbers above 2^53, which csv-parse rounds; d3-dsv's autoType makes 16 of it.
#
# Known upstream since 2017 (issue 148 of node-csv-parse). Seen with csv-parse 7.0.3, papaparse 5.7.1 and d3-dsv 3.0.2 from npm.
# Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" \
    csv-parse@7.0.3 papaparse@5.7.1 d3-dsv@3.0.2 >/dev/null

cd "$scratch"
cat >numbers.mjs <<'END_OF_JS'
import assert from "node:assert";
import { parse } from "csv-parse/sync";
import { autoType } from "d3-dsv";
import Papa from "papaparse";

const expect = (text, byCsvParse, byPapaParse, byD3) => {
  const [row] = parse(`sigma\n${text}\n`, { columns: true, cast: true });
  const { data } = Papa.parse(`sigma\n${text}`, { header: true, dynamicTyping: true });
  const seen = [row.sigma, data[0].sigma, autoType({ sigma: text }).sigma];
  console.log(text, "is", ...seen.map((value) => JSON.stringify(value)));
  assert.deepStrictEqual(seen, [byCsvParse, byPapaParse, byD3], "It is read otherwise now.");
};
expect("0x10", 0, "0x10", 16);
expect("0xffffffff", 0, "0xffffffff", 2 ** 32 - 1);
expect("0x6b8b4567327b23c6", 0, "0x6b8b4567327b23c6", 0x6b8b4567327b23c6);
expect("0b11", 0, "0b11", 3);
expect("0o17", 0, "0o17", 15);
expect("-0x10", "-0x10", "-0x10", "-0x10");
expect("9007199254740993", 2 ** 53, "9007199254740993", 2 ** 53);
// The controls: what is no number to it, and what is.
expect("16h", "16h", "16h", "16h");
expect("1e3", 1000, 1000, 1000);
expect("1779685458", 1779685458, 1779685458, 1779685458);
END_OF_JS
node numbers.mjs
echo "As described: 0x10 is 0."
