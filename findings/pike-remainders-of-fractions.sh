#!/usr/bin/env bash
# Pike's exact fractions have wrong remainders: 7/2 % 1 is -7/2, and 1/3 % 1 is -2/3.
#
# Everywhere else in Pike the remainder of positive x and y lies from 0 to y, and -7 % 3 is 2. Gmp.mpq obeys that for whole values
# which aren't negative. Where x has a denominator, more than half of the remainders of positive numbers are below zero, and may be
# far from it: 22/7 % 1 is -132/7. They differ from x by a multiple of y, but not by the right one. Of negative numbers also whole
# ones have another remainder: -7 % 3 is -1.
#
# Seen with Debian 12's pike8.0-core 8.0.1738-1+b2. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet pike8.0-core=8.0.1738-1+b2 2>/dev/null
dpkg -x pike8.0-core_*.deb .

cat >divide.pike <<'END_OF_PIKE'
void expect(string what, mixed seen, mixed expected) {
    write("%s = %O\n", what, seen);
    if (seen != expected) { write("Expected %O.\n", expected); exit(1); }
}

int main() {
    expect("7/2 % 1", Gmp.mpq(7, 2) % 1, Gmp.mpq(-7, 2));
    expect("1/3 % 1", Gmp.mpq(1, 3) % 1, Gmp.mpq(-2, 3));
    expect("22/7 % 1", Gmp.mpq(22, 7) % 1, Gmp.mpq(-132, 7));
    expect("-7 % 3 as fractions", Gmp.mpq(-7) % Gmp.mpq(3), -1);
    // The controls: other numbers, and what remainders are made of.
    expect("-7 % 3 as integers", -7 % 3, 2);
    expect("-7 % 3 as Gmp.mpz", Gmp.mpz(-7) % 3, 2);
    expect("3.5 % 1.0", 3.5 % 1.0, 0.5);
    expect("7 % 3 as fractions", Gmp.mpq(7) % Gmp.mpq(3), 1);
    expect("7/2 - 3 * 1", Gmp.mpq(7, 2) - Gmp.mpq(1) * 3, Gmp.mpq(1, 2));

    int below, all;
    for (int a = 1; a < 13; a++) for (int b = 2; b < 5; b++) for (int c = 1; c < 7; c++) for (int d = 1; d < 4; d++) {
        object x = Gmp.mpq(a, b), y = Gmp.mpq(c, d), r = x % y;
        if ((int) ((x - r) / y)->den() != 1 || r >= y) expect("A remainder of another kind", r, "none");
        below += r < 0;
        all++;
    }
    expect("Of " + all + " positive pairs, those with a remainder below zero", below, 345);
}
END_OF_PIKE
usr/bin/pike8.0 -m usr/lib/pike8.0/master.pike -M usr/lib/pike8.0/modules divide.pike
echo "As described: 7/2 modulo 1 is -7/2."
