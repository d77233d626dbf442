#!/usr/bin/env bash
# DuckDB adds and subtracts its unbounded integers exactly, but takes products and remainders of them in floating point.
#
# An integer literal too long for 128 bits is a BIGNUM, and so is a column of such numbers in a CSV file. + and - keep all
# digits. *, % and // turn them into DOUBLE without a word: 2^128 + 1 is "divisible" by 2, and // gives fractions. Who checks a
# table of factors by cofactor % factor = 0 finds divisors that are none, from 39 digits on; below, in 128 bits, it is right.
#
# Seen with the wheel duckdb 2.0.1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" duckdb==2.0.1

PYTHONPATH="$scratch" python3 - <<'END'
import duckdb

def value(expression):
    [answer] = duckdb.sql(f"SELECT typeof({expression}), ({expression})::VARCHAR").fetchall()
    return answer

long = 2**128 + 1
answers = {expression: value(expression) for expression in (f"{long}", f"{long} + 2", f"{long} % 2", f"{long} * 3")}
for expression, answer in answers.items():
    print(expression, "=", *answer)
assert answers[f"{long}"] == ("BIGNUM", str(long)), "Such a literal is no BIGNUM any more."
assert answers[f"{long} + 2"] == ("BIGNUM", str(long + 2)), "The sum is not exact any more."
assert long % 2 == 1 and answers[f"{long} % 2"] == ("DOUBLE", "0.0"), "The remainder is another one now."
assert answers[f"{long} * 3"][0] == "DOUBLE", "The product is exact now."
assert value("'12'::BIGNUM // 5") == ("DOUBLE", "2.4"), "The quotient is a whole number now."
# The longest integers that are no BIGNUM are reckoned with exactly.
assert value(f"{2**128 - 1} % 2") == ("UHUGEINT", "1")
END
echo "As described: 2^128 + 1 is even for DuckDB."
