#!/usr/bin/env bash
# gmpy2 pads numbers with zeros in front of their sign and of 0x: an mpz of -5 is 0000-5, and 5 in hexadecimal 000000x5.
#
# Of formatting an mpz the docstring says: same as for built-in ints. f"{n:06d}" gives 0000-5 for -5 where an int gives -00005, and
# "+06d" gives 0000+5; "#08x" gives 000000x5 for 5. What was padded to sort as text, or for columns, is no number any more to int(),
# and to most other readers. An mpfr does likewise. "%06d" % n is right, and so are positive numbers without a sign.
#
# Seen with the wheel gmpy2 2.3.2. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" gmpy2==2.3.2

PYTHONPATH="$scratch" python3 - <<'END'
from gmpy2 import mpfr, mpz

assert mpz.__format__.__doc__.split("\n\n")[1].startswith("Same as for built-in `int`'s")
seen = {}
for number, how in [(-5, "06d"), (5, "+06d"), (5, "#08x"), (5, "06d"), (-5, "6d")]:
    seen[number, how] = format(mpz(number), how)
    print(f"{number} as {how}: int {format(number, how)!r}, mpz {seen[number, how]!r}")
assert seen == {(-5, "06d"): "0000-5", (5, "+06d"): "0000+5", (5, "#08x"): "000000x5", (5, "06d"): "000005", (-5, "6d"): "    -5"}
for padded in seen[-5, "06d"], seen[5, "+06d"]:
    try:
        int(padded)
    except ValueError as refused:
        print(refused)
    else:
        raise SystemExit(f"int() reads {padded} now.")
assert format(mpfr(-5), "010.3f") == "0000-5.000" and format(-5.0, "010.3f") == "-00005.000"
assert "%06d" % mpz(-5) == "-00005"
END
echo "As described: zeros stand in front of the sign."
