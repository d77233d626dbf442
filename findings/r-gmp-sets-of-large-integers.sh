#!/usr/bin/env bash
# In R the sets {6} and {5} of large integers of the package gmp have 6 in common, and {6} has nothing that {5} has not.
#
# match, %in%, intersect and setdiff have no method for bigz, and take such numbers for what they are kept as: a row of bytes,
# most of them 0 or 1, which nearly every list has, too. A question about one number gets sixteen answers or more; all() of
# those to "is 1 in (5)" and "is 3 in (4, 5, 6)" is TRUE. unique, duplicated, ==, union and sort of the same numbers do have a
# method, and are right. as.character before it is the way around.
#
# Seen with Debian 12's r-cran-gmp 0.7-1-1 on R 4.2.2. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
# What R needs and this machine lacks is fetched with it, and unpacked here only.
apt-get install --download-only --reinstall --yes --quiet --quiet --no-install-recommends \
    --option Dir::Cache::archives="$scratch" r-cran-gmp=0.7-1-1 r-base-core=4.2.2.20221110-2 >/dev/null 2>&1
for package in "$scratch"/*.deb; do dpkg -x "$package" "$scratch"; done
R_HOME="$scratch/usr/lib/R"
LD_LIBRARY_PATH=$(find "$scratch/usr/lib" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
export R_HOME LD_LIBRARY_PATH R_LIBS="$scratch/usr/lib/R/site-library"

cat >"$scratch/find.R" <<'END_OF_R'
suppressMessages(library(gmp))
expect <- function(what, seen, expected) {
  cat(what, "=", format(seen), "\n")
  if (!identical(seen, expected)) stop("Expected ", format(expected), ".", call. = FALSE)
}
number <- as.bigz
expect("What (6) and (5) have in common", as.character(intersect(number(6), number(5))), "6")
expect("How many (6) has and (5) has not", length(setdiff(number(6), number(5))), 0L)
expect("Answers to whether 6 is in (5, 7)", length(number(6) %in% number(c(5, 7))), 16L)
expect("All of those to whether 1 is in (5)", all(number(1) %in% number(5)), TRUE)
expect("All of those to whether 3 is in (4, 5, 6)", all(number(3) %in% number(c(4, 5, 6))), TRUE)
# The controls: the same of doubles and of text, and other functions.
expect("Doubles in common", length(intersect(6, 5)), 0L)
expect("Texts in common", length(intersect(as.character(number(6)), as.character(number(5)))), 0L)
expect("6 and 5 together", as.character(union(number(6), number(5))), c("6", "5"))
expect("6 == 5", number(6) == number(5), FALSE)
expect("Different ones of (5, 6, 5)", length(unique(number(c(5, 6, 5)))), 2L)
END_OF_R
"$R_HOME/bin/exec/R" --vanilla --no-echo --file="$scratch/find.R"
echo "As described: 6 is in (5)."
