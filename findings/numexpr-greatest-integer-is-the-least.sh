#!/usr/bin/env bash
# To NumExpr the greatest of 2^63 - 1 and 1 is 1, that of 1 and 2^63 - 1 is -2^63, and that of 1 and 2^53 + 1 is 2^53.
#
# max and min answer with an integer of 64 bits, and make a double of each value on the way. From 2^53 on it is rounded, so that the
# greatest need not be one of the numbers, and the last 512 integers below 2^63 become 2^63, which comes out negative. sum and == of
# the same arrays are exact. The manual lists max and min among the reductions, with no word of floating point.
#
# Seen with the wheels numexpr 2.14.2 and numpy 2.4.6 for x86-64. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" numexpr==2.14.2 numpy==2.4.6

PYTHONPATH="$scratch" python3 - <<'END'
import numexpr
import numpy


def expect(reduction, values, expected):
    a = numpy.array(values, "int64")
    seen = numexpr.evaluate(f"{reduction}(a)", {"a": a})
    print(f"{reduction} of {values} is {seen}")
    assert seen.dtype == numpy.int64 and seen == expected, f"Expected {expected}."


expect("max", [1, 2**53 + 1], 2**53)
expect("min", [-1, -(2**53) - 1], -(2**53))
expect("max", [2**63 - 1, 1], 1)
expect("max", [1, 2**63 - 1], -(2**63))
expect("min", [2**63 - 1, 1], -(2**63))
expect("max", [1779685458123456789, 5], 1779685458123456768)
# The controls: short numbers, and other operations on the same long ones.
expect("max", [1, 2**53 - 1], 2**53 - 1)
expect("min", [1, 2**53 - 1], 1)
expect("sum", [0, 2**53 + 1], 2**53 + 1)
assert numexpr.evaluate("a == 9007199254740993", {"a": numpy.array([2**53 + 1])}).all()
END
echo "As described: the greatest of 2^63 - 1 and 1 is 1."
