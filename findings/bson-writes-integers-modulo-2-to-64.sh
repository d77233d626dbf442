#!/usr/bin/env bash
# bson, MongoDB's format for Node, writes a BigInt of more than 64 bits modulo 2^64: 2^67 - 1 comes back as -1, and 2^64 as 0.
#
# Its integers have 64 bits and a sign, which everybody knows; what doesn't fit is cut to the low 64 bits without a word, so that
# 2^63 comes back negative. serialize does so, and EJSON.stringify, whose integers are text. EJSON.parse refuses the text of more
# than twenty characters, and makes 0 of 2^64. msgpackr refuses such a BigInt, and cbor writes all of it.
#
# Seen with bson 7.3.4, msgpackr 2.1.4 and cbor 10.0.12 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" bson@7.3.4 msgpackr@2.1.4 cbor@10.0.12 \
    >/dev/null

cd "$scratch"
cat >integers.cjs <<'END_OF_JS'
const assert = require("assert");
const { EJSON, deserialize, serialize } = require("bson");
const cbor = require("cbor");
const msgpackr = require("msgpackr");

const expect = (value, expected) => {
  const back = deserialize(serialize({ value }), { useBigInt64: true }).value;
  console.log(value, "->", back);
  assert.equal(back, expected, "It comes back otherwise now.");
};
expect(2n ** 63n, -(2n ** 63n));
expect(2n ** 64n, 0n);
expect(2n ** 64n + 5n, 5n);
expect(2n ** 67n - 1n, -1n);
expect(-(2n ** 63n) - 1n, 2n ** 63n - 1n);
assert.equal(EJSON.stringify({ value: 2n ** 67n - 1n }), '{"value":-1}');
const number = (digits) => EJSON.parse(`{"value": {"$numberLong": "${digits}"}}`, { useBigInt64: true }).value;
assert.equal(number(2n ** 64n), 0n);
// The controls: what fits, longer text, and other formats.
expect(2n ** 63n - 1n, 2n ** 63n - 1n);
expect(-(2n ** 63n), -(2n ** 63n));
assert.throws(() => number(2n ** 67n - 1n), /too long/);
assert.throws(() => msgpackr.pack(2n ** 64n), /too large/);
assert.equal(cbor.decodeFirstSync(cbor.encode(2n ** 67n - 1n)), 2n ** 67n - 1n);
END_OF_JS
node integers.cjs
echo "As described: 2^67 - 1 is -1."
