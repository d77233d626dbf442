#!/usr/bin/env bash
# @iarna/toml reads long whole numbers modulo 2^64, and so reads back another number than it wrote: 2^67 - 1 as -1, and 10^20, too.
#
# TOML wants an error where an integer doesn't fit. Here 18446744073709551617 is 1, and 2^63 is negative. Writing has no bound: a
# BigInt gets all of its digits, and so does a number, exponent or not: 1e20 is written as 100_000_000_000_000_000_000 and
# read as 7766279631452241920, while 1e21 comes back as itself. smol-toml refuses, and Python's tomllib reads all of them exactly.
#
# Seen with @iarna/toml 3.0.0 and smol-toml 1.9.1 from npm, and Python 3.11. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" @iarna/toml@3.0.0 smol-toml@1.9.1 >/dev/null

cd "$scratch"
cat >read.mjs <<'END'
import assert from "assert";
import { writeFileSync } from "fs";
import toml from "@iarna/toml";
import * as smol from "smol-toml";

const back = (value) => {
  const text = toml.stringify({ n: value });
  const read = toml.parse(text).n;
  console.log(text.trim(), "->", String(read));
  return read;
};
assert.equal(back(2n ** 63n - 1n), 2n ** 63n - 1n);
assert.equal(back(2n ** 63n), -(2n ** 63n), "It is read otherwise now.");
assert.equal(back(2n ** 64n + 1n), 1n, "It is read otherwise now.");
assert.equal(back(2n ** 67n - 1n), -1n, "It is read otherwise now.");
assert.equal(back(1e20), 7766279631452241920n, "It is written or read otherwise now.");
assert.equal(back(1e21), 1e21);

const text = "n = 147573952589676412927";
assert.throws(() => smol.parse(text));
writeFileSync("number.toml", text);
END
node read.mjs
python3 -c "import tomllib; assert tomllib.load(open('number.toml', 'rb'))['n'] == 2**67 - 1"
echo "As described: 2^67 - 1 comes back as -1."
