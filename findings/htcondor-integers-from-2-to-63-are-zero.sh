#!/usr/bin/env bash
# HTCondor's ClassAds read every whole number from 2^63 on as 0: 9223372036854775808, and 2^64 + 1.
#
# Their integers have 64 bits and a sign. What is longer in an ad, or in an expression over ads, is read without an error, so that a
# limit of 2^64 - 1 is a limit of nothing, and two residues of thirty digits are equal. int() makes -2^63 of the same digits in a
# string, and of such a number with a point behind it. Up to 2^63 - 1 all is exact.
#
# Seen with the wheel htcondor 25.14.1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" htcondor==25.14.1

PYTHONPATH="$scratch" python3 - <<'END'
from classad2 import ClassAd, ExprTree


def expect(what: str, seen: object, expected: object) -> None:
    print(what, "is", seen)
    assert seen == expected and type(seen) is type(expected), f"Expected {expected}."


for number in (2**63, 2**64 - 1, 2**64 + 1, 10**30):
    expect(f"{number} in an ad", ClassAd(f"[Limit = {number}]")["Limit"], 0)
expect("10^30 == 10^31", ExprTree(f"{10**30} == {10**31}").eval(), True)
expect("5 < 2^64", ExprTree(f"5 < {2**64}").eval(), False)
expect("2^64 in a string", ExprTree(f'int("{2**64}")').eval(), -(2**63))
expect("2^64 with a point", ExprTree(f"int({2**64}.0)").eval(), -(2**63))
# The controls: the largest integer, and floating point.
expect("2^63 - 1 in an ad", ClassAd(f"[Limit = {2**63 - 1}]")["Limit"], 2**63 - 1)
expect("5 < 2^64 with a point", ExprTree(f"5 < {2**64}.0").eval(), True)
END
echo "As described: 2^64 + 1 is 0."
