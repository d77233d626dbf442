#!/usr/bin/env bash
# merkletreejs gives proofs that its own verify refuses: for the last leaf of every tree of three, if odd nodes are duplicated.
#
# duplicateOdd, for which its documentation has "an odd node will be duplicated and combined to make a pair", makes the root of
# hash(hash(a, b), hash(c, c)). getProof of c looks for the node at its right, finds none, and leaves the step out: the proof says
# hash(hash(a, b), c). Every leaf below an odd node is hit: of 12 leaves four. Trees with the option complete have it too: of
# 9 leaves seven can't be proven. Proofs of the usual trees are right, and so are those of isBitcoinTree, with odd nodes twice.
#
# Seen with merkletreejs 0.6.0 from npm. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" merkletreejs@0.6.0 >/dev/null

cd "$scratch"
cat >prove.cjs <<'END'
const assert = require("assert");
const crypto = require("crypto");
const { MerkleTree } = require("merkletreejs");

const hash = (data) => crypto.createHash("sha256").update(data).digest();
const refused = (count, options) => {
  const tree = new MerkleTree([...Array(count).keys()].map((i) => hash(`leaf ${i}`)), hash, options);
  const leaves = tree.getLeaves();
  return [...leaves.keys()].filter((i) => !tree.verify(tree.getProof(leaves[i], i), leaves[i], tree.getRoot()));
};
const expect = (count, options, expected) => {
  const seen = refused(count, options);
  console.log(`${count} leaves, ${JSON.stringify(options)}: refused ${seen.join(" ") || "none"}`);
  assert.deepEqual(seen, expected, "Others are refused now.");
};
expect(3, { duplicateOdd: true }, [2]);
expect(5, { duplicateOdd: true }, [4]);
expect(12, { duplicateOdd: true }, [8, 9, 10, 11]);
expect(8, { duplicateOdd: true }, []);
expect(5, { complete: true }, [2, 3, 4]);
expect(9, { complete: true }, [2, 3, 4, 5, 6, 7, 8]);
for (let count = 1; count <= 20; count++)
  for (const options of [{}, { sortPairs: true }, { isBitcoinTree: true }]) assert.deepEqual(refused(count, options), []);

// The root is as the documentation has it: only the proof is short.
const [a, b, c] = [0, 1, 2].map((i) => hash(`leaf ${i}`));
const pair = (x, y) => hash(Buffer.concat([x, y]));
const tree = new MerkleTree([a, b, c], hash, { duplicateOdd: true });
assert.deepEqual(tree.getRoot(), pair(pair(a, b), pair(c, c)));
assert.deepEqual(tree.getProof(c, 2).map((step) => step.data), [pair(a, b)]);
END
node prove.cjs
echo "As described: the odd leaf can't be proven."
