#!/usr/bin/env bash
# FLINT's quadratic sieve writes its relations to /tmp, whatever TMPDIR says, and leaves the file there when it is ended.
#
# While python-flint factors a product of two large primes, FLINT's qsieve lets a file /tmp/siqsXXXXXX grow. On a machine whose
# /tmp is small, or in memory, and that sets TMPDIR because of that, the room is taken all the same; and a worker that is ended by
# a signal, as workers are, leaves its file, so that they add up.
#
# Seen with FLINT of the wheel python-flint 0.9.0 on Linux. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
left=
trap 'rm -rf "$scratch" $left' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch/wheel" python-flint==0.9.0
mkdir "$scratch/elsewhere"
its_own() { find "/proc/$sieve/fd" -lname '/tmp/siqs??????' -printf '%l\n' 2>/dev/null || true; }

# A product of two primes of 35 digits takes half a minute; after a second the sieve is at work.
TMPDIR="$scratch/elsewhere" PYTHONPATH="$scratch/wheel" python3 -c "
from flint import fmpz
def prime(n):
    while not fmpz(n).is_prime(): n += 2
    return n
(fmpz(prime(10**34 + 1)) * prime(7 * 10**34 + 1)).factor()" &
sieve=$!
while kill -0 $sieve 2>/dev/null; do # however busy the machine is
    left=$(its_own)
    [ -z "$left" ] || break
    sleep 0.2
done
elsewhere=$(ls -A "$scratch/elsewhere")
kill $sieve 2>/dev/null || true
wait $sieve || true
[ -n "$left" ] || { echo "No file came to /tmp."; exit 1; }
[ -z "$elsewhere" ] || { echo "TMPDIR counts now: $elsewhere."; exit 1; }
[ -e "$left" ] || { echo "The file goes away with the program now."; exit 1; }
echo "As described: $left is left, and nothing came to TMPDIR."
