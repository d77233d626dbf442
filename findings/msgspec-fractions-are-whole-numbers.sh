#!/usr/bin/env bash
# msgspec, told not to be strict, reads the text 9007199254740992.6 as an int, and 0.99999999999999999999 as 1, and refuses 1.5.
#
# strict=False is for query strings and forms, where text may stand for a number. Text of digits becomes an exact int of any length.
# Any other passes through a double, and is taken if that is whole and no more than 2^53: a fraction of which nothing is left in a
# double is a whole number, and 9007199254740993.0, which is one, becomes 9007199254740992. As a Decimal the same text is exact,
# and from 9007199254740994.0 on it is refused.
#
# Seen with the wheel msgspec 0.23.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" msgspec==0.23.0

PYTHONPATH="$scratch" python3 - <<'END_OF_PYTHON'
from decimal import Decimal

import msgspec


def expect(text, expected):
    try:
        seen = msgspec.convert(text, int, strict=False)
    except msgspec.ValidationError:
        seen = None
    print(text, "is", seen)
    assert seen == expected, f"Expected {expected}."
    assert msgspec.convert(text, Decimal) == Decimal(text)


expect("9007199254740992.6", 2**53)
expect("4503599627370497.4", 2**52 + 1)
expect("0.99999999999999999999", 1)
expect("9007199254740993.0", 2**53)
# The controls: digits alone, a power, and what is refused.
expect("9007199254740993", 2**53 + 1)
expect("147573952589676412927", 2**67 - 1)
expect("1e3", 1000)
expect("1.5", None)
expect("9007199254740994.0", None)
END_OF_PYTHON
echo "As described: 9007199254740992.6 is 9007199254740992."
