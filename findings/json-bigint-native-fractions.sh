#!/usr/bin/env bash
# json-bigint with native BigInts refuses every number that has a fraction and more than 15 characters.
#
# Its parser gives numbers of more than 15 characters to BigInt() without a look at whether they are whole. 1764373839.1234567, a
# time as most languages write it, or any double with all of its digits, ends the parsing of the whole text with a SyntaxError.
# 1764373839.1234 in its place is read, and without useNativeBigInt both are.
#
# Seen with json-bigint 1.0.0 and bignumber.js 9.3.1 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" json-bigint@1.0.0 bignumber.js@9.3.1 >/dev/null

NODE_PATH="$scratch/node_modules" node <<'END'
const assert = require("assert");
const library = require("json-bigint");

function read(text, useNativeBigInt) {
  let answer;
  try {
    answer = String(library({ useNativeBigInt }).parse(text).t);
  } catch (refused) {
    answer = `${refused.name}: ${refused.message}`;
  }
  console.log(text, useNativeBigInt ? "native:" : "bignumber:", answer);
  return answer;
}

JSON.parse('{"t": 1764373839.1234567}');
assert.equal(read('{"t": 1764373839.1234}', true), "1764373839.1234");
assert.equal(read('{"t": 12345678901234567}', true), "12345678901234567");
assert.match(read('{"t": 1764373839.1234567}', true), /^SyntaxError: Cannot convert/, "It is read now.");
assert.match(read('{"t": 0.30000000000000004}', true), /^SyntaxError: Cannot convert/, "It is read now.");
assert.equal(read('{"t": 1764373839.1234567}', false), "1764373839.1234567");
END
echo "As described: long fractions are refused."
