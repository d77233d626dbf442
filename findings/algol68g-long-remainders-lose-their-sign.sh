#!/usr/bin/env bash
# In Algol 68 Genie -7 MOD 3 is 2, as an INT and as a LONG LONG INT, and 1 as a LONG INT; -1 modulo 10^9 + 7 is 1 there, too.
#
# Algol 68's MOD is never negative, and goes with whole multiples: -7 is 2 above -9. For LONG INT, the middle one of the three
# lengths, the remainder of the quotient cut towards zero, -1, just loses its sign, so that residues of negative numbers are those
# of their opposites. MODAB, which assigns the remainder, does likewise; of numbers that aren't negative, and of multiples, it is
# right. And 0 to the power of 0 is 0 as an INT and as a REAL, and 1 as a LONG and a LONG LONG INT.
#
# Seen with Debian 12's algol68g 3.1.2-1+b1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
# What it needs and this machine lacks is fetched with it, and unpacked here only.
apt-get install --download-only --reinstall --yes --quiet --quiet --no-install-recommends \
    --option Dir::Cache::archives="$scratch" algol68g=3.1.2-1+b1 >/dev/null 2>&1
for package in *.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH=$(find "$PWD" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
export LD_LIBRARY_PATH

expect() { # a length, what is declared, an expression, and its value
    local seen
    echo "BEGIN $1 INT $2; print(whole($3, 0)) END" >shown.a68
    seen=$(HOME=$PWD usr/bin/a68g --quiet shown.a68)
    echo "${1:-short} INT $2: $3 = $seen"
    [ "$seen" = "$4" ] || { echo "Expected $4."; exit 1; }
}
for length in "" "LONG LONG"; do
    expect "$length" "n = -7, m = 3" "n MOD m" 2
    expect "$length" "n = -1, m = 1000000007" "n MOD m" 1000000006
done
expect LONG "n = -7, m = 3" "n MOD m" 1
expect LONG "n = -7, m = -3" "n MOD m" 1
expect LONG "n = -1, m = 1000000007" "n MOD m" 1
expect LONG "n = -LONG 1267650600228229401496703205376, m = 1000000007" "n MOD m" \
    "$(python3 -c 'print(2**100 % 1000000007)')"
expect LONG "n := -7, m := 3" "(n MODAB m; n)" 1
expect "" "zero = 0" "zero ** 0" 0
# The controls: the quotient, numbers that aren't negative, multiples, and a longer type.
expect LONG "n = -7, m = 3" "n OVER m" -2
expect LONG "n = -7, m = 3" "n - (n OVER m) * m" -1
expect LONG "n = 7, m = -3" "n MOD m" 1
expect LONG "n = -6, m = 3" "n MOD m" 0
expect "LONG LONG" "n = -LONG LONG 1267650600228229401496703205376, m = 1000000007" "n MOD m" \
    "$(python3 -c 'print(-2**100 % 1000000007)')"
expect LONG "zero = 0" "zero ** 0" 1
expect "LONG LONG" "zero = 0" "zero ** 0" 1
echo "As described: -7 modulo 3 is 1."
