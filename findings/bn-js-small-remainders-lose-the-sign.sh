#!/usr/bin/env bash
# bn.js has a third answer to -12 modulo 5: mod says -2, umod says 3, and modrn, the one for small moduli, 2.
#
# It divides the absolute value and forgets the sign: neither the remainder that goes with its own quotient, -12 = -2 * 5 - 2,
# nor the residue from 0 to 4. So -12 falls into another class than it belongs to, n and -n into the same. The manual has modn as
# mod for a small number; modn, its former name, does likewise. A negative divisor changes the sign, which it doesn't in mod.
# Whether a number divides is told rightly.
#
# Seen with bn.js 5.2.5 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" bn.js@5.2.5 >/dev/null

cd "$scratch"
cat >divide.cjs <<'END'
const assert = require("assert");
const BN = require("bn.js");

const expect = (number, modulus, expected) => {
  const n = new BN(number), m = new BN(modulus);
  const seen = [n.mod(m).toNumber(), n.umod(m).toNumber(), n.modrn(modulus)];
  console.log(`${number} and ${modulus}: mod ${seen[0]}, umod ${seen[1]}, modrn ${seen[2]}`);
  assert.deepEqual(seen, expected, "It is divided otherwise now.");
};
expect(12, 5, [2, 2, 2]);
expect(-12, 5, [-2, 3, 2]);
expect(-1, 3, [-1, 2, 1]);
expect(12, -5, [2, 2, -2]);
expect(-10, 5, [0, 0, 0]);
assert.equal(new BN(-12).modn(5), 2);
// The quotient is cut, so that the remainder that goes with it is -2.
assert.equal(new BN(-12).divn(5).toNumber(), -2);
END
node divide.cjs
echo "As described: -12 modulo 5 is 2."
