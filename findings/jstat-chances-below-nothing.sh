#!/usr/bin/env bash
# In jStat the chance that at most 3 of 10^16 things happen, where one is expected, is -412243754845679800.
#
# So says binomial.cdf, and binomial.pdf has 8e34 for three; for 10^17 it is certain, and for 10^15, 0.9978 instead of 0.9810,
# which nobody would doubt. What comes is taken from differences of logarithms of factorials, which cancel, and from 1 - p, which
# is rounded. Its Poisson distribution has Infinity for every count of 144 to 170 where as many are expected, and NaN above
# (known upstream: issue 293).
#
# Seen with jstat 1.9.6 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" jstat@1.9.6 >/dev/null

cd "$scratch"
cat >chances.cjs <<'END_OF_JS'
const assert = require("assert");
const { binomial, poisson } = require("jstat").jStat;

const atMostThree = (trials) => {
  const chance = binomial.cdf(3, trials, 1 / trials);
  console.log("at most 3 of", trials, ":", chance);
  return chance;
};
assert(atMostThree(1e16) < -1e17, "It is above now.");
assert(binomial.pdf(3, 1e16, 1e-16) > 1e34, "It is below now.");
assert.equal(atMostThree(1e17), 1);
assert(Math.abs(atMostThree(1e15) - 0.9978) < 1e-4, "It is another now.");
assert.equal(poisson.pdf(144, 144), Infinity);
assert.equal(poisson.cdf(170, 170), Infinity);
assert(Number.isNaN(poisson.cdf(171, 171)));
// The controls: what all of them are near, the Poisson distribution of 1, and fewer trials.
const limit = poisson.cdf(3, 1);
console.log("The limit is", limit);
assert(Math.abs(limit - 0.98101) < 1e-5);
assert(Math.abs(atMostThree(1e6) - limit) < 1e-5);
assert(Math.abs(poisson.pdf(143, 143) - 0.03334) < 1e-5);
END_OF_JS
node chances.cjs
echo "As described: a chance is below nothing."
