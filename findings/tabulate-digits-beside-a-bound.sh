#!/usr/bin/env bash
# tabulate cuts long whole numbers to six digits as soon as one cell of their column is written with an exponent or a fraction.
#
# Cells that are text of digits stay as they are while all of a column are: 18446744073709551617. One 1e6 among them, as bounds are
# written, or one 0.5, makes a column of floats of it, and the same text is printed as 1.84467e+19, while the 1e6 becomes 1e+06 and
# 1234567 becomes 1.23457e+06. A column's numbers hang on what else is in it that day, and what is printed is no number to go on
# with. disable_numparse leaves text alone, but ints are cut with it, too, beside a float.
#
# Seen with the wheel tabulate 0.10.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --target "$scratch" tabulate==0.10.0

PYTHONPATH="$scratch" python3 - <<'END'
from tabulate import tabulate

def column(*cells, **options):
    printed = tabulate([[cell] for cell in cells], tablefmt="plain", **options).split()
    print(*map(repr, cells), "->", *printed)
    return printed

long = "18446744073709551617"
assert column(long, "1234567") == [long, "1234567"]
assert column(long, "1234567", "1e6") == ["1.84467e+19", "1.23457e+06", "1e+06"], "It is printed otherwise now."
assert column(long, "0.5") == ["1.84467e+19", "0.5"], "It is printed otherwise now."
assert column(long, "C20") == [long, "C20"]
assert column(long, "1e6", disable_numparse=True) == [long, "1e6"]
assert column(1234567, 0.5) == ["1.23457e+06", "0.5"], "It is printed otherwise now."
END
echo "As described: text of 20 digits becomes 1.84467e+19."
