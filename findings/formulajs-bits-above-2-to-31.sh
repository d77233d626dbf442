#!/usr/bin/env bash
# In Formula.js, Excel's functions for JavaScript, 1 shifted by 40 places is 256, and BITAND of 2^40 and itself is 0.
#
# The functions of bits take numbers up to 2^48 - 1, and check for just that bound, above which they answer #NUM!. They then reckon
# with JavaScript's operators, which have 32 bits: of two numbers from 2^32 on they see the rest, and from 2^31 on results are
# negative. BITRSHIFT(2^40, 3) is 0. The manual has no word of it; Excel and LibreOffice have 2^40.
#
# Seen with @formulajs/formulajs 4.6.1 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" @formulajs/formulajs@4.6.1 >/dev/null

cd "$scratch"
cat >bits.cjs <<'END_OF_JS'
const assert = require("assert");
const { BITAND, BITLSHIFT, BITOR, BITRSHIFT, BITXOR } = require("@formulajs/formulajs");

const expect = (formula, a, b, right, expected) => {
  const seen = formula(a, b);
  console.log(`${formula.name}(${a}, ${b}) is ${seen}, and should be ${right}`);
  assert.equal(seen, expected, "It is another number now.");
};
expect(BITLSHIFT, 1, 40, 2 ** 40, 256);
expect(BITLSHIFT, 1, 31, 2 ** 31, -(2 ** 31));
expect(BITRSHIFT, 2 ** 40, 3, 2 ** 37, 0);
expect(BITAND, 2 ** 40, 2 ** 40, 2 ** 40, 0);
expect(BITOR, 2 ** 40, 1, 2 ** 40 + 1, 1);
expect(BITXOR, 2 ** 40, 1, 2 ** 40 + 1, 1);
assert(BITAND(2 ** 48, 1) instanceof Error);
// The controls: short numbers.
expect(BITLSHIFT, 1, 30, 2 ** 30, 2 ** 30);
expect(BITRSHIFT, 40, 3, 5, 5);
expect(BITAND, 12, 10, 8, 8);
END_OF_JS
node bits.cjs
echo "As described: 1 shifted by 40 places is 256."
