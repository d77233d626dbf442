#!/usr/bin/env bash
# The npm package number-theory finds a generator for moduli that have none, and square roots that are none, also in its manual.
#
# primitiveRoot and squareRootMod take composite moduli: 1043 = 7 * 149 and 77 are the examples. A generator exists for 2, 4, and
# the powers of odd primes and their doubles only; it answers 2 modulo 12, and 7 modulo 1043, which isn't even a unit. It never asks
# whether its candidate has a factor in common with the modulus. The square roots of 1023 modulo 77 are given as 76 and 1, though
# they are 22 and 55, and those of 5 modulo 7, where there are none, as [0]. Of squares modulo an odd prime both are right.
#
# Seen with number-theory 1.1.0 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" number-theory@1.1.0 >/dev/null
grep -q 'primitiveRoot(1043); // Returns 7' "$scratch/node_modules/number-theory/README.md"
grep -q 'squareRootMod(1023, 77); // Returns \[76, 1\]' "$scratch/node_modules/number-theory/README.md"

cd "$scratch"
cat >roots.cjs <<'END'
const assert = require("assert");
const { primitiveRoot, squareRootMod, gcd } = require("number-theory");

const expect = (seen, expected, what) => {
  console.log(what, JSON.stringify(seen));
  assert.deepEqual(seen, expected, "It is another answer now.");
};
expect(primitiveRoot(1043), 7, "A generator modulo 1043:");
assert.equal(gcd(7, 1043), 7);
expect(primitiveRoot(12), 2, "A generator modulo 12:");
expect(primitiveRoot(10), 2, "A generator modulo 10, where 3 is one:");

const roots = (a, n) => [...Array(n).keys()].filter((x) => (x * x - a) % n === 0);
expect(squareRootMod(1023, 77), [76, 1], "Square roots of 1023 modulo 77:");
assert.deepEqual(roots(1023, 77), [22, 55]);
expect(squareRootMod(5, 7), [0], "Square roots of 5 modulo 7:");
assert.deepEqual(roots(5, 7), []);
expect(squareRootMod(1, 4), [0], "Square roots of 1 modulo 4:");
assert.deepEqual(roots(1, 4), [1, 3]);

// The controls: modulo odd primes both are right.
for (const p of [3, 5, 7, 11, 13, 31, 61]) {
  const powers = new Set();
  for (let k = 0, x = 1; k < p - 1; k++, x = (x * primitiveRoot(p)) % p) powers.add(x);
  assert.equal(powers.size, p - 1);
  for (let a = 1; a < p; a++)
    if (roots(a, p).length) assert.deepEqual(squareRootMod(a, p).sort((x, y) => x - y), roots(a, p));
}
END
node roots.cjs
echo "As described: a generator modulo 12, and roots that are none."
