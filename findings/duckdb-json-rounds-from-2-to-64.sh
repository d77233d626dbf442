#!/usr/bin/env bash
# DuckDB reads integers from 2^64 on as floating point out of JSON, but with all their digits out of CSV.
#
# The same numbers in both formats, with the types left to it: from CSV a column of numbers above 64 bits becomes HUGEINT, or
# BIGNUM above 128 bits, and exact. From JSON it becomes DOUBLE, the numbers below 2^53 in it too: factors are rounded to 53 bits,
# unlike ones become equal, and there is no warning. Up to 2^64 - 1 JSON gives HUGEINT as well, so that small tests pass.
#
# Seen with the wheel duckdb 2.0.1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" duckdb==2.0.1

cd "$scratch"
PYTHONPATH="$scratch" python3 - <<'END'
from pathlib import Path

import duckdb

def read(name, numbers):
    """The type of a column that holds the numbers, and how many of them come back as they were."""
    if name.endswith("json"):
        Path(name).write_text("".join(f'{{"factor": {number}}}\n' for number in numbers))
    else:
        Path(name).write_text("factor\n" + "".join(f"{number}\n" for number in numbers))
    rows = duckdb.sql(f"SELECT typeof(factor), factor FROM '{name}'").fetchall()
    same = sum(int(back) == number for (_, back), number in zip(rows, numbers, strict=True))
    print(name, numbers, "->", *rows)
    return rows[0][0], same

short, long, longer = [2**64 - 1, 3], [2**64 + 1, 3], [10**42 + 7, 3]
assert read("short.csv", short) == read("short.ndjson", short) == ("HUGEINT", 2), "Below 2^64 they are no longer alike."
assert read("long.csv", long) == ("HUGEINT", 2), "CSV is not exact any more."
assert read("longer.csv", longer) == ("BIGNUM", 2), "CSV is not exact any more."
assert read("long.ndjson", long) == ("DOUBLE", 1), "JSON is read otherwise now."
assert read("longer.ndjson", longer) == ("DOUBLE", 1), "JSON is read otherwise now."
END
echo "As described: exact from CSV, rounded from JSON."
