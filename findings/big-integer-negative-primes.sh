#!/usr/bin/env bash
# The npm package big-integer calls -7, -19 and -(2^127 - 1) prime, and has 1 for 5^0 modulo 1, where there is nothing but 0.
#
# isPrime "returns true if the number is prime", and takes its absolute value first; so do isProbablePrime and the strict test. Among
# numbers of both signs, such as differences, it finds primes below zero, which no other test of primes has, and sums over primes
# get them twice. modPow begins with 1, and reduces only what it multiplies.
#
# Seen with big-integer 1.6.52 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" big-integer@1.6.52 >/dev/null

cd "$scratch"
cat >primes.cjs <<'END'
const assert = require("assert");
const bigInt = require("big-integer");

const expect = (number, expected) => {
  const n = bigInt(number);
  const seen = [n.isPrime(), n.isPrime(true), n.isProbablePrime()];
  console.log(`${number}: isPrime ${seen[0]}, strict ${seen[1]}, isProbablePrime ${seen[2]}`);
  assert.deepEqual(seen, [expected, expected, expected], `Expected ${expected}.`);
};
for (const number of [-2, -7, -19, "-170141183460469231731687303715884105727"]) expect(number, true);
for (const number of [-1, 0, 1, -4, -21]) expect(number, false);
expect(7, true);

assert.equal(bigInt(5).modPow(0, 1).toString(), "1", "5^0 modulo 1 is another number now.");
assert.equal(bigInt(0).modPow(0, 1).toString(), "1");
// The control: other exponents modulo 1, and 0 modulo others.
assert.equal(bigInt(5).modPow(1, 1).toString(), "0");
assert.equal(bigInt(5).modPow(0, 3).toString(), "1");
END
node primes.cjs
echo "As described: -7 is prime."
