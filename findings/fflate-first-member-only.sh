#!/usr/bin/env bash
# fflate unpacks only the first member of a gzip file that was appended to, in its simplest call, and all of them as a stream.
#
# Save files and logs that grow, `gzip -c part >> all.gz`, have several members; gzip says that they unpack to all parts. gunzipSync
# and decompressSync give the first part and no error. The same library's Gunzip stream, pako's ungzip and Node's own
# zlib give all.
#
# Seen with fflate 0.8.3 and pako 3.0.3 from npm, and Node 20. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" fflate@0.8.3 pako@3.0.3 >/dev/null
for part in 'METHOD=ECM; SIGMA=7;' 'METHOD=ECM; SIGMA=8;'; do
    echo "$part" | gzip -c >>"$scratch/all.gz"
done
gzip -dc "$scratch/all.gz" | tee "$scratch/all" >/dev/null
[ "$(wc -l <"$scratch/all")" = 2 ]

cd "$scratch"
node <<'END'
const assert = require("assert");
const fs = require("fs");
const fflate = require("./node_modules/fflate");
const pako = require("./node_modules/pako");

const packed = fs.readFileSync("all.gz");
const streamed = [];
new fflate.Gunzip((chunk) => streamed.push(Buffer.from(chunk))).push(packed, true);
const lines = {
  "fflate.gunzipSync": fflate.gunzipSync(packed),
  "fflate.decompressSync": fflate.decompressSync(packed),
  "fflate.Gunzip": Buffer.concat(streamed),
  "pako.ungzip": pako.ungzip(packed),
  "zlib.gunzipSync": require("zlib").gunzipSync(packed),
};
for (const name in lines) {
  lines[name] = Buffer.from(lines[name]).toString().split("\n").length - 1;
  console.log(name, lines[name], "lines");
}
assert.deepEqual(Object.values(lines), [1, 1, 2, 2, 2], "They unpack otherwise now.");
END
echo "As described: gunzipSync gives the first of two lines."
