#!/usr/bin/env bash
# In Hugs the least integer of 64 bits, minBound of Int64, is -79228162505040965556689174528, which takes 97; it should be -2^63.
#
# An Int64 is kept as two halves of 32 bits, and the joining of those goes wrong for the least upper half, that is for the 2^32
# least numbers, however they came about: as a denotation, as 1 shifted by 63, as the complement of maxBound. They are so as text,
# as an Integer and as a Double; comparisons are right. From -(2^63 - 2^32) on every number is right, and so is all of Word64.
#
# Seen with Debian 12's hugs 98.200609.21-6+b1 on a machine of 64 bits. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet hugs=98.200609.21-6+b1 libhugs-base-bundled=98.200609.21-6+b1 2>/dev/null
for package in *.deb; do dpkg -x "$package" .; done
export HUGSDIR=$PWD/usr/lib/hugs

expect() { # an expression, and its value
    local seen
    printf 'import Data.Int\nimport Data.Word\nimport Data.Bits\nmain = print (%s)\n' "$1" >shown.hs
    seen=$(usr/bin/runhugs -98 shown.hs)
    echo "$1 = $seen"
    [ "$seen" = "$2" ] || { echo "Expected $2."; exit 1; }
}
expect 'minBound :: Int64' -79228162505040965556689174528
expect 'toInteger (minBound :: Int64)' -79228162505040965556689174528
expect '(-9223372036854775808) :: Int64' -79228162505040965556689174528
expect 'shiftL 1 63 :: Int64' -79228162505040965556689174528
expect 'complement maxBound :: Int64' -79228162505040965556689174528
expect '(-9223372032559808513) :: Int64' -79228162505040965552394207233
expect 'maxBound `div` (-1) :: Int64' -79228162505040965556689174527
# The controls: a comparison, shorter numbers, and the unsigned type.
expect '(minBound :: Int64) == fromInteger (-(2^63))' True
expect 'maxBound :: Int64' 9223372036854775807
expect '(-9223372032559808512) :: Int64' -9223372032559808512
expect '(-4294967297) :: Int64' -4294967297
expect 'maxBound :: Word64' 18446744073709551615
expect 'minBound :: Int32' -2147483648
expect '(-(2^63)) :: Integer' -9223372036854775808
echo "As described: the least integer of 64 bits takes 97."
