#!/usr/bin/env bash
# protobufjs reads the text 1e3 as 1000 for a field of 32 bits, and as 1 for one of 64; a BigInt that it is given comes out as 0.
#
# fromObject makes a message of what JSON has, where integers of 64 bits are texts, which may have an exponent, as the mapping of
# Protocol Buffers to JSON says. Of them it takes the digits up to the first other sign. 2^64 is 0, and so is "many". With create
# instead, which keeps what it is given, a field that is a BigInt is written as 0, and so left out: nothing comes back. verify, if
# it is called, refuses every BigInt and text of 64 bits, also those that fromObject reads.
#
# That BigInts are lost is known upstream (issue 1151). Seen with protobufjs 8.8.1 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" protobufjs@8.8.1 >/dev/null

cd "$scratch"
cat >integers.cjs <<'END_OF_JS'
const assert = require("assert");
const protobuf = require("protobufjs");

const { root } = protobuf.parse('syntax = "proto3"; message Work { uint64 long = 1; uint32 short = 2; }');
const Work = root.lookupType("Work");
const show = (value) => (typeof value === "bigint" ? `${value}n` : JSON.stringify(value));
const back = (message, what) => {
  const { long, short } = Work.toObject(Work.decode(Work.encode(message).finish()), { longs: String, defaults: true });
  console.log(what, ": long", long, "and short", short);
  return [long, short];
};
const expect = (value, long, short) =>
  assert.deepEqual(back(Work.fromObject({ long: value, short: value }), show(value)), [long, short], "It is read otherwise now.");

expect("1e3", "1", 1000);
expect("18446744073709551616", "0", 0);
expect("many", "0", 0);
const created = Work.create({ long: 2n ** 60n });
assert.equal(back(created, "created with 2^60")[0], "0", "It is kept now.");
assert.equal(Work.verify({ long: 5n }), "long: integer|Long expected");
assert.equal(Work.verify({ long: "5" }), "long: integer|Long expected");
// The controls: what both read, and 2^60 by fromObject.
expect("1000", "1000", 1000);
expect(1e3, "1000", 1000);
assert.equal(back(Work.fromObject({ long: 2n ** 60n }), "from an object with 2^60")[0], "1152921504606846976");
assert.equal(back(Work.fromObject({ long: "18446744073709551615" }), "from 2^64 - 1")[0], "18446744073709551615");
END_OF_JS
node integers.cjs
echo "As described: 1e3 is 1000 and 1."
