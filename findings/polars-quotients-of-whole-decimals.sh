#!/usr/bin/env bash
# In Polars every quotient of whole decimals is a whole number: 7 / 2 is 4, and 5 / 2 is 2.
#
# Decimal(38, 0) is how Polars and what it exchanges tables with hold integers above 64 bits. Its / keeps the dividend's scale,
# here none, and rounds to even. "Divides if the quotient is whole" then holds for all pairs, and n / d * d is above n as often
# as below. Of integers / is a Float64 with its fraction, and // of decimals rounds down, as it should.
#
# Seen with the wheels polars and polars-runtime-32 2.1.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" polars==2.1.0 polars-runtime-32==2.1.0

PYTHONPATH="$scratch" python3 - <<'END'
import polars as pl

integers = pl.Series([5, 7, 9, 11])
decimals = integers.cast(pl.Decimal(38, 0))
quotients, floors, fractions = decimals / 2, decimals // 2, integers / 2
print("decimals / 2 ", quotients.dtype, quotients.cast(pl.String).to_list())
print("decimals // 2", floors.dtype, floors.cast(pl.String).to_list())
print("integers / 2 ", fractions.dtype, fractions.to_list())
assert fractions.to_list() == [2.5, 3.5, 4.5, 5.5]
assert floors.to_list() == [2, 3, 4, 5]
assert (quotients.dtype, quotients.to_list()) == (pl.Decimal(38, 0), [2, 4, 4, 6]), "Quotients are others now."
END
echo "As described: 7 / 2 is 4."
