#!/usr/bin/env bash
# Amazon's Ion for JavaScript writes 2^60 as one integer in its binary form and as another, 1152921504606847000, in its text.
#
# Ion's two forms are to hold the same data, and its integers may be of any length. A whole number of JavaScript is written as
# an integer in both: with all its digits in binary, and in text as JavaScript shows it, with 17 digits and zeros. From 10^21 on
# the text has an exponent, and so is floating point to whoever reads it, where binary has an integer. A BigInt is the same in both.
#
# Seen with ion-js 5.2.1 from npm, and read with amazon.ion 0.15.0 from PyPI. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" ion-js@5.2.1 >/dev/null
python3 -m venv "$scratch/python"
"$scratch/python/bin/pip" install --quiet --disable-pip-version-check amazon.ion==0.15.0

cd "$scratch"
cat >write.cjs <<'END_OF_JS'
const ion = require("ion-js");
const numbers = { short: 2 ** 53, long: 2 ** 60, longer: 2 ** 70, big: 2n ** 60n };
for (const [name, value] of Object.entries(numbers))
  console.log(name, Buffer.from(ion.dumpText(value)).toString("hex"), Buffer.from(ion.dumpBinary(value)).toString("hex"));
END_OF_JS
node write.cjs >both
python/bin/python - <<'END'
from amazon.ion import simpleion

expected = {
    "short": (2**53, 2**53),
    "long": (1152921504606847000, 2**60),
    "longer": (1.1805916207174113e21, 2**70),
    "big": (2**60, 2**60),
}
for line in open("both"):
    name, *forms = line.split()
    text, binary = (simpleion.loads(bytes.fromhex(form)) for form in forms)
    print(name, bytes.fromhex(forms[0]).decode(), "in text;", f"{binary} in binary")
    assert (text, binary) == expected.pop(name), "They are others now."
    assert isinstance(text, float) == (name == "longer") and not isinstance(binary, float)
assert not expected
END
echo "As described: text and binary differ."
