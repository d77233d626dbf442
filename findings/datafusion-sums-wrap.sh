#!/usr/bin/env bash
# In DataFusion the sum of 2^63 - 1 and 1 is -2^63, and the sum of four times 10^38 - 1 has lost 2^128.
#
# SQL has a sum that does not fit be an error, as abs of -2^63 is here. sum, and * of integers, go on modulo 2^64, and sum of
# DECIMAL(38, 0) modulo 2^128: of four values of 38 digits it is one of 38 digits, with the right sign, and no word.
#
# Seen with the wheels datafusion 55.0.0 and pyarrow 26.0.1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" datafusion==55.0.0 pyarrow==26.0.1

PYTHONPATH="$scratch" python3 - <<'END'
from datafusion import SessionContext

context = SessionContext()


def seen(expression, values):
    rows = ", ".join(f"({value})" for value in values)
    (row,) = context.sql(f"SELECT {expression} AS seen FROM (VALUES {rows}) AS t (x)").to_pylist()
    return row["seen"]


def expect(expression, values, expected):
    found = seen(expression, values)
    print(f"{expression} of {', '.join(values)} is {found}")
    assert int(found) == expected, f"Expected {expected}."


largest = str(10**38 - 1)
long = f"CAST('{largest}' AS DECIMAL(38, 0))"
expect("sum(x)", [str(2**63 - 1), "1"], -(2**63))
expect("sum(CAST(x AS BIGINT UNSIGNED))", [f"'{2**64 - 1}'", "'1'"], 0)
expect("x * x", ["3037000500"], 3037000500**2 - 2**64)
expect("sum(x)", [long] * 4, 4 * (10**38 - 1) - 2**128)
# The controls: sums that fit, and other operations, which refuse.
expect("sum(x)", [str(2**63 - 2), "1"], 2**63 - 1)
expect("sum(x)", [long], 10**38 - 1)
expect("x * x", ["3037000499"], 3037000499**2)
try:
    print(seen("abs(x)", [f"CAST('{-2**63}' AS BIGINT)"]))
except Exception as error:
    print("abs of -2^63 is refused:", str(error).splitlines()[0])
else:
    raise SystemExit("Expected that abs(-2^63) is refused.")
END
echo "As described: the sum of 2^63 - 1 and 1 is -2^63."
