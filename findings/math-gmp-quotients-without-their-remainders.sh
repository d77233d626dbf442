#!/usr/bin/env bash
# To Perl's Math::GMP -7 divided by -3 is 2, and -7 modulo -3 is 2: 2 * -3 + 2 is -4, not -7.
#
# / rounds down, and % is never negative, whatever the sign of the divisor: the two belong together only where that is positive. 7
# divided by -3 is -3, with a remainder of 1, which makes 10. bdiv in a list has a third answer, cut towards zero, and that does
# make 7 and -7. Math::BigInt's / and % fit each other. The manual has no word of signs.
#
# Seen with Debian 12's libmath-gmp-perl 2.25-1+b1 on Perl 5.36. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet libmath-gmp-perl=2.25-1+b1 2>/dev/null
dpkg -x libmath-gmp-perl_*.deb .
modules=$(find usr/lib -type d -path '*/perl5/5*' -name '5*')

perl -I "$modules" - <<'END_OF_PERL'
use strict;
use warnings;
use Math::GMP;

sub expect {
    my ($n, $m, $quotient, $remainder, $made) = @_;
    my ($a, $b) = (Math::GMP->new($n), Math::GMP->new($m));
    my ($q, $r) = ($a / $b, $a % $b);
    print "$n = $q * $m + $r, which is ", $q * $b + $r, "\n";
    die "It is divided otherwise now.\n" unless "$q" eq $quotient && "$r" eq $remainder && $q * $b + $r == $made;
    my ($cut, $rest) = $a->bdiv($b);
    die "bdiv doesn't fit either now.\n" unless $cut * $b + $rest == $a;
}
expect(-7, -3, 2, 2, -4);
expect(7, -3, -3, 1, 10);
expect(-1, -5, 0, 4, 4);
# The controls: divisors above zero, and no remainder.
expect(7, 3, 2, 1, 7);
expect(-7, 3, -3, 2, -7);
expect(6, -3, -2, 0, 6);
END_OF_PERL
echo "As described: -7 is 2 times -3, and 2 more."
