#!/usr/bin/env bash
# cbor2 reads 2^127 - 1, written as CBOR's bigfloat, as 170141183460469231731687303700000000000, with 28 digits.
#
# A bigfloat, tag 5, is a mantissa of any length and a power of 2, and stands for just that product. It becomes a Decimal, by a
# multiplication in Python's usual context of 28 digits, and the rest is lost without a word; the exponent may well be 0. Tag 4, the
# same with a power of 10, keeps every digit, as do integers and fractions of any length. decimal.getcontext().prec would have to be
# raised beforehand, by one who knows how many digits come.
#
# Seen with the wheel cbor2 6.3.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" cbor2==6.3.0

PYTHONPATH="$scratch" python3 - <<'END'
from fractions import Fraction

import cbor2


def expect(tag, base, exponent, mantissa, exact):
    value = cbor2.loads(cbor2.dumps(cbor2.CBORTag(tag, [exponent, mantissa])))
    print(f"tag {tag}, {mantissa} * {base}^{exponent}, is {value}")
    assert (Fraction(value) == mantissa * Fraction(base) ** exponent) == exact, "It is read otherwise now."
    return value


assert int(expect(5, 2, 0, 2**127 - 1, False)) == 170141183460469231731687303700000000000
assert expect(5, 2, -200, 2**200 + 1, False) == 1
expect(5, 2, 1, 2**95 + 1, False)
# The controls: short ones, powers of 10, an integer and a fraction.
expect(5, 2, 0, 2**92 + 1, True)
expect(5, 2, -1, 3, True)
expect(4, 10, 0, 2**127 - 1, True)
expect(4, 10, -2, 10**40 + 1, True)
for exact in (2**127 - 1, Fraction(2**127 - 1, 3)):
    assert cbor2.loads(cbor2.dumps(exact)) == exact
END
echo "As described: 2^127 - 1 loses its last eleven digits."
