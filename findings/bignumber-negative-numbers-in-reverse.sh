#!/usr/bin/env bash
# bignumber says that -1 is less than -5, and that -1000000000 is greater than both; max of -1 and -1000000000 is the latter.
#
# Of two negative numbers that take different numbers of words of 28 bits, the longer is the greater: -1 takes none, those down to
# -2^28 take one. So -1 is less than all the others, sorting puts -5 after it and -1000000000 after that, and min and max follow. Of
# equally long ones, of different signs, and of positive numbers compareTo is right. The package is jsbn's BigInteger; jsbn itself
# is right.
#
# Seen with bignumber 1.1.0 and jsbn 1.1.0 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" bignumber@1.1.0 jsbn@1.1.0 >/dev/null

cd "$scratch"
cat >compare.cjs <<'END_OF_JS'
const assert = require("assert");
const { BigInteger } = require("bignumber");
const { BigInteger: Original } = require("jsbn");

const sign = (Kind, a, b) => Math.sign(new Kind(String(a)).compareTo(new Kind(String(b))));
const max = (a, b) => String(new BigInteger(a).max(new BigInteger(b)));
console.log("The greater of -1 and -5 is", max("-1", "-5"), "and of -1 and -1000000000 it is", max("-1", "-1000000000"));
assert.equal(max("-1", "-5"), "-5");
assert.equal(max("-1", "-1000000000"), "-1000000000");
const sorted = ["-5", "7", "-1", "-1000000000", "0"].sort((a, b) => sign(BigInteger, a, b));
console.log("Sorted:", ...sorted);
assert.deepEqual(sorted, ["-1", "-5", "-1000000000", "0", "7"]);

const wordsOf = (negative) => Math.ceil((negative === -1n ? 0 : (~negative).toString(2).length) / 28);
let [wrong, all] = [0, 0];
for (let a = -(3n ** 60n); a < 3n ** 60n; a = a < -1n ? a / 3n : a < 1n ? a + 1n : 3n * a)
  for (let b = -(5n ** 40n); b < 5n ** 40n; b = b < -1n ? b / 5n : b < 1n ? b + 1n : 5n * b) {
    const right = a < b ? -1 : Number(a > b);
    const reversed = a < 0n && b < 0n && wordsOf(a) !== wordsOf(b);
    assert.equal(sign(BigInteger, a, b), reversed ? -right : right, `It is otherwise of ${a} and ${b} now.`);
    assert.equal(sign(Original, a, b), right);
    wrong += reversed;
    all++;
  }
console.log(`Of ${all} comparisons ${wrong} are reversed.`);
assert(wrong > 1000);
END_OF_JS
node compare.cjs
echo "As described: -1 is less than -5."
