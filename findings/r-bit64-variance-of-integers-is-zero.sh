#!/usr/bin/env bash
# In R's bit64 the variance of 1, 2 and 3 is 0, their standard deviation 1, and the smaller of 5 and -1 is 5 to which.min.
#
# An integer of 64 bits is kept in the bits of a double. Functions with a method for them read it right, and sd, which calls var, is
# among the lucky ones. var and which.min take the bits for floating point: positive integers are nearly 0 then, and negative ones
# are no numbers. exp(1) goes there and back, and is 4607182418800017408. data.table reads columns of long integers as this type.
# mean, min and log are right; as.double before it is the way around. (Known upstream of cor and lm: issue 184.)
#
# Seen with Debian 12's r-cran-bit64 4.0.5-1 on R 4.2.2. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
# What R needs and this machine lacks is fetched with it, and unpacked here only.
apt-get install --download-only --reinstall --yes --quiet --quiet --no-install-recommends \
    --option Dir::Cache::archives="$scratch" r-cran-bit64=4.0.5-1 r-cran-bit=4.0.5-1 r-base-core=4.2.2.20221110-2 >/dev/null 2>&1
for package in "$scratch"/*.deb; do dpkg -x "$package" "$scratch"; done
R_HOME="$scratch/usr/lib/R"
LD_LIBRARY_PATH=$(find "$scratch/usr/lib" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
export R_HOME LD_LIBRARY_PATH R_LIBS="$scratch/usr/lib/R/site-library"

cat >"$scratch/find.R" <<'END_OF_R'
suppressMessages(library(bit64))
expect <- function(what, seen, expected) {
  cat(what, "=", format(seen), "\n")
  if (!identical(seen, expected)) stop("Expected ", format(expected), ".", call. = FALSE)
}
number <- as.integer64
expect("The variance of 1, 2 and 3", var(number(1:3)), 0)
expect("That of a million, two and three", var(number(c(1e6, 2e6, 3e6))), 0)
expect("The place of the smallest of 5 and -1", which.min(number(c(5, -1))), 1L)
expect("exp(1)", as.character(exp(number(1))), "4607182418800017408")
# The controls: the same of doubles, and other functions.
expect("The variance of these as doubles", var(as.double(number(1:3))), 1)
expect("Their standard deviation", sd(number(1:3)), 1)
expect("The smallest of 5 and -1", as.character(min(number(c(5, -1)))), "-1")
expect("The mean of 1, 2 and 3", as.character(mean(number(1:3))), "2")
expect("log(1)", log(number(1)), 0)
END_OF_R
"$R_HOME/bin/exec/R" --vanilla --no-echo --file="$scratch/find.R"
echo "As described: no variance."
