#!/usr/bin/env bash
# In Tcl's library math::statistics a Student's t below -2 has the same chance as one below 2: 0.93 with three degrees of freedom.
#
# cdf-students-t gives the chance of a value up to the one that is named, 0.0697 for -2. It squares the value and forgets the sign,
# so that a chance is never below a half, and shrinks as the value grows towards 0. A test whether one mean is below another finds
# nothing with it, however clear the difference. Of positive values it is right, and cdf-normal is right about both, to four digits.
#
# Seen with Debian 12's tcllib 1.21+dfsg-1 (math::statistics 1.5.0) on Tcl 8.6. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet tcllib=1.21+dfsg-1 tcl8.6=8.6.13+dfsg-2 libtcl8.6=8.6.13+dfsg-2 2>/dev/null
for package in *.deb; do dpkg -x "$package" .; done
LD_LIBRARY_PATH=$(dirname "$(find . -name 'libtcl8.6.so')")
export LD_LIBRARY_PATH TCL_LIBRARY=$PWD/usr/share/tcltk/tcl8.6

cat >chances.tcl <<'END_OF_TCL'
lappend auto_path [glob usr/share/tcltk/tcllib*]
package require math::statistics

proc expect {what arguments expected} {
    set seen [math::statistics::$what {*}$arguments]
    puts "$what $arguments = $seen"
    if {abs($seen - $expected) > 1e-4} {error "Expected $expected."}
}
expect cdf-students-t {3 -2} 0.930337
expect cdf-students-t {1 -1} 0.75
expect cdf-students-t {2 -100} 0.999950
expect cdf-students-t {10 -0.1} 0.538840
# The controls: the same above 0, where with one degree of freedom it is 1/2 + atan(t)/pi, and another distribution.
expect cdf-students-t {3 2} 0.930337
expect cdf-students-t {1 1} [expr {0.5 + atan(1) / acos(-1)}]
expect cdf-students-t {10 0} 0.5
expect cdf-normal {0 1 -2} 0.022750
expect cdf-normal {0 1 2} 0.977250
END_OF_TCL
$(find . -name 'tclsh8.6' -type f) chances.tcl
echo "As described: -2 is as far up as 2."
