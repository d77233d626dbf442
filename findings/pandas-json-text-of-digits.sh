#!/usr/bin/env bash
# pandas turns long integers into floating point that a JSON file holds as text, so that nobody should.
#
# To write integers above 2^53 as strings is the usual way to get them through JSON unharmed. read_json takes strings of digits for
# numbers: below 2^63 they become exact integers, from 2^63 on float64, and 2^64 - 1 comes back as 2^64. Without quotation marks
# 2^64 - 1 is read exactly, and what is longer is refused; to_numeric keeps all digits of the strings. dtype=False leaves text
# as it is.
#
# Seen with the wheels pandas 3.1.1 and numpy 2.4.6. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" \
    pandas==3.1.1 numpy==2.4.6 python-dateutil==4.0.0

PYTHONPATH="$scratch" python3 -W error - <<'END'
import io
import json

import pandas as pd

def read(values, **options):
    column = pd.read_json(io.StringIO(json.dumps([{"factor": value} for value in values])), **options).factor
    print(values, options, "->", column.dtype, column.tolist())
    return column.tolist()

assert read([str(2**63 - 1)]) == [2**63 - 1]
assert read([2**64 - 1]) == [2**64 - 1]
for long in (2**64 - 1, 10**30 + 57):
    [back] = read([str(long)])
    assert isinstance(back, float) and int(back) != long, "It keeps the digits now."
    assert read([str(long)], dtype=False) == [str(long)]
    assert pd.to_numeric(pd.Series([str(long)])).tolist() == [long]
try:
    read([2**64])
except ValueError as refused:
    print("without quotation marks:", refused)
else:
    raise SystemExit("The number itself is not refused any more.")
END
echo "As described: digits in quotation marks are read as floating point."
