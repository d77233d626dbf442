#!/usr/bin/env bash
# Ruby reads 1:30 in YAML as 5400, where YAML 1.1 and Python have 90; 1:30:00 is 5400 to all of them.
#
# YAML 1.1 writes numbers to the base 60 with colons, and the last part is the ones: 1:30 is 1 * 60 + 30. Ruby's Psych takes the
# first part for hours, however many parts there are, so that a limit of a minute and a half is one of an hour and a half, and
# 1:30 and 1:30:00 are the same. It also reads 1,000 as 1000, and 1,2,3 as 123, which are text in YAML; a list without its
# brackets becomes a number. What it writes itself it puts in quotation marks where it would misread it.
#
# Seen with Debian 12's libruby3.1 3.1.7+really3.1.2-0+deb12u1 (Psych 4.0.4), and the wheel pyyaml 6.0.3. Fails when they behave
# otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch/python" pyyaml==6.0.3
# What Ruby needs and this machine lacks is fetched with it, and unpacked here only.
version=3.1.7+really3.1.2-0+deb12u1
apt-get install --download-only --reinstall --yes --quiet --quiet --no-install-recommends \
    --option Dir::Cache::archives="$scratch" ruby3.1=$version libruby3.1=$version >/dev/null 2>&1
for package in "$scratch"/*.deb; do dpkg -x "$package" "$scratch"; done
LD_LIBRARY_PATH=$(find "$scratch/usr/lib" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
RUBYLIB=$(find "$scratch/usr/lib" -name psych.rb -printf '%h:')$(find "$scratch/usr/lib" -name psych.so -printf '%h\n')

ask() { # a YAML scalar, what Ruby makes of it, and what Python does
    local python ruby
    ruby=$(LD_LIBRARY_PATH=$LD_LIBRARY_PATH RUBYLIB=$RUBYLIB "$scratch/usr/bin/ruby3.1" --disable-gems -r psych \
        -e 'puts Psych.load(ARGV[0]).inspect' "$1")
    python=$(PYTHONPATH="$scratch/python" python3 -c 'import sys, yaml; print(repr(yaml.safe_load(sys.argv[1])))' "$1")
    echo "$1 is $ruby in Ruby, $python in Python"
    [ "$ruby, $python" = "$2, $3" ] || { echo "Expected $2 and $3."; exit 1; }
}
ask 1:30 5400 90
ask 10:00 36000 600
ask 1,000 1000 "'1,000'"
ask 1,2,3 123 "'1,2,3'"
# The controls: three parts, and what is a number to both.
ask 1:30:00 5400 5400
ask 1_000 1000 1000
ask 147573952589676412927 147573952589676412927 147573952589676412927
echo "As described: 1:30 is 5400."
