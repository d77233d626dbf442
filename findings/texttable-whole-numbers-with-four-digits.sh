#!/usr/bin/env bash
# texttable prints whole numbers above 10^8 with four digits: the sigma 1779685458 is 1.780e+09 in its tables.
#
# A column is "automatic (try to use the most appropriate datatype)" unless told otherwise, and for ints, and for text of digits, up
# to 10^8 that is int. Above, it is scientific notation with set_precision's three digits behind the point: 100000001 is 1.000e+08,
# beside a 99999999 in full. set_precision is there for floats, and "i" as the column's type leaves numbers whole. prettytable, whose
# tables look the same, prints what it is given.
#
# Seen with the wheels texttable 1.7.2 and prettytable 3.18.0. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --target "$scratch" texttable==1.7.2 prettytable==3.18.0

PYTHONPATH="$scratch" python3 - <<'END'
from prettytable import PrettyTable
from texttable import Texttable

NUMBERS = [99999999, 100000001, 1779685458, "1779685458", 2**64 + 1]

def column(type=None):
    """Return the cells of one column of numbers, as they are printed."""
    table = Texttable()
    table.set_deco(0)
    if type:
        table.set_cols_dtype([type])
    table.add_rows([[number] for number in NUMBERS], header=False)
    return table.draw().split()

automatic, whole = column(), column("i")
print("automatic:", *automatic)
print("int:      ", *whole)
assert automatic == ["99999999", "1.000e+08", "1.780e+09", "1.780e+09", "1.845e+19"], "They are printed otherwise now."
assert whole[:4] == [str(number) for number in NUMBERS[:4]]
other = PrettyTable(header=False, border=False)
other.add_rows([[number] for number in NUMBERS])
assert other.get_string().split() == [str(number) for number in NUMBERS]
END
echo "As described: four digits of a sigma."
