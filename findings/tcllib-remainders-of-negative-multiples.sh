#!/usr/bin/env bash
# In Tcl's library math::bignum -6 modulo 3 is 3: every negative multiple of a modulus has the modulus itself as its residue.
#
# mod adds the modulus to a negative remainder, and to a remainder of zero likewise, if the number was negative. So a divisor
# isn't found: -(2^67 - 1) modulo 193707721, which divides it, is 193707721, no residue at all. rem gives 0 for that. For other
# negative numbers mod is the residue that Tcl's own % has, the sign of the modulus included.
#
# Seen with Debian 12's tcllib 1.21+dfsg-1 (math::bignum 3.1.1) on Tcl 8.6. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet tcllib=1.21+dfsg-1 tcl8.6=8.6.13+dfsg-2 libtcl8.6=8.6.13+dfsg-2 2>/dev/null
for package in *.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH=$(dirname "$(find . -name 'libtcl8.6.so')")
export LD_LIBRARY_PATH TCL_LIBRARY=$PWD/usr/share/tcltk/tcl8.6

cat >divide.tcl <<'END_OF_TCL'
lappend auto_path [glob usr/share/tcltk/tcllib*]
package require math::bignum

proc by {operation a b} {
    math::bignum::tostr [math::bignum::$operation [math::bignum::fromstr $a] [math::bignum::fromstr $b]]
}
proc expect {operation a b expected} {
    set seen [by $operation $a $b]
    puts "$operation of $a and $b: $seen"
    if {$seen != $expected} {error "Expected $expected."}
}
expect mod -6 3 3
expect mod -3 3 3
expect mod -147573952589676412927 193707721 193707721
# The controls: positive numbers, other negative ones, and the remainder of the quotient that is cut.
expect mod 6 3 0
expect mod -7 3 2
expect mod -147573952589676412928 193707721 193707720
expect rem -6 3 0
expect rem -147573952589676412927 193707721 0

set wrong 0
for {set a -60} {$a <= 60} {incr a} {
    for {set m 1} {$m <= 12} {incr m} {
        set multiple [expr {$a < 0 && $a % $m == 0}]
        if {([by mod $a $m] != $a % $m) != $multiple} {error "$a modulo $m is no exception now."}
        incr wrong $multiple
    }
}
puts "From -60 to 60: $wrong wrong, all of negative multiples"
END_OF_TCL
$(find . -name 'tclsh8.6' -type f) divide.tcl
echo "As described: -6 modulo 3 is 3."
