#!/usr/bin/env bash
# Polars loses 64-bit unsigned values from 2^63 on when a negative number is added to them: null comes out, without a word.
#
# A column of unsigned 64-bit integers (seeds, residues modulo 2^64) plus -1 is cast to Int64 first, and whatever does not fit
# becomes null instead of an error. The same sum with a column that holds -1 is exact, in 128 bits; n - 1 is exact, too; and
# other expressions that need the same cast (when/then/otherwise) refuse it with an error.
#
# Seen with the wheels polars and polars-runtime-32 2.1.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" polars==2.1.0 polars-runtime-32==2.1.0

PYTHONPATH="$scratch" python3 - <<'END'
import polars as pl

seeds = [2**64 - 1, 2**63, 5]
frame = pl.DataFrame({"seed": pl.Series(seeds, dtype=pl.UInt64), "less": [-1, -1, -1]})

def column(expression):
    values = frame.select(expression).to_series().to_list()
    print(expression, "=", values)
    return values

exact = [seed - 1 for seed in seeds]
assert column(pl.col("seed") + pl.col("less")) == exact
assert column(pl.col("seed") - 1) == exact
assert column(pl.col("seed") + -1) == [None, None, 4], "The sum is another one now."
assert column(pl.col("seed") * -1) == [None, None, -5], "The product is another one now."
try:
    column(pl.when(pl.col("seed") > 5).then(pl.col("seed")).otherwise(-1))
except pl.exceptions.InvalidOperationError as refused:
    print("when/then/otherwise:", str(refused).splitlines()[0])
else:
    raise SystemExit("The choice is not refused any more.")
END
echo "As described: 2^63 + (-1) is null."
