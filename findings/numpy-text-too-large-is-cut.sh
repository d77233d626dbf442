#!/usr/bin/env bash
# NumPy reads integers that are too large for their type as the largest that fits, when it reads them with fromstring or fromfile.
#
# With a separator both parse text, and answer 2^64 and everything above, in a column of unsigned 64-bit integers, with
# 18446744073709551615, without a word: a list of factors that holds some long ones comes back with all long ones equal. The same
# text is refused by loadtxt, and the same value by array().
#
# Seen with the wheel numpy 2.4.6. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" numpy==2.4.6

cd "$scratch"
PYTHONPATH="$scratch" python3 -W error - <<'END'
import io
from pathlib import Path

import numpy as np

factors = [2**64, 10**30 + 57, 3]
text = " ".join(map(str, factors))
Path("factors").write_text(text)
cut = [2**64 - 1, 2**64 - 1, 3]
for name, read in (
    ("fromstring", np.fromstring(text, dtype=np.uint64, sep=" ").tolist()),
    ("fromfile", np.fromfile("factors", dtype=np.uint64, sep=" ").tolist()),
):
    print(name, text, "->", read)
    assert read == cut, f"{name} reads otherwise now."
assert np.fromstring(str(2**63), dtype=np.int64, sep=" ").tolist() == [2**63 - 1], "Signed ones are read otherwise now."
for name, read in (
    ("loadtxt", lambda: np.loadtxt(io.StringIO(text), dtype=np.uint64)),
    ("array", lambda: np.array(factors, dtype=np.uint64)),
):
    try:
        read()
    except (ValueError, OverflowError) as refused:
        print(name, "refuses:", refused)
    else:
        raise SystemExit(f"{name} does not refuse it any more.")
END
echo "As described: what is too large is read as the largest."
