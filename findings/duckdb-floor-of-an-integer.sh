#!/usr/bin/env bash
# DuckDB's floor() and ceil() of an integer give another integer from 2^53 on, while round() and trunc() leave it as it is.
#
# All four accept integer types, and rounding a whole number should change nothing. floor and ceil go through DOUBLE, and answer
# as DOUBLE: floor(9007199254740993) is 9007199254740992, so floor(n) = n finds primes and sigmas that differ from themselves, and
# what is grouped by floor(n) falls together.
#
# Seen with the wheel duckdb 2.0.1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" duckdb==2.0.1

PYTHONPATH="$scratch" python3 - <<'END'
import duckdb

n = 2**53 + 1
for name, kind, expected in (("floor", "DOUBLE", n - 1), ("ceil", "DOUBLE", n - 1), ("round", "BIGINT", n), ("trunc", "BIGINT", n)):
    [answer] = duckdb.sql(f"SELECT typeof({name}(n)), {name}(n)::HUGEINT FROM (SELECT {n}::BIGINT AS n)").fetchall()
    print(f"{name}({n}) =", *answer)
    assert answer == (kind, expected), f"{name} behaves otherwise now."
END
echo "As described: floor and ceil round, round and trunc do not."
