#!/usr/bin/env bash
# num2words reads -0.5 out as "zero point five", just as 0.5, and -1.5 as "minus one point five".
#
# The sign is taken from the whole number in front of the point, and for numbers between -1 and 0 that is 0, which has none. So a
# logarithm of a chance, or a change, becomes its opposite where it is small. It is so in English, German, French and Spanish, and
# of Decimals as of floating point.
#
# Seen with the wheel num2words 0.5.14. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" num2words==0.5.14

PYTHONPATH="$scratch" python3 - <<'END_OF_PYTHON'
from decimal import Decimal

from num2words import num2words


def expect(number, expected, language="en"):
    seen = num2words(number, lang=language)
    print(number, "in", language, "is", seen)
    assert seen == expected, f"Expected {expected}."


for number in (-0.5, Decimal("-0.5"), 0.5):
    expect(number, "zero point five")
expect(-0.25, "zero point two five")
for language in ("de", "fr", "es"):
    expect(-0.5, num2words(0.5, lang=language), language)
# The controls: whole numbers, and fractions from -1 down.
expect(-1, "minus one")
expect(-1.5, "minus one point five")
expect(1.5, "one point five")
END_OF_PYTHON
echo "As described: -0.5 is zero point five."
