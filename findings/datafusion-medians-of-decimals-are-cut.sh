#!/usr/bin/env bash
# DataFusion's median of the decimals 1 and 4 is 2, and that of 0 and 1 is 0.
#
# Between two values in the middle the median lies half way; of DECIMAL it is cut off at the scale of its column, towards 0, so
# that the median of -1 and -4 is -2. avg of the same column gets four digits more, percentile_cont(0.5) is 2.5, and so is the
# median of the same numbers as DOUBLE, or with a digit more behind the point.
#
# Seen with the wheels datafusion 55.0.0 and pyarrow 26.0.1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" datafusion==55.0.0 pyarrow==26.0.1

PYTHONPATH="$scratch" python3 - <<'END'
from datafusion import SessionContext

context = SessionContext()


def expect(aggregate, values, expected):
    rows = ", ".join(f"({value})" for value in values)
    (row,) = context.sql(f"SELECT {aggregate} AS seen FROM (VALUES {rows}) AS t (x)").to_pylist()
    print(f"{aggregate} of {', '.join(values)} is {row['seen']}")
    assert str(row["seen"]) == expected, f"Expected {expected}."


whole = "CAST(x AS DECIMAL(10, 0))"
tenths = "CAST(x AS DECIMAL(3, 1))"
expect(f"median({whole})", ["1", "4"], "2")
expect(f"median({whole})", ["-1", "-4"], "-2")
expect(f"median({whole})", ["0", "1"], "0")
expect(f"median({tenths})", ["1.0", "1.1"], "1.0")
# The controls: other types, a finer scale, other aggregates, and a median that is one of the values.
expect("median(CAST(x AS DOUBLE))", ["1", "4"], "2.5")
expect("median(CAST(x AS DECIMAL(10, 1)))", ["1", "4"], "2.5")
expect(f"avg({whole})", ["1", "4"], "2.5000")
expect(f"percentile_cont(0.5) WITHIN GROUP (ORDER BY {whole})", ["1", "4"], "2.5")
expect(f"median({whole})", ["1", "4", "9"], "4")
END
echo "As described: the median of the decimals 1 and 4 is 2."
