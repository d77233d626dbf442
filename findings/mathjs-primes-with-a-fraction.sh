#!/usr/bin/env bash
# For mathjs 2.5 is a prime, and so is every fraction above 1, as number and as BigNumber.
#
# isPrime asks no whole number of its argument: 1.5, 2.5, 25.5 are "prime", -2 and 4 are not. A quotient that did not come out even
# passes so as a prime cofactor: isPrime(51 / 2) is true. isInteger, of the same library, has to be asked first.
#
# Seen with mathjs 15.2.0 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" mathjs@15.2.0 >/dev/null

NODE_PATH="$scratch/node_modules" node <<'END'
const assert = require("assert");
const math = require("mathjs");

const whole = [[2, true], [4, false], [-2, false]];
const fractions = [[2.5, true], [51 / 2, true]];
for (const [number, prime] of [...whole, ...fractions]) {
  for (const value of [number, math.bignumber(number)]) {
    console.log(`isPrime(${value}) = ${math.isPrime(value)}, isInteger = ${math.isInteger(value)}`);
    assert.equal(math.isPrime(value), prime, "It answers otherwise now.");
    assert.equal(math.isInteger(value), whole.some(([one]) => one === number));
  }
}
END
echo "As described: 2.5 is a prime."
