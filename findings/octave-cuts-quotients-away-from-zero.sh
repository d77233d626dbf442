#!/usr/bin/env bash
# Octave's idivide, which is to cut quotients towards zero, rounds those of negative numbers away from it: -7 / 2 is -4.
#
# That is the way it takes when it isn't told another, "fix". It divides with rounding, and puts right what came out too large, but
# not what came out too small: of the quotients of int32 values from -60 to 60 by up to 20, 1978 are wrong, all of a negative
# dividend or divisor. A positive one is wrong where the product by which it is checked exceeds its type: (2^64 - 1) / 2 is 2^63 in
# uint64. There is no error for any of it. "floor", "ceil" and "round" are right for small numbers.
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

cat >"$scratch/divide.m" <<'END_OF_OCTAVE'
1;
function expect (what, seen, expected)
  printf ("%s = %s\n", what, num2str (seen));
  if (! isequal (seen, expected))
    printf ("Expected %s.\n", num2str (expected));
    exit (1);
  endif
endfunction

expect ("-7 / 2", idivide (int32 (-7), int32 (2)), int32 (-4));
expect ("-7 / 2 with fix", idivide (int32 (-7), int32 (2), "fix"), int32 (-4));
expect ("fix (-7 / 2)", fix (-7 / 2), -3);
expect ("7 / 2", idivide (int32 (7), int32 (2)), int32 (3));
half = bitshift (intmax ("uint64"), -1);
expect ("(2^64 - 1) / 2, less the right answer", idivide (intmax ("uint64"), uint64 (2)) - half, uint64 (1));

wrong = struct ("fix", 0, "floor", 0, "ceil", 0, "round", 0);
for a = -60:60
  for b = [-20:-1, 1:20]
    for way = fieldnames (wrong)'
      right = feval (way{1}, a / b);
      wrong.(way{1}) += double (idivide (int32 (a), int32 (b), way{1})) != right;
      if (a >= 0 && b > 0 && idivide (int32 (a), int32 (b), way{1}) != right)
        expect ("A wrong quotient of positive numbers", a / b, NaN);
      endif
    endfor
  endfor
endfor
expect ("Wrong with fix", wrong.fix, 1978);
expect ("Wrong with floor, ceil and round", [wrong.floor, wrong.ceil, wrong.round], [0, 0, 0]);
END_OF_OCTAVE
OCTAVE_HOME="$scratch/usr" "$scratch/usr/bin/octave-cli" --norc --quiet "$scratch/divide.m"
echo "As described: -7 / 2, cut, is -4."
