#!/usr/bin/env bash
# PHP's large integers are {} in its JSON, and their sum by array_sum is 0.
#
# A number of the extension gmp is an object, which +, *, ==, max and in_array take for a number. json_encode, which refuses
# what it can't write, writes an empty object for each, var_export one without its value, and array_sum leaves them out without
# a word, so that counts in a list add up to 0, or to those of them that are small enough to be PHP's own. (int) of one is its
# low 63 bits: 2^64 + 1 is 1. echo, gmp_strval and serialize have all digits.
#
# Seen with Debian 12's php8.2-gmp 8.2.36-1~deb12u1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
# What PHP needs and this machine lacks is fetched with it, and unpacked here only.
apt-get install --download-only --reinstall --yes --quiet --quiet --no-install-recommends \
    --option Dir::Cache::archives="$scratch" php8.2-cli=8.2.36-1~deb12u1 php8.2-gmp=8.2.36-1~deb12u1 >/dev/null 2>&1
for package in "$scratch"/*.deb; do dpkg -x "$package" "$scratch"; done
LD_LIBRARY_PATH=$(find "$scratch/usr/lib" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
export LD_LIBRARY_PATH

ask() { # an expression, and its value
    local seen
    seen=$("$scratch/usr/bin/php8.2" -n -d extension="$(find "$scratch" -name gmp.so)" -r "echo $1;")
    echo "$1 is $seen"
    [ "$seen" = "$2" ] || { echo "Expected $2."; exit 1; }
}
ask 'json_encode(["factor" => gmp_init("147573952589676412927")])' '{"factor":{}}'
ask 'json_encode([gmp_init(5), gmp_init(6)])' '[{},{}]'
ask 'preg_replace("/\s/", "", var_export(gmp_init(5), true))' '\GMP::__set_state(array())'
ask 'array_sum([gmp_init(5), gmp_init(6)])' 0
ask 'array_sum([gmp_init("147573952589676412927"), 7])' 7
ask '(int)gmp_init("18446744073709551617")' 1
# The controls: the same numbers otherwise.
ask 'gmp_init(5) + gmp_init(6)' 11
ask 'gmp_init("147573952589676412927")' 147573952589676412927
ask 'max(gmp_init(5), gmp_init("147573952589676412927"))' 147573952589676412927
ask 'unserialize(serialize(gmp_init(-5)))' -5
ask 'json_encode(NAN) === false' 1
echo "As described: a large integer is {}."
