#!/usr/bin/env bash
# To Tcl's library math::numtheory the greatest common divisor of -12 and 18 is 18, and their least common multiple is -12.
#
# Where one number is negative, gcd answers with the greater of the two, whether it divides the other or not: a common factor is
# invented, 3 of -7 and 3, or lost, as in Pollard's rho, whose differences have both signs. lcm divides by that. The manual says
# "integer", and names no sign. Of numbers from 0 on both are right, at any length.
#
# Seen with Debian 12's tcllib 1.21+dfsg-1 (math::numtheory 1.1.3) on Tcl 8.6. Fails when it behaves otherwise.
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
package require math::numtheory

proc expect {operation a b expected} {
    set seen [math::numtheory::$operation $a $b]
    puts "$operation of $a and $b: $seen"
    if {$seen != $expected} {error "Expected $expected."}
}
expect gcd -12 18 18
expect gcd 12 -18 12
expect gcd -7 3 3
expect gcd -6 -4 -4
expect lcm -12 18 -12
expect lcm 12 -18 -18
# The controls: numbers from 0 on.
expect gcd 12 18 6
expect gcd 0 5 5
expect gcd 147573952589676412927 193707721 193707721
expect lcm 12 18 36
END_OF_TCL
$(find . -name 'tclsh8.6' -type f) divide.tcl
echo "As described: 18 divides -12."
