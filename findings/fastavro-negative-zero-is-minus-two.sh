#!/usr/bin/env bash
# fastavro writes a decimal of -0.00 as -0.02, in a field of fixed size: a zero with a sign becomes minus two of its last place.
#
# Such zeros come of rounding and of products: round(Decimal("-0.004"), 2) and Decimal(-3) * 0 are two. One has no digits that
# need bits, and the complement of so few is that of two. It is -2e-8 with eight places behind the point, -2 with none, in a
# schema of any size; with a schema of bytes instead of fixed it is 0 (mended upstream in 2019: pull request 361). Neither
# writing nor reading says anything.
#
# Seen with the wheel fastavro 1.13.1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" fastavro==1.13.1

PYTHONPATH="$scratch" python3 - <<'END'
import io
from decimal import Decimal

from fastavro import schemaless_reader, schemaless_writer


def back(number, places, **kind):
    schema = {"logicalType": "decimal", "precision": 12, "scale": places, **kind}
    file = io.BytesIO()
    schemaless_writer(file, schema, number)
    file.seek(0)
    answer = schemaless_reader(file, schema)
    print(f"{number!r} in {kind['type']}, {places} places: {answer!r}")
    return answer


def fixed(number, places, size=8):
    return back(number, places, type="fixed", name="amount", size=size)


minus = Decimal("-0.00")
assert fixed(minus, 2) == fixed(minus, 2, size=16) == Decimal("-0.02"), "It is another now."
assert fixed(round(Decimal("-0.004"), 2), 2) == Decimal("-0.02")
assert fixed(Decimal(-3) * 0, 0) == -2
assert fixed(minus, 8) == Decimal("-0.00000002")
# The controls: without a sign, the number next to it, and in bytes.
assert fixed(Decimal("0.00"), 2) == 0
assert fixed(Decimal("-0.01"), 2) == Decimal("-0.01")
assert fixed(Decimal("-0.02"), 2) == Decimal("-0.02")
assert back(minus, 2, type="bytes") == 0
END
echo "As described: -0.00 is -0.02."
