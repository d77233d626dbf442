#!/usr/bin/env bash
# Perl's Math::BigInt shifts -5 to the right by a decimal place and has -0, a zero that is less than 0 and is not zero.
#
# brsft($n, $b) is "equivalent to" bdiv by $b to the power of $n, which rounds down, so that it should be -1; it cuts, and what is
# cut to nothing keeps its sign. Such a zero is negative to is_neg, false to is_zero and == 0, and true as a condition, so that a
# loop over decimal places that waits for zero misses it. Adding 0 makes a real zero of it. To the base 2 shifts round down.
#
# Seen with Debian 12's libmath-bigint-perl 1.999838-1, and the 1.999830 of its Perl 5.36; run with the former. Fails when it
# behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet libmath-bigint-perl=1.999838-1 2>/dev/null
dpkg -x libmath-bigint-perl_*.deb .

perl -I usr/share/perl5 -e '
    use strict;
    use warnings;
    use Math::BigInt;
    sub expect {
        my ($what, $expected, $seen) = @_;
        print "$what: $seen\n";
        die "Expected $expected.\n" unless $seen eq $expected;
    }
    my $zero = Math::BigInt->new(-5)->brsft(1, 10);
    expect("-5 shifted by a decimal place", "-0", $zero);
    expect("and by bdiv", "-1", scalar Math::BigInt->new(-5)->bdiv(10));
    expect("is it zero", "no", $zero->is_zero ? "yes" : "no");
    expect("is it equal to 0", "no", $zero == 0 ? "yes" : "no");
    expect("is it true", "yes", $zero ? "yes" : "no");
    expect("is it negative", "yes", $zero->is_neg && $zero < 0 ? "yes" : "no");
    expect("is it zero with 0 added", "yes", $zero + 0 == 0 ? "yes" : "no");
    expect("-25 shifted by a decimal place", "-2", Math::BigInt->new(-25)->brsft(1, 10));
    expect("and by bdiv", "-3", scalar Math::BigInt->new(-25)->bdiv(10));
    expect("-1 shifted by a bit", "-1", Math::BigInt->new(-1)->brsft(1));
    expect("5 shifted by a decimal place, is it zero", "yes", Math::BigInt->new(5)->brsft(1, 10)->is_zero ? "yes" : "no");'
echo "As described: -0 is less than 0."
