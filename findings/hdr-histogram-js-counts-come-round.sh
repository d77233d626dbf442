#!/usr/bin/env bash
# hdr-histogram-js makes 0 of the median of six thousand million sevens, when two histograms of half as many are added.
#
# Each value is counted in 32 bits unless told otherwise, and these come round to 0 without a word; totalCount, kept beside them,
# is right. So percentiles look for more than the counts hold, and where these run out the answer is 0, a value that nothing had.
# With 8 bits, which are offered to save memory, it takes 256 equal values: of 257 sevens and three hundreds the first percentile
# is 100. The manual has the sizes, and nothing of what they hold.
#
# Seen with hdr-histogram-js 3.0.1 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" hdr-histogram-js@3.0.1 >/dev/null

cd "$scratch"
cat >median.cjs <<'END'
const assert = require("assert");
const { build } = require("hdr-histogram-js");

const merged = (bitBucketSize, halves) => {
  const sum = build({ bitBucketSize });
  for (const half of halves) {
    const part = build({ bitBucketSize });
    part.recordValueWithCount(7, half);
    sum.add(part);
  }
  sum.recordValueWithCount(100, 3);
  return sum;
};
const expect = (bits, halves, percentile, expected) => {
  const sum = merged(bits, halves);
  const seen = sum.getValueAtPercentile(percentile);
  console.log(`${bits} bits, ${sum.totalCount} values: percentile ${percentile} is ${seen}`);
  assert.equal(sum.totalCount, halves[0] + halves[1] + 3);
  assert.equal(seen, expected, `Expected ${expected}.`);
};
expect(32, [3e9, 3e9], 50, 0);
expect(16, [40000, 40000], 50, 0);
expect(8, [150, 150], 50, 0);
expect(8, [128, 129], 1, 100);
// The controls: fewer values, and more bits.
expect(8, [100, 100], 50, 7);
expect(16, [150, 150], 50, 7);
expect(32, [40000, 40000], 50, 7);
expect(64, [3e9, 3e9], 50, 7);
expect("packed", [3e9, 3e9], 50, 7);
END
node median.cjs
echo "As described: the median of sevens is 0."
