#!/usr/bin/env bash
# The HyperLogLog of the npm package bloom-filters counts 2 distinct elements where there are 10, and 42 where there are 100.
#
# With 1024 registers, whose accuracy it gives as 0.0325, 1000 elements are 504. A register holds the position of the first 1 of a
# hash, and to HyperLogLog the first position is 1; here it is 0, the mark of a register that has seen nothing. So half of all
# elements leave no trace, as long as it reckons from the number of empty registers, which it does with few elements. With many it
# is right: 10,000 are 10,060.
#
# Seen with bloom-filters 3.0.4 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" bloom-filters@3.0.4 >/dev/null

cd "$scratch"
cat >count.cjs <<'END'
const assert = require("assert");
const { HyperLogLog } = require("bloom-filters");

const sketch = (registers, from, to) => {
  const one = new HyperLogLog(registers);
  for (let i = from; i < to; i++) one.update(`k${i}`);
  return one;
};
const expect = (registers, count, expected) => {
  const one = sketch(registers, 0, count);
  console.log(`${count} elements, ${registers} registers: ${one.count(true)}, accuracy ${one.accuracy()}`);
  assert.equal(one.count(true), expected, `Expected ${expected}.`);
};
expect(1024, 10, 2);
expect(4096, 10, 2);
expect(1024, 100, 42);
expect(1024, 1000, 504);
expect(4096, 1000, 498);
// The control: many elements for each register.
expect(1024, 10000, 10060);
expect(128, 10000, 10031);

// Ten sets of ten elements: however they fall, half of all first bits are 1.
let sum = 0;
for (let i = 0; i < 100; i++) sum += sketch(4096, 10 * i, 10 * i + 10).count(true);
console.log(`100 sketches of 10 elements count ${sum} in all`);
assert(sum > 400 && sum < 600, "They count otherwise now.");
END
node count.cjs
echo "As described: of 1000 elements it counts about 500."
