#!/usr/bin/env bash
# Perl's Statistics::Distributions puts a chance of 1 in 10^12 at 34.55 standard deviations, where it is at 7.03.
#
# Its manual promises five significant digits, and names no bounds. udistr, the point above which a normal number lies with a given
# chance, has three digits at 10^-6 and one at 10^-8; it says 7.17 for 6.00 at 10^-9, and 151.75 at 10^-15. uprob, its inverse, is
# right that far out, and has 6e-262 beyond 34.55. Tests of very many things, each with a bound of 0.05 divided by their number,
# find nothing with it.
#
# Seen with Debian 12's libstatistics-distributions-perl 1.02-1.1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet libstatistics-distributions-perl=1.02-1.1 2>/dev/null
dpkg -x libstatistics-distributions-perl_*.deb .

perl -I usr/share/perl5 -e '
    use strict;
    use warnings;
    use Statistics::Distributions;
    sub expect {
        my ($what, $seen, $expected) = @_;
        print "$what = $seen\n";
        die "Expected $expected.\n" if abs($seen / $expected - 1) > 3e-4;
    }
    sub point { Statistics::Distributions::udistr($_[0]) }
    sub chance { Statistics::Distributions::uprob($_[0]) }
    expect("udistr(1e-8)", point(1e-8), 5.7971);
    expect("udistr(1e-9)", point(1e-9), 7.1736);
    expect("udistr(1e-12)", point(1e-12), 34.553);
    expect("udistr(1e-15)", point(1e-15), 151.75);
    # The controls: greater chances, and the inverse at the points that are right.
    expect("udistr(0.05)", point(0.05), 1.6449);
    expect("udistr(1e-5)", point(1e-5), 4.2649);
    expect("uprob(5.61200)", chance(5.61200), 1e-8);
    expect("uprob(7.03448)", chance(7.03448), 1e-12);'
echo "As described: 34.55 standard deviations."
