#!/usr/bin/env bash
# bigint-crypto-utils says that 0 has two bits, as have -1 and -2^100, where 1 has one.
#
# bitLength is "the (minimum) length of a number expressed in bits". It shifts until no more than 1 is left, after a first shift
# that it makes in any case; below zero no more than 1 is left at once. So zero is longer than 1, and all negative numbers are equally
# long. bigint-mod-arith, of the same origin, does likewise. Of positive numbers it is right.
#
# Seen with bigint-crypto-utils 3.3.0 and bigint-mod-arith 3.3.1 from npm. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" bigint-crypto-utils@3.3.0 \
    bigint-mod-arith@3.3.1 >/dev/null

cd "$scratch"
cat >bits.cjs <<'END'
const assert = require("assert");

for (const name of ["bigint-crypto-utils", "bigint-mod-arith"]) {
  const { bitLength } = require(name);
  const expect = (number, expected) => {
    const seen = bitLength(number);
    console.log(`${name}: ${number} has ${seen} bits`);
    assert.equal(seen, expected, `Expected ${expected}.`);
  };
  expect(0n, 2);
  expect(0, 2);
  for (const number of [-1n, -2n, -255n, -256n, -(2n ** 100n)]) expect(number, 2);
  // The controls: positive numbers.
  expect(1n, 1);
  expect(2n, 2);
  expect(255n, 8);
  expect(256n, 9);
  expect(2n ** 100n, 101);
}
END
node bits.cjs
echo "As described: 0 has two bits, and so has -2^100."
