#!/usr/bin/env bash
# bigint-mod-arith's powers are wrong if it knows the factors of the modulus and one divides the base: 0^1 modulo 2 is 1.
#
# modPow takes the factors of n as a fourth argument, "to greatly speed up the exponentiation". It reduces the exponent modulo
# the totient of each power of a prime, which holds for bases that have no factor in common with it; the manual asks for no such
# thing. Where the exponent is a multiple of p - 1, a base that p divides gets the residue 1 modulo p in place of 0: 10^12
# modulo 35 is 1, not 15. Modulo numbers below 60 more than half of the powers of such bases are wrong, of seven exponents
# tried; all others are right, and so are all without the factors.
#
# Seen with bigint-mod-arith 3.3.1 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" bigint-mod-arith@3.3.1 >/dev/null

cd "$scratch"
cat >powers.cjs <<'END_OF_JS'
const assert = require("assert");
const { gcd, modPow } = require("bigint-mod-arith");

const expect = (base, exponent, modulus, factors, expected, right) => {
  const seen = modPow(base, exponent, modulus, factors);
  console.log(`${base}^${exponent} modulo ${modulus} = ${seen}`);
  assert.equal(seen, expected, "It is another power now.");
  assert.equal(modPow(base, exponent, modulus), right);
};
expect(0n, 1n, 2n, [2n], 1n, 0n);
expect(5n, 4n, 35n, [5n, 7n], 16n, 30n);
expect(10n, 12n, 35n, [5n, 7n], 1n, 15n);
const [p, q] = [193707721n, 761838257287n]; // 2^67 - 1
expect(p, p - 1n, p * q, [p, q], modPow(p, p - 1n, p * q, [p, q]), modPow(p, p - 1n, p * q));
assert.equal(modPow(p, p - 1n, p * q, [p, q]) % p, 1n);

const factors = (n, p = 2n) => (n === 1n ? [] : n % p === 0n ? [p, ...factors(n / p, p)] : factors(n, p + 1n));
const counted = { coprime: [0, 0], others: [0, 0] };
for (let n = 2n; n < 60n; n++)
  for (let base = 0n; base < n; base++)
    for (const exponent of [1n, 2n, 3n, 5n, 10n, 100n, 101n]) {
      const count = counted[gcd(base, n) === 1n ? "coprime" : "others"];
      count[1]++;
      if (modPow(base, exponent, n, factors(n)) !== modPow(base, exponent, n)) count[0]++;
    }
console.log("Wrong, and all, of bases without a common factor:", ...counted.coprime, "and with one:", ...counted.others);
assert.equal(counted.coprime[0], 0);
assert.equal(counted.others[0], 2636);
END_OF_JS
node powers.cjs
echo "As described: 0 to the power of 1 is 1."
