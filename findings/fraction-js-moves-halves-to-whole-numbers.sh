#!/usr/bin/env bash
# fraction.js makes 1000000000 of 1000000000.5, 10000000000/81 of 123456789.5, and 0 of every number up to 2e-8.
#
# A number with a fraction is looked for among the fractions with denominators up to 10^7, after it was divided by a power of ten
# above it, so that few digits are left behind its point. The manual warns of wrong approximations for "too large exact numbers",
# and has 1234567.9991829 for one. These are off by a half, though every double is a fraction, and a half a simple one. As text,
# '123456789.5', each of them is exact, and so are whole numbers.
#
# Seen with fraction.js 5.3.4 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" fraction.js@5.3.4 >/dev/null

cd "$scratch"
cat >fractions.cjs <<'END_OF_JS'
const assert = require("assert");
const Fraction = require("fraction.js");

const expect = (value, expected) => {
  const seen = new Fraction(value).toFraction();
  console.log(JSON.stringify(value), "is", seen);
  assert.equal(seen, expected, "It is another fraction now.");
};
expect(1000000000.5, "1000000000");
expect(123456789.5, "10000000000/81");
assert.equal(new Fraction(123456789.5).round().toString(), "123456790");
expect(100000000.25, "100000000");
expect(0.1234567891, "10/81");
expect(2e-8, "0");
expect(2 ** -30, "0");
assert(new Fraction(1e-8).equals(0));
// The controls: as text, as a whole number, and a short one.
expect("1000000000.5", "2000000001/2");
expect("123456789.5", "246913579/2");
expect("0.00000002", "1/50000000");
expect(2 ** 53 - 1, "9007199254740991");
expect(1234.5, "2469/2");
END_OF_JS
node fractions.cjs
echo "As described: 123456789.5 is 10000000000/81."
