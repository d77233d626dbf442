#!/usr/bin/env bash
# avsc takes 32-bit floating point for the type of every integer from 2^31 on, when it is left to find the type of a value.
#
# Type.forValue gives the type of an example, "int" up to 2^31 - 1. Above that it gives "float", which has 24 bits, though Avro has
# "long", and avsc writes that exactly: {sigma: 4294967291} comes back as 4294967296. From 2^53 on it is "double". One such number
# spoils the others of its list: beside 2^31, 16777217 becomes 16777216. A fraction is "float", too: 0.1 comes back as
# 0.10000000149011612.
#
# Seen with avsc 5.7.9 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" avsc@5.7.9 >/dev/null

cd "$scratch"
node <<'END'
const assert = require("assert");
const { Type } = require("./node_modules/avsc");

const expect = (value, expected, type = Type.forValue(value)) => {
  const back = type.fromBuffer(type.toBuffer(value));
  console.log(JSON.stringify(value), "as", JSON.stringify(type.schema()), "->", JSON.stringify(back));
  assert.equal(JSON.stringify(back), JSON.stringify(expected), "It comes back otherwise now.");
};
expect(2 ** 31 - 1, 2 ** 31 - 1);
expect({ sigma: 4294967291 }, { sigma: 4294967296 });
expect(1099511627777, 1099511627776);
expect([16777217, 5], [16777217, 5]);
expect([16777217, 2 ** 31], [16777216, 2 ** 31]);
expect(0.1, 0.10000000149011612);
expect(2 ** 53 + 2, 2 ** 53 + 2);
// The control: as a long it is exact.
expect(1099511627777, 1099511627777, Type.forSchema("long"));
END
echo "As described: a sigma of 32 bits loses its last digits."
