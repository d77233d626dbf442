#!/usr/bin/env bash
# Perl's Math::BigFloat divides 10^41 by 3 into 33333333333333333333333333333333333333330, with a remainder of 1.
#
# In a list bdiv gives an "integer $q and a remainder $r so that $x = $q * $y + $r". The integer is rounded to 40 digits, which a
# fraction without an end needs, and a whole number doesn't; the remainder is that of the exact one. So the two make another number,
# 9 less than 10^41, and from 41 digits on a cofactor is lost where the remainder, 0, says that the factor divides. Math::BigInt's
# bdiv is right.
#
# Seen with Debian 12's libmath-bigint-perl 1.999838-1 on Perl 5.36, and the 1.999830 of that. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet libmath-bigint-perl=1.999838-1 2>/dev/null
dpkg -x libmath-bigint-perl_*.deb .
grep --quiet --fixed-strings 'returning an integer $q and a remainder $r so that $x = $q * $y +' usr/share/perl5/Math/BigFloat.pm

perl -I usr/share/perl5 - <<'END_OF_PERL'
use strict;
use warnings;
use Math::BigFloat;
use Math::BigInt;

sub expect {
    my ($number, $divisor, $expected) = @_;
    my ($quotient, $remainder) = Math::BigFloat->new($number)->bdiv($divisor);
    my ($right, $left) = Math::BigInt->new($number)->bdiv($divisor);
    print "$number by $divisor: $quotient, should be $right, remainder $remainder\n";
    die "It is another quotient now.\n" unless "$quotient" eq ($expected // $right) && $remainder == $left;
    die "Math::BigInt is wrong, too, now.\n" unless $right * $divisor + $left == Math::BigInt->new($number);
}
expect("1" . "0" x 41, 3, "3" x 40 . "0");
expect("1" . "0" x 50, 7, "1428571428571428571428571428571428571429" . "0" x 10);
expect("21778071482940061661655974875633165533184", 2, "10889035741470030830827987437816582766590");
# The controls: quotients of up to 40 digits.
expect("1" . "0" x 40, 3);
expect("147573952589676412927", 193707721);
expect("-7", 3);
END_OF_PERL
echo "As described: 10^41 by 3 ends in a 0."
