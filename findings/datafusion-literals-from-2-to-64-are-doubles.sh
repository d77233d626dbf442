#!/usr/bin/env bash
# DataFusion takes 18446744073709551617 and 18446744073709551616 for equal, and casts both to the same DECIMAL(38, 0).
#
# A literal beyond 64 bits becomes a double as it is read, before a cast that stands around it has its say: 2^64 + 1 is cast to
# 2^64, and 12345678901234567890.5 to 12345678901234566758.4. SQL's numerals are exact. In quotes the digits are cast as they are,
# and with the setting parse_float_as_decimal they are read so; it is off.
#
# Seen with the wheels datafusion 55.0.0 and pyarrow 26.0.1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" datafusion==55.0.0 pyarrow==26.0.1

PYTHONPATH="$scratch" python3 - <<'END'
from datafusion import SessionConfig, SessionContext

usual = SessionContext()
exact = SessionContext(SessionConfig().set("datafusion.sql_parser.parse_float_as_decimal", "true"))


def expect(expression, expected, context=usual):
    (row,) = context.sql(f"SELECT {expression} AS seen").to_pylist()
    print(expression, "is", row["seen"])
    assert str(row["seen"]) == expected, f"Expected {expected}."


expect("18446744073709551617 = 18446744073709551616", "True")
expect("CAST(18446744073709551617 AS DECIMAL(38, 0))", "18446744073709551616")
expect("CAST(12345678901234567890.5 AS DECIMAL(38, 1))", "12345678901234566758.4")
# The controls: 64 bits, the digits in quotes, and the setting.
expect("18446744073709551615 = 18446744073709551614", "False")
expect("CAST('18446744073709551617' AS DECIMAL(38, 0))", "18446744073709551617")
expect("CAST(18446744073709551617 AS DECIMAL(38, 0))", "18446744073709551617", exact)
END
echo "As described: 2^64 + 1 and 2^64 are equal."
