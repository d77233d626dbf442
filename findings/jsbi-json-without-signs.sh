#!/usr/bin/env bash
# JSBI's integers become lists of digits in JSON, without their sign: 5 and -5 are [5], and 2^53 + 1 is [1,8388608].
#
# JSBI stands in for BigInt where that is lacking, and programs are rewritten from one to the other. JSON.stringify refuses a
# BigInt. A JSBI is an Array, with digits to the base 2^30 as its elements and the sign as a property that JSON doesn't write:
# nothing is refused, 5 is [5], 0 is [], and -5 and 5 are the same text. JSBI.BigInt takes no such list back: of [5] it makes 5,
# by way of text, and all longer ones are an error. toString before it keeps the number.
#
# Seen with jsbi 4.3.2 from npm, and Node 20. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" jsbi@4.3.2 >/dev/null

cd "$scratch"
cat >digits.cjs <<'END_OF_JS'
const assert = require("assert");
const JSBI = require("jsbi");

const expect = (digits, expected) => {
  const seen = JSON.stringify({ n: JSBI.BigInt(digits) });
  console.log(digits, "->", seen);
  assert.equal(seen, expected, "It is written otherwise now.");
};
expect("0", '{"n":[]}');
expect("5", '{"n":[5]}');
expect("-5", '{"n":[5]}');
expect("9007199254740993", '{"n":[1,8388608]}');
expect("147573952589676412927", '{"n":[1073741823,1073741823,127]}');
expect("-147573952589676412927", '{"n":[1073741823,1073741823,127]}');
const back = (text) => JSBI.BigInt(JSON.parse(text)).toString();
assert.equal(back(JSON.stringify(JSBI.BigInt("-5"))), "5");
assert.throws(() => back("[1,8388608]"), SyntaxError);
// The controls: JavaScript's own, and text.
assert.throws(() => JSON.stringify({ n: 5n }), TypeError);
assert.equal(JSBI.BigInt("-147573952589676412927").toString(), "-147573952589676412927");
END_OF_JS
node digits.cjs
echo "As described: -5 is [5]."
