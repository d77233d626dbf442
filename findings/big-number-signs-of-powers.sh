#!/usr/bin/env bash
# For the npm package big-number the square of -2 is -4, its cube is 8, and -7 modulo 3 is 1.
#
# power has the right digits for every negative base, and from the exponent 2 on always the wrong sign, since it begins with -1 in
# place of 1. multiply, by which one may check it, is right: (-3)(-3)(-3) is -27. mod forgets the sign of what it divides, so that
# -7 is -2 * 3 + 1 by its own quotient. The manual says that it "works with both positive and negative big integers".
#
# Seen with big-number 2.0.0 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" big-number@2.0.0 >/dev/null

cd "$scratch"
cat >powers.cjs <<'END_OF_JS'
const assert = require("assert");
const number = require("big-number");

const expect = (base, exponent, expected) => {
  const seen = number(base).pow(exponent).toString();
  console.log(`${base} to the power of ${exponent} is ${seen}, and should be ${BigInt(base) ** BigInt(exponent)}`);
  assert.equal(seen, expected, "It is another power now.");
};
for (const [base, exponent] of [[-2, 2], [-2, 3], [-1, 101], [-10, 5]]) {
  expect(base, exponent, `${-(BigInt(base) ** BigInt(exponent))}`);
}
expect(-2, 0, "1");
expect(-2, 1, "-2");
assert.equal(number(-3).multiply(-3).multiply(-3).toString(), "-27");
for (const [n, m] of [[-7, 3], [-12, 5]]) {
  const seen = [number(n).div(m).toString(), number(n).mod(m).toString()];
  console.log(`${n} divided by ${m}: quotient and remainder ${seen}`);
  assert.deepEqual(seen, [`${Math.trunc(n / m)}`, `${-n % m}`], "It is divided otherwise now.");
}
// The controls: numbers from 0 on.
expect(2, 10, "1024");
expect(3, 5, "243");
assert.equal(number(7).mod(3).toString(), "1");
END_OF_JS
node powers.cjs
echo "As described: the square of -2 is -4."
