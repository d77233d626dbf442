#!/usr/bin/env bash
# bn.js gives an inverse of 6 modulo 9, where there is none: 2, though 6 * 2 is 3 modulo 9.
#
# invm is "inverse a modulo b" in its manual, with no word of common factors. Where number and modulus have one there is no inverse,
# and it answers with a number all the same, for each of the 626 such pairs below 60, and raises nothing. The elliptic curve method
# finds factors by just that: an inverse that does not exist shows a divisor. big-integer and bigint-mod-arith raise an error, as
# Python's pow does, and jsbn gives 0. egcd, of bn.js itself, tells the common factor.
#
# Seen with bn.js 5.2.5, big-integer 1.6.52, bigint-mod-arith 3.3.1 and jsbn 1.1.0 from npm. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" \
    bn.js@5.2.5 big-integer@1.6.52 bigint-mod-arith@3.3.1 jsbn@1.1.0 >/dev/null

cd "$scratch"
cat >invert.mjs <<'END'
import assert from "assert";
import BN from "bn.js";
import bigInt from "big-integer";
import { modInv } from "bigint-mod-arith";
import jsbn from "jsbn";

const inverse = new BN(6).invm(new BN(9));
console.log("1/6 modulo 9:", inverse.toString(), "and times 6:", inverse.muln(6).modrn(9));
assert.equal(inverse.toString(), "2", "It is another answer now.");
assert.equal(new BN(6).egcd(new BN(9)).gcd.toString(), "3");

let wrong = 0, right = 0;
for (let m = 2; m < 60; m++)
  for (let a = 1; a < m; a++) {
    const holds = new BN(a).invm(new BN(m)).muln(a).modrn(m) === 1;
    const coprime = new BN(a).gcd(new BN(m)).toString() === "1";
    assert.equal(holds, coprime);
    coprime ? right++ : wrong++;
  }
console.log("Below 60:", right, "inverses, and", wrong, "that are none");
assert.equal(wrong, 626);

const large = new BN("193707721").invm(new BN(2).pow(new BN(67)).subn(1));
console.log("1/193707721 modulo 2^67 - 1, of which it is a factor:", large.toString());

assert.throws(() => bigInt(6).modInv(9));
assert.throws(() => modInv(6n, 9n));
assert.equal(new jsbn.BigInteger("6").modInverse(new jsbn.BigInteger("9")).toString(), "0");
END
node invert.mjs
echo "As described: an inverse of 6 modulo 9."
