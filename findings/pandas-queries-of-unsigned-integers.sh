#!/usr/bin/env bash
# With NumExpr installed, pandas' query finds nothing greater than 5 in a column of 2^63 and 2^64 - 1; without it, both.
#
# query and eval reckon with NumExpr where it is there, and else with Python; which of the two is no part of the program, but of
# what lies beside it. NumExpr takes unsigned integers of 64 bits for signed ones: 2^64 - 1 is -1, and half of 2^63 is -2^62. So
# residues, hashes and seeds of 64 bits get other signs, and nothing is said. engine="python" is right, as are 32 bits in both.
#
# Seen with the wheels pandas 2.3.3, numexpr 2.14.2 and numpy 2.4.6. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch/wheels" pandas==2.3.3 numpy==2.4.6 \
    python-dateutil==2.9.0.post0 pytz==2025.2 tzdata==2025.2 six==1.17.0
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch/beside" numexpr==2.14.2

cat >"$scratch/query.py" <<'END'
import sys

import numpy
import pandas

table = pandas.DataFrame({"residue": numpy.array([2**63, 2**64 - 1, 5], "uint64")})
found = [int(number) for number in table.query("residue > 5")["residue"]]
halves = [float(half) for half in table.eval("residue / 2")]
print(f"{sys.argv[1]} NumExpr above 5 are {found}, and the halves are {halves}")
right = [2**63, 2**64 - 1], [2.0**62, 2.0**63, 2.5]
assert (found, halves) == (([], [-(2.0**62), -0.5, 2.5]) if sys.argv[1] == "with" else right), "It is otherwise now."
# The controls: 32 bits, and the engine by name.
short = pandas.DataFrame({"residue": numpy.array([2**31, 2**32 - 1, 5], "uint32")})
assert len(short.query("residue > 5")) == 2 == len(table.query("residue > 5", engine="python"))
END
PYTHONPATH="$scratch/wheels" python3 "$scratch/query.py" without
PYTHONPATH="$scratch/wheels:$scratch/beside" python3 "$scratch/query.py" with
echo "As described: with NumExpr 2^64 - 1 is not above 5."
