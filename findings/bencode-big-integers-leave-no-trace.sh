#!/usr/bin/env bash
# The npm package bencode writes nothing for a BigInt: [1, 5n, 2] comes back as [1, 2], and { n: 5n } can't be read by anybody.
#
# The format has integers of any length. In a dictionary the key is written without a value, so that the next key is taken for
# it; and none of this is an error. Whole numbers of JavaScript are written with all their digits, and read back one digit after
# the other in floating point, which rounds at each: 2^60 comes back as 2^60 - 256.
#
# That long integers lose digits when read is known upstream (issue 143). Seen with bencode 4.0.1 from npm. Fails when it behaves
# otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" bencode@4.0.1 >/dev/null

cd "$scratch"
cat >integers.mjs <<'END_OF_JS'
import assert from "node:assert";
import bencode from "bencode";

const written = (value, expected) => {
  const text = String(bencode.encode(value) && Buffer.from(bencode.encode(value)));
  console.log(value, "is written as", JSON.stringify(text));
  assert.equal(text, expected, "It is written otherwise now.");
};
written([1, 5n, 2], "li1ei2ee");
assert.deepEqual(bencode.decode(bencode.encode([1, 5n, 2])), [1, 2]);
written({ n: 5n }, "d1:ne");
assert.throws(() => bencode.decode(bencode.encode({ n: 5n })));
written({ a: 5n, b: "x", c: "y" }, "d1:a1:b1:x1:c1:ye");

written(2 ** 60, "i1152921504606846976e");
const back = bencode.decode(bencode.encode(2 ** 60));
console.log("2^60 comes back as", BigInt(back));
assert.equal(BigInt(back), 2n ** 60n - 256n, "It comes back otherwise now.");
// The controls: short integers, and 2^53, which has as many digits as come through.
written([1, -5], "li1ei-5ee");
written({ n: 5 }, "d1:ni5ee");
assert.equal(bencode.decode(bencode.encode(2 ** 53)), 2 ** 53);
END_OF_JS
node integers.mjs
echo "As described: a BigInt leaves no trace."
