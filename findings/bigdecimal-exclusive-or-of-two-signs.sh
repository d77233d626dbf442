#!/usr/bin/env bash
# bigdecimal's exclusive or of 1 and -2^64 is -36893488147419103231, which is -2^65 + 1; it should be -2^64 + 1.
#
# That is the npm package of Apache Harmony's BigInteger. Of a negative number and a positive one that ends below the lowest word of
# 32 bits of the other that is not zero, with one or more zero words between, the result is another number; its low bits are right.
# So it is of 1 and all multiples of 2^64, whichever comes first. Where the words meet or overlap, as those of 1 and -2^63, it is
# right, and so it is of equal signs, and so are and, or and andNot.
#
# Seen with bigdecimal 0.6.1 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" bigdecimal@0.6.1 >/dev/null

cd "$scratch"
cat >xor.cjs <<'END_OF_JS'
const assert = require("assert");
const { BigInteger } = require("bigdecimal");

const take = (name, a, b) => BigInt(String(new BigInteger(String(a))[name](new BigInteger(String(b)))));
const expect = (a, b, expected) => {
  const seen = take("xor", a, b);
  console.log(`${a} xor ${b} = ${seen}`);
  assert.equal(seen, expected, "It is another number now.");
};
expect(1n, -(2n ** 64n), -(2n ** 65n) + 1n);
expect(-(2n ** 64n), 1n, -(2n ** 65n) + 1n);
expect(1n, -(2n ** 63n), 1n ^ -(2n ** 63n));

const wordsOf = (n) => Math.ceil(n.toString(2).length / 32);
const zeroWordsOf = (n) => (n % 2n ** 32n ? 0 : 1 + zeroWordsOf(n / 2n ** 32n));
const others = { and: (a, b) => a & b, or: (a, b) => a | b, andNot: (a, b) => a & ~b };
let [wrong, all] = [0, 0];
for (let i = 0n; i < 200n; i++)
  for (const odd of [1n, 3n, 2n ** 40n + 1n])
    for (const zeros of [0n, 31n, 32n, 63n, 64n, 96n, 127n, 128n]) {
      const [a, b] = [i ** 11n + 1n, odd << zeros];
      const apart = wordsOf(a) < zeroWordsOf(b);
      assert.equal(take("xor", a, -b) === (a ^ -b), !apart, `It is otherwise of ${a} and ${-b} now.`);
      assert.equal(take("xor", a, b), a ^ b);
      assert.equal(take("xor", -a, -b), -a ^ -b);
      for (const [name, right] of Object.entries(others)) assert.equal(take(name, a, -b), right(a, -b));
      wrong += apart;
      all++;
    }
console.log(`Wrong are ${wrong} of ${all}.`);
assert(wrong > 500);
END_OF_JS
node xor.cjs
echo "As described: 1 and -2^64 give -2^65 + 1."
