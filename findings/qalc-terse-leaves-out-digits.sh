#!/usr/bin/env bash
# qalc, asked for the answer alone, makes 250 of 250_000, 1 of 1.000.000 and two numbers of 250,000, and says nothing of it.
#
# What it can't read of a number it leaves out, and says so: "Trailing characters … were ignored". With -t, terse, which scripts
# use because it prints the result and no more, that message is not printed on either stream, and the status is 0. A comma makes
# a list in any mode, so that 2 * 250,000 is [500 0]. Blanks between digits are read as meant: 250 000 is 250000.
#
# Seen with Debian 12's qalc and libqalculate22 4.5.1-1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
# What qalc needs and this machine lacks is fetched with it, and unpacked here only.
apt-get install --download-only --reinstall --yes --quiet --quiet --no-install-recommends \
    --option Dir::Cache::archives="$scratch" qalc=4.5.1-1 libqalculate22=4.5.1-1 libqalculate-data=4.5.1-1 >/dev/null 2>&1
for package in "$scratch"/*.deb; do dpkg -x "$package" "$scratch"; done
LD_LIBRARY_PATH=$(find "$scratch/usr/lib" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
export LD_LIBRARY_PATH HOME="$scratch"

ask() { # an expression, and what is printed of it on both streams
    local seen
    seen=$("$scratch/usr/bin/qalc" -t "$1" 2>&1 | tr -s ' ')
    echo "$1 is $seen"
    [ "$seen" = "$2" ] || { echo "Expected $2."; exit 1; }
}
ask 250_000 250
ask 1.000.000 1
ask 0b12 1
ask '2 * 250,000' '[500 0]'
# The controls: with its messages, and what it reads.
"$scratch/usr/bin/qalc" 250_000 2>&1 | grep 'were ignored'
"$scratch/usr/bin/qalc" 1.000.000 2>&1 | grep 'ignored'
ask 250000 250000
ask '250 000' 250000
ask 2.5e5 250000
echo "As described: 250_000 is 250."
