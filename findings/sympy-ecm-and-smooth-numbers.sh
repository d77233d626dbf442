#!/usr/bin/env bash
# SymPy's ecm() fails with "empty range for randrange()" where trial division has already found everything.
#
# It divides by all primes up to 100,000, and hands on what is left to its curves without a look at whether that is 1. So every
# number whose primes all are below that, 12 as well as 101 * 103, ends in a ValueError about a random number, and the factors that
# it had found are lost. With one larger prime the same small ones come back. factorint() has no such gap.
#
# Seen with the wheels sympy 1.14.0 and mpmath 1.3.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" sympy==1.14.0 mpmath==1.3.0

PYTHONPATH="$scratch" python3 - <<'END'
from sympy import factorint
from sympy.ntheory import ecm

larger = 100003
for small in (12, 101 * 103, 2**10 * 99991):
    assert ecm(small * larger) == set(factorint(small)) | {larger}
    try:
        found = ecm(small)
    except ValueError as failed:
        print(small, "->", failed, "; with one larger prime:", ecm(small * larger))
        assert "empty range" in str(failed)
    else:
        raise SystemExit(f"{small} is factored now: {found}.")
END
echo "As described: no answer for smooth numbers."
