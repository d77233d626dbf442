#!/usr/bin/env bash
# In HTCondor's ClassAds pow(-2, 3) is -7, and -5 to the power of 3 is -124: powers that are negative integers are one too great.
#
# The result is an integer where both are integers and the exponent isn't negative. It comes out as if a half were added to a double
# and the fraction cut, which rounds only what is positive. From 2^63 on it is -2^63, without an error. Positive results are right
# below that as far as a double holds them, and so is pow(-2.0, 3).
#
# Seen with the wheel htcondor 25.14.1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" htcondor==25.14.1

PYTHONPATH="$scratch" python3 - <<'END'
from classad2 import ExprTree


def expect(expression: str, expected: float) -> None:
    seen = ExprTree(expression).eval()
    print(expression, "=", seen)
    assert seen == expected and type(seen) is type(expected), f"Expected {expected}."


expect("pow(-2, 3)", -7)
expect("pow(-5, 3)", -124)
expect("pow(-1, 1)", 0)
expect("pow(2, 63)", -(2**63))
expect("pow(2, 64)", -(2**63))
# The controls: positive results, floating point, and a product.
expect("pow(2, 3)", 8)
expect("pow(-2, 4)", 16)
expect("pow(2, 62)", 2**62)
expect("pow(-2.0, 3)", -8.0)
expect("-2 * -2 * -2", -8)
END
echo "As described: the cube of -2 is -7."
