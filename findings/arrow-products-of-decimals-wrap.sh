#!/usr/bin/env bash
# Arrow's product of 39 decimals of 10 is -20847100762815390390123822295304634368: decimals are multiplied modulo 2^128.
#
# A product has the type of its factors, so a decimal of 20 digits can come out with 39, and wrong ones, where adding or
# multiplying two columns widens the type, or says that it can't. Its fraction is cut to that of the factors after each of them:
# (1/2)^4 is 0.1, as is (1/2)^3 with another sign -0.2, and 0.1^2 * 10^2 is 0. That integers wrap is known of Arrow; decimals have
# an own type so that they don't.
#
# Seen with the wheel pyarrow 26.0.1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" pyarrow==26.0.1

PYTHONPATH="$scratch" python3 - <<'END'
from decimal import Decimal

import pyarrow
from pyarrow import compute


def product(*factors):
    column = pyarrow.array([Decimal(factor) for factor in factors])
    answer = compute.product(column)
    print(f"{len(factors)} factors {factors[0]}, …: {answer.as_py()} as {answer.type}")
    assert answer.type == column.type, "It has another type now."
    return answer.as_py()


def expect(seen, expected):
    assert seen == Decimal(expected), f"Expected {expected}."


long = "99999999999999999999"
expect(product(*["10"] * 39), (10**39 + 2**127) % 2**128 - 2**127)
expect(product(long, long), int(long) ** 2 % 2**128)
expect(product(*["2"] * 128), 0)
expect(product("1.5", "1.5"), "2.3")
expect(product(*["0.5"] * 4), "0.1")
expect(product("-0.5", "0.5", "0.5"), "-0.2")
expect(product("0.1", "0.1", "10.0", "10.0"), 0)
# The controls: what fits, and two columns, whose product has a wider type or is refused.
expect(product(*["10"] * 38), 10**38)
halves = pyarrow.array([Decimal("1.5")])
assert compute.multiply(halves, halves).to_pylist() == [Decimal("2.25")]
wide = pyarrow.array([Decimal(long)])
try:
    compute.multiply(wide, wide)
except pyarrow.ArrowInvalid as error:
    print(error)
else:
    raise AssertionError("Columns wrap, too, now.")
END
echo "As described: products of decimals wrap."
