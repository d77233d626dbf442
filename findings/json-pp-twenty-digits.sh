#!/usr/bin/env bash
# Perl's JSON::PP rounds whole numbers of twenty digits to fifteen, though it keeps shorter and longer ones; so with allow_bignum.
#
# Up to 2^64 - 1 a number is an integer, and from 21 digits on it is text, or with allow_bignum a Math::BigInt. What is between,
# from 2^64 to 10^20 - 1, becomes floating point: 2^64 + 1 is 1.84467440737096e+19. Below -2^63 those of nineteen digits do. The
# manual says that floating point is used where nothing is lost by it, and that with allow_bignum big integers stay exact.
# json_pp, which only lays a file out anew, does the same, and puts the longer ones in quotation marks.
#
# Seen with JSON::PP 4.16 (Debian 12's libjson-pp-perl 4.16000-1) on Perl 5.36. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet libjson-pp-perl=4.16000-1 2>/dev/null
dpkg -x libjson-pp-perl_*.deb .
export PERL5LIB="$scratch/usr/share/perl5"

expect() { # a number, what comes back of it without allow_bignum, and with
    local plain big
    plain=$(perl -MJSON::PP -e 'print encode_json(decode_json("[$ARGV[0]]"))' -- "$1")
    big=$(perl -MJSON::PP -e 'my $json = JSON::PP->new->allow_bignum; print $json->encode($json->decode("[$ARGV[0]]"))' -- "$1")
    echo "[$1] -> $plain, with allow_bignum $big"
    [ "$plain" = "[$2]" ] && [ "$big" = "[$3]" ] || { echo "Expected [$2], and [$3]."; exit 1; }
}
expect 18446744073709551615 18446744073709551615 18446744073709551615
expect 18446744073709551617 1.84467440737096e+19 1.84467440737096e+19
expect 99999999999999999999 1e+20 1e+20
expect 147573952589676412927 '"147573952589676412927"' 147573952589676412927
expect -9223372036854775809 -9.22337203685478e+18 -9.22337203685478e+18

laid_out=$(echo '[18446744073709551617,147573952589676412927]' | perl usr/bin/json_pp | tr -d ' \n')
echo "json_pp: $laid_out"
[ "$laid_out" = '[1.84467440737096e+19,"147573952589676412927"]' ]
echo "As described: 2^64 + 1 keeps fifteen digits, 2^67 - 1 all."
