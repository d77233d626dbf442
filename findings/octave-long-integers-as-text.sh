#!/usr/bin/env bash
# Octave holds integers of 64 bits exactly, and writes the long ones with an exponent: for 123456789012345678 num2str has 1.23…e+17.
#
# mat2str, which is to give text that makes the same matrix again, keeps 15 digits: 2^53 + 1 comes out as 9.00719925474099e+15, and
# is another number when that is read. num2str keeps 16. sprintf with %d writes uint64 values from 2^63 on with six: 1.84467e+19
# for 2^64 - 1, though with %u all twenty. int2str gives 123456789012345680 for a number that ends in 78.
#
# Seen with Debian 12's octave 7.3.0-2. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
# What Octave needs and this machine lacks is fetched with it, and unpacked here only.
apt-get install --download-only --reinstall --yes --quiet --quiet --no-install-recommends \
    --option Dir::Cache::archives="$scratch" octave=7.3.0-2 octave-common=7.3.0-2 >/dev/null 2>&1
for package in "$scratch"/*.deb; do dpkg -x "$package" "$scratch"; done
LD_LIBRARY_PATH=$(find "$scratch/usr/lib" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
export LD_LIBRARY_PATH

cat >"$scratch/write.m" <<'END_OF_OCTAVE'
1;
function expect (what, seen, expected)
  printf ("%s = %s\n", what, seen);
  if (! strcmp (seen, expected))
    printf ("Expected %s.\n", expected);
    exit (1);
  endif
endfunction

long = int64 (123456789012345678);
odd = int64 (9007199254740992) + 1;
expect ("num2str of 18 digits", num2str (long), "1.234567890123457e+17");
expect ("int2str of 18 digits", int2str (long), "123456789012345680");
expect ("mat2str of 2^53 + 1", mat2str (odd), "9.00719925474099e+15");
expect ("%d of 2^64 - 1", sprintf ("%d", intmax ("uint64")), "1.84467e+19");
expect ("%d of 2^63", sprintf ("%d", bitshift (uint64 (1), 63)), "9.22337e+18");
% The controls: what is held is exact, and some ways to write it are.
expect ("%u of 2^64 - 1", sprintf ("%u", intmax ("uint64")), "18446744073709551615");
expect ("%d of 18 digits", sprintf ("%d", long), "123456789012345678");
expect ("disp of 18 digits", strtrim (disp (long)), "123456789012345678");
expect ("num2str of 2^53 + 1", num2str (odd), "9007199254740993");
expect ("the last digit", sprintf ("%d", mod (long, 10)), "8");
END_OF_OCTAVE
OCTAVE_HOME="$scratch/usr" "$scratch/usr/bin/octave-cli" --norc --quiet "$scratch/write.m"
echo "As described: an exponent, and 15 digits."
