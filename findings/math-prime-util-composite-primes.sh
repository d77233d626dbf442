#!/usr/bin/env bash
# Math::Prime::Util calls a prime composite when one of the bases of a strong test is a multiple of it.
#
# Of is_strong_pseudoprime the manual says: if 0 is returned, then the number really is a composite. For the prime 7 and the bases 7
# and 14 it is 0, so that the manual's own series of bases, 2, 3, 5, 7, 11, 13, 17, calls the primes from 5 to 17 composite. 2 and 3
# are spared. is_prime is not concerned.
#
# Seen with Debian 12's libmath-prime-util-perl 0.73-2+b2 on Perl 5.36. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet libmath-prime-util-perl=0.73-2+b2 2>/dev/null
dpkg -x libmath-prime-util-perl_*.deb .
modules=$(find usr/lib -type d -path '*/perl5/5*' -name '5*')
grep -rq 'If 0 is returned, then the number really is a composite' "$modules"

perl -I "$modules" -e '
    use strict;
    use warnings;
    use Math::Prime::Util qw(is_prime is_strong_pseudoprime primes);
    sub expect {
        my ($n, $expected, @bases) = @_;
        my $answer = is_strong_pseudoprime($n, @bases);
        print "is_strong_pseudoprime($n, ", join(", ", @bases), ") = $answer\n";
        die "Expected $expected.\n" unless $answer == $expected;
    }
    my @bases = (2, 3, 5, 7, 11, 13, 17);
    expect(7, 0, 7);
    expect(7, 0, 14);
    expect(7, 1, 8);
    expect($_, 0, @bases) for 5, 7, 11, 13, 17;
    expect($_, 1, @bases) for 2, 3, 19, 23;
    is_prime($_) or die "is_prime($_) is 0 now.\n" for @{ primes(23) };'
echo "As described: 7 is composite by the base 7."
