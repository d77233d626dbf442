#!/usr/bin/env bash
# jsbn makes a number of every text, by leaving out what is no digit and taking letters for digits: 1.5 is 15, and 1e30 is 2430.
#
# In base ten, too, letters count as in higher bases, e as 14, so that 1e30 is 1 * 1000 + 14 * 100 + 30. Other signs are passed over
# without an error: 2^67 becomes 267, 10^40+1 becomes 10401, and a product p * q becomes p and q behind each other, which looks
# right. big-integer, bn.js and BigInt refuse such texts, or read 1e30 as 10^30.
#
# Seen with jsbn 1.1.0, big-integer 1.6.52 and bn.js 5.2.5 from npm. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" \
    jsbn@1.1.0 big-integer@1.6.52 bn.js@5.2.5 >/dev/null

cd "$scratch"
cat >read.mjs <<'END'
import assert from "assert";
import bigInt from "big-integer";
import BN from "bn.js";
import jsbn from "jsbn";

const expect = (text, expected) => {
  const read = new jsbn.BigInteger(text).toString();
  console.log(text, "->", read);
  assert.equal(read, expected, "It is read otherwise now.");
};
const refused = ["1.5", "2^67", "10^40+1", "193707721*761838257287"];
expect("147573952589676412927", "147573952589676412927");
expect("1e30", "2430");
["15", "267", "10401", "193707721761838257287"].forEach((read, index) => expect(refused[index], read));
for (const text of refused) for (const reads of [bigInt, BigInt, (digits) => new BN(digits)]) assert.throws(() => reads(text));
assert.equal(bigInt("1e30").toString(), "1" + "0".repeat(30));
assert.throws(() => new BN("1e30"));
END
node read.mjs
echo "As described: 2^67 is read as 267."
