#!/usr/bin/env bash
# labmath's Fibonacci numbers modulo m are those of the modulus that came first: after one modulo 7, F(10) modulo 1000 is 6.
#
# fibomod keeps what it has found, but by the index alone, from one call to the next. So the first modulus decides for all later
# ones, of any size: with 7 first, F(10) = 55 is 6 modulo 1000, and with 1000 first it is 55 modulo 7, which is no residue at all. A
# dictionary of its own for each call, its third argument, keeps them apart. The periods modulo primes, by which primes are tested,
# come out wrong likewise.
#
# Seen with the wheel labmath 2.2.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" labmath==2.2.0

ask() { # the questions of one program, and its answers
    local seen
    seen=$(PYTHONPATH="$scratch" python3 -c "from labmath import fibomod; print(($1))")
    echo "$1: $seen"
    [ "$seen" = "$2" ] || { echo "Expected $2."; exit 1; }
}
ask 'fibomod(10, 7)' 6
ask 'fibomod(10, 1000)' 55
ask 'fibomod(10, 7), fibomod(10, 1000)' '(6, 6)'
ask 'fibomod(10, 1000), fibomod(10, 7)' '(55, 55)'
ask 'fibomod(20, 10**6), fibomod(20, 13)' '(6765, 6765)'
# Whether p divides F(p - 1) or F(p + 1), as each prime but 5 does.
ask '[p for p in (7, 11, 13) if fibomod(p - 1, p) * fibomod(p + 1, p) % p]' '[11, 13]'
# The control: apart they are right.
ask '[fibomod(10, m, {0: 0, 1: 1, 2: 1}) for m in (7, 1000, 13)]' '[6, 55, 3]'
echo "As described: the modulus of the first call stays."
