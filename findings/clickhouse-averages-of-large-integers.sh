#!/usr/bin/env bash
# ClickHouse's average of 2^63 and 2^63 is 0, and that of 2^63 - 1 and 2^63 - 1 is -1.
#
# That sums of integers are taken modulo 2^64 is in its manual. avg, a floating-point number that ought to lie between the least and
# the greatest value, divides such a sum, and so does avgWeighted. arrayAvg of the same numbers is right, as is avg over toFloat64.
# Sigmas and seeds of 64 bits so have an average of what the overflows left over. toInt128OrNull makes -2^127 of the text of 2^127,
# where toInt64OrNull says NULL to that of 2^63.
#
# Seen with ClickHouse 26.9 of the wheels chdb 4.4.0 and chdb-core 26.9.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch/python" chdb==4.4.0 chdb-core==26.9.0

cd "$scratch"
PYTHONPATH="$scratch/python" python3 - <<'END_OF_PYTHON'
import chdb


def expect(expression, expected):
    seen = str(chdb.query(f"SELECT {expression}", "TSV")).strip()
    print(expression, "is", seen)
    assert seen == expected, f"Expected {expected}."


unsigned = "FROM values('x UInt64', 9223372036854775808, 9223372036854775808)"
signed = "FROM values('x Int64', 9223372036854775807, 9223372036854775807)"
expect(f"avg(x) {unsigned}", "0")
expect(f"avg(x) {signed}", "-1")
expect(f"avgWeighted(x, 2) {unsigned}", "0")
expect("toInt128OrNull('170141183460469231731687303715884105728')", "-170141183460469231731687303715884105728")
# The controls: the same numbers by other ways, short ones, and the text of 2^63.
expect(f"avg(toFloat64(x)) = 9223372036854775808 {unsigned}", "1")
expect("arrayAvg([9223372036854775807, 9223372036854775807]) = 9223372036854775808", "1")
expect("avg(x) FROM values('x UInt64', 1, 2)", "1.5")
expect("toInt64OrNull('9223372036854775808') IS NULL", "1")
END_OF_PYTHON
echo "As described: the average of 2^63 and 2^63 is 0."
