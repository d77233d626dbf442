#!/usr/bin/env bash
# primePy's primes between two numbers never have 2 among them, begin with 1 where that is asked for, and end before the upper one.
#
# between(1, 10) is [1, 3, 5, 7]. It goes through the odd numbers, and its test takes 1 for a prime. The upper end is left out, also
# where it is a prime, and the lower one is not: between(3, 11) and between(11, 17) put together are whole, as far as that goes, but
# upto(n), of the same module, has its end. Its totient of 1 is 0.
#
# Seen with the wheel primePy 1.3. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" primePy==1.3

PYTHONPATH="$scratch" python3 - <<'END'
from primePy import primes

def expect(name, arguments, expected):
    seen = getattr(primes, name)(*arguments)
    print(f"{name}{arguments} = {seen}")
    assert seen == expected, f"Expected {expected}."

expect("between", (1, 10), [1, 3, 5, 7])
expect("between", (2, 10), [3, 5, 7])
expect("between", (3, 11), [3, 5, 7])
expect("between", (11, 17), [11, 13])
expect("between", (100, 103), [101])
expect("check", (1,), True)
expect("check", (9,), False)
expect("phi", (1,), 0)
# The controls: its other lists are whole.
expect("upto", (11,), [2, 3, 5, 7, 11])
expect("first", (5,), [2, 3, 5, 7, 11])
END
echo "As described: no 2, and 1."
