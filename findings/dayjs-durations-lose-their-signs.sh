#!/usr/bin/env bash
# Day.js reads -PT1.5S, which it has written itself for a second and a half less, as a second and a half more.
#
# A negative duration is written with a sign before the P. What is read may have one there, and it is forgotten, so that a delay
# comes out of JSON, for which it is written, with the other sign; PT-1S is read as it is. A day less an hour, 23 hours, is written as
# -P1DT1H, which is 25 hours less than none: where one part is negative the sign goes before all, and each loses its own.
#
# Seen with dayjs 1.11.23 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" dayjs@1.11.23 >/dev/null

cd "$scratch"
cat >durations.cjs <<'END'
const assert = require("assert");
const dayjs = require("dayjs");
dayjs.extend(require("dayjs/plugin/duration"));

const expect = (given, written, read) => {
  const duration = dayjs.duration(given);
  const text = JSON.parse(JSON.stringify(duration));
  const again = dayjs.duration(text);
  console.log(`${JSON.stringify(given)} has ${duration.asSeconds()} s, is written ${text}, and read as ${again.asSeconds()} s`);
  assert.equal(text, written);
  assert.equal(again.asSeconds(), read, `Expected ${read}.`);
};
expect(-1500, "-PT1.5S", 1.5);
expect(-86400000, "-P1D", 86400);
expect({ days: 1, hours: -1 }, "-P1DT1H", 90000);
assert.equal(dayjs.duration({ days: 1, hours: -1 }).asHours(), 23);
// The controls: positive ones, and a sign within.
expect(1500, "PT1.5S", 1.5);
expect(82800000, "PT23H", 82800);
assert.equal(dayjs.duration("PT-1S").asSeconds(), -1);
END
node durations.cjs
echo "As described: -PT1.5S is a second and a half."
