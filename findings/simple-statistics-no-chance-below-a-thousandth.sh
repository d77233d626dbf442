#!/usr/bin/env bash
# To simple-statistics one normal number in a thousand lies below -6, and one in a thousand below -3.1: no chance is smaller.
#
# cumulativeStdNormalProbability looks a chance up, as its manual says; not that the table ends at 3.09, and that whatever lies
# beyond gets its last entry. Below -6 is 1 in 10^9, below -4 are 3 in 10^5. A test made of it never finds anything rarer than 0.001,
# however clear it is, and of a million events expects a thousand that far out. probit, the way back, has about -6 for 10^-9.
#
# Seen with simple-statistics 7.12.1 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" simple-statistics@7.12.1 >/dev/null

cd "$scratch"
cat >chances.cjs <<'END'
const assert = require("assert");
const { cumulativeStdNormalProbability, probit } = require("simple-statistics");

const expect = (z, expected) => {
  const seen = cumulativeStdNormalProbability(z);
  console.log(`below ${z}: ${seen}`);
  assert.equal(seen, expected, `Expected ${expected}.`);
};
for (const z of [-3.09, -3.1, -4, -6, -8, -38]) expect(z, 0.001);
for (const z of [3.1, 4, 6, 38]) expect(z, 0.999);
// The controls: within the table, and the way back.
expect(-3, 0.0013);
expect(-2, 0.0228);
expect(0, 0.5);
assert(Math.abs(probit(1e-9) + 6) < 0.02);
END
node chances.cjs
echo "As described: a thousandth lies below -6."
