#!/usr/bin/env bash
# big-rational says that the floor of -1/2 is 0 and its ceiling 1, and rounds -1 to 0.
#
# Fractions between -1 and 0 get the two integers above the number in place of those around it, so that the floor is greater than
# what it is of. round is the floor of a half more, and so everything between -3/2 and -1/2 becomes 0, the integer -1 with it. All
# other fractions are right, and so is toDecimal. That of -1 was reported in 2019, as issue 34 of its repository, for a version
# with another big-integer.
#
# Seen with big-rational 0.10.9 and big-integer 1.6.52 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" big-rational@0.10.9 big-integer@1.6.52 >/dev/null

cd "$scratch"
cat >floors.cjs <<'END_OF_JS'
const assert = require("assert");
const rational = require("big-rational");

const show = (numerator, denominator) => {
  const number = rational(numerator, denominator);
  const seen = [number.floor(), number.ceil(), number.round()].map(Number);
  console.log(`${numerator}/${denominator} has the floor ${seen[0]} and the ceiling ${seen[1]}, and is rounded to ${seen[2]}`);
  return seen;
};
assert.deepEqual(show(-1, 2), [0, 1, 0]);
assert.deepEqual(show(-1, 1), [-1, -1, 0]);
assert.deepEqual(show(-5, 4), [-2, -1, 0]);
assert.deepEqual(show(-7, 4), [-2, -1, -2]);
assert.deepEqual(show(1, 2), [0, 1, 1]);

for (let numerator = -60; numerator <= 60; numerator++)
  for (let denominator = 1; denominator <= 20; denominator++) {
    const [number, value] = [rational(numerator, denominator), numerator / denominator];
    const within = (bottom, top) => bottom < value && value < top;
    const expect = (name, right, wrong, isWrong) =>
      assert(Number(number[name]()) === (isWrong ? wrong : right), `It is otherwise of ${number}'s ${name} now.`);
    expect("floor", Math.floor(value), 0, within(-1, 0));
    expect("ceil", Math.ceil(value), 1, within(-1, 0));
    expect("round", Math.floor((2 * numerator + denominator) / (2 * denominator)), 0, within(-1.5, -0.5));
    assert(Math.abs(Number(number.toDecimal(10)) - value) < 1e-9);
  }
END_OF_JS
node floors.cjs
echo "As described: the floor of -1/2 is 0."
