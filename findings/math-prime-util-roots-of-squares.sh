#!/usr/bin/env bash
# Math::Prime::Util finds no square root of 4 modulo 8, nor of many other squares that have a factor in common with the modulus.
#
# Of sqrtmod the manual says that undef is returned if no square root exists. 2 * 2 is 4, and sqrtmod(4, 8) is undef; so it is for 56
# of the squares modulo numbers up to 60, all with a factor in common with the modulus. Who goes by it leaves out solutions of
# quadratic congruences. Squares that are coprime to the modulus all have a root, and so have most others.
#
# Seen with Debian 12's libmath-prime-util-perl 0.73-2+b2 on Perl 5.36. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet libmath-prime-util-perl=0.73-2+b2 2>/dev/null
dpkg -x libmath-prime-util-perl_*.deb .
modules=$(find usr/lib -type d -path '*/perl5/5*' -name '5*')
grep -rq 'If no square root exists, undef is returned' "$modules"

perl -I "$modules" -e '
    use strict;
    use warnings;
    use Math::Prime::Util qw(gcd sqrtmod);
    my (@rootless, $coprime, $roots);
    for my $n (1 .. 60) {
        my %squares = map { $_ * $_ % $n => 1 } 0 .. $n - 1;
        for my $square (sort { $a <=> $b } keys %squares) {
            my $root = sqrtmod($square, $n);
            if (defined $root) {
                $roots++;
                die "sqrtmod($square, $n) is $root.\n" unless ($root * $root - $square) % $n == 0;
            } else {
                push @rootless, "$square mod $n";
                $coprime++ if gcd($square, $n) == 1;
            }
        }
    }
    print "Without a root: ", join(", ", @rootless), "; $roots others have one\n";
    die "4 has a root modulo 8 now.\n" unless grep { $_ eq "4 mod 8" } @rootless;
    die "Expected 56.\n" unless @rootless == 56;
    die "Some are coprime to the modulus.\n" if $coprime;'
echo "As described: 4 is no square modulo 8."
