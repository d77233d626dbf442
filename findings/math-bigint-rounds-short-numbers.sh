#!/usr/bin/env bash
# Perl's Math::BigInt rounds 49 to a multiple of 1000 and has 100, 51 and has 0; -6, to a multiple of 100, becomes 10.
#
# bfround(N) "rounds to a multiple of 10**N", and precision(N), and the third argument of new, round by it. Longer numbers are
# rounded so. One of N digits stays as it is, 999 for N = 3; one with fewer is treated as if it had digits that it lacks, and
# becomes itself, 0, or a power of ten that is mostly less than 10^N; the sign of a negative one may be lost, or put before a 0,
# which is then less than 0. Of the numbers from 1 to 999 all but 45 are wrong for N = 3.
#
# Seen with Debian 12's libmath-bigint-perl 1.999838-1, and the 1.999830 of its Perl 5.36; run with the former. Fails when it
# behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet libmath-bigint-perl=1.999838-1 2>/dev/null
dpkg -x libmath-bigint-perl_*.deb .
grep -q 'Rounds to a multiple of 10\*\*\$N' usr/share/perl5/Math/BigInt.pm

perl -I usr/share/perl5 -e '
    use strict;
    use warnings;
    use Math::BigInt;
    sub expect {
        my ($number, $places, $expected) = @_;
        my $rounded = Math::BigInt->new($number)->bfround($places);
        print "$number to a multiple of 10^$places is $rounded\n";
        die "Expected $expected.\n" unless "$rounded" eq $expected;
        die "new has another.\n" unless Math::BigInt->new($number, undef, $places) eq $expected;
    }
    expect(49, 3, "100");
    expect(51, 3, "0");
    expect(-6, 2, "10");
    expect(-20, 3, "-0");
    expect(999, 3, "999");
    expect(-12345, 6, "-12300");
    die "It is no less than 0 now.\n" unless Math::BigInt->new(-20)->bfround(3) < 0;
    # The controls: longer numbers.
    expect(1234, 3, "1000");
    expect(-5678, 3, "-6000");
    my $right = grep { my $n = $_; Math::BigInt->new($n)->bfround(3) == ($n > 500 ? 1000 : 0) } 1 .. 999;
    print "Right of 1 to 999: $right\n";
    die "Expected 45.\n" unless $right == 45;
    for my $n (1000 .. 9999) {
        my $nearest = 1000 * int($n / 1000 + 0.5);
        $nearest -= 1000 if $n % 1000 == 500 && $nearest / 1000 % 2;    # halves go to even ones
        for my $sign (1, -1) {
            die "$sign * $n is wrong now.\n" unless Math::BigInt->new($sign * $n)->bfround(3) == $sign * $nearest;
        }
    }'
echo "As described: 49 is rounded to 100, and 51 to 0."
