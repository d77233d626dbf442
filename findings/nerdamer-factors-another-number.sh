#!/usr/bin/env bash
# nerdamer factors another number than it was given when that has more than 53 bits: 2^64 + 1 is 2^64, and 2^67 - 1 is 2^67.
#
# It adds, multiplies and divides whole numbers of any length exactly, and prints all their digits. pfactor and gcd take them as
# doubles first, without a word: the factors of 2^67 - 1 = 193707721 * 761838257287 are given as 2^67, those of
# (10^9+7) * (10^9+9) have the product 10^18 + 16 * 10^9, and gcd(2^64 + 1, 274177) is 1, though mod of the same two numbers is 0.
#
# Seen with nerdamer 1.1.13 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" nerdamer@1.1.13 >/dev/null

cd "$scratch"
node <<'END'
const assert = require("assert");
const nerdamer = require("./node_modules/nerdamer");
require("./node_modules/nerdamer/Algebra");

const expect = (expression, expected) => {
  const seen = nerdamer(expression).toString();
  console.log(expression, "=", seen);
  assert.equal(seen, expected, `Expected ${expected}.`);
};
expect("2^64+1", "18446744073709551617");
expect("(2^64+1)/274177", "67280421310721");
expect("mod(2^64+1, 274177)", "0");
expect("gcd(2^64+1, 274177)", "1");
expect("pfactor(2^64+1)", "(2^64)");
expect("pfactor(2^67-1)", "(2^67)");
expect("(10^9+7)*(10^9+9)", "1000000016000000063");
expect("pfactor(1000000016000000063)", "(2^13)*(5^9)*(62500001)");
expect("2^13*5^9*62500001", "1000000016000000000");
// The control: below 2^53 it is right.
expect("pfactor(10000600009)", "(100003^2)");
END
echo "As described: the factors of 2^64 + 1 are 64 twos."
