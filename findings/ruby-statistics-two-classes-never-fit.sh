#!/usr/bin/env bash
# To Ruby's statistics 51 heads and 49 tails show that a coin isn't fair: the p-value of its chi-squared test is -Infinity.
#
# Tests of two classes have one degree of freedom, where the density has no bound at 0. It is integrated from 0 by Simpson's rule, so
# that every probability is Infinity, and each test of two classes that finds any difference rejects. With three classes, and a large
# sum of squares, a probability is 1.00003, a little above one. Poisson's distribution has Infinity for 144 events where as many are
# expected, and NaN for 200. Known upstream of chi-squared: issue 113 of estebanz01/ruby-statistics.
#
# Seen with Debian 12's ruby-statistics 2.1.1-2 on Ruby 3.1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
# What Ruby needs and this machine lacks is fetched with it, and unpacked here only.
version=3.1.7+really3.1.2-0+deb12u1
apt-get install --download-only --reinstall --yes --quiet --quiet --no-install-recommends \
    --option Dir::Cache::archives="$scratch" ruby3.1=$version libruby3.1=$version ruby-statistics=2.1.1-2 >/dev/null 2>&1
for package in "$scratch"/*.deb; do dpkg -x "$package" "$scratch"; done
LD_LIBRARY_PATH=$(find "$scratch/usr/lib" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
RUBYLIB=$(find "$scratch/usr/lib" -name bigdecimal.rb -printf '%h:')$(find "$scratch/usr/lib" -name bigdecimal.so -printf '%h:')
RUBYLIB=$RUBYLIB$(find "$scratch/usr/share" -name statistics.rb -printf '%h\n')
export LD_LIBRARY_PATH RUBYLIB

cat >"$scratch/count.rb" <<'END_OF_RUBY'
require "statistics"

def expect(what, seen, expected)
  puts "#{what}: #{seen}"
  right = expected.is_a?(Float) && expected.finite? ? (seen - expected).abs < 1e-4 : seen.to_s == expected.to_s
  raise "Expected #{expected}." unless right
end

def fit(expected, observed)
  StatisticalTest::ChiSquaredTest.goodness_of_fit(0.05, expected, observed)
end

include Statistics
expect("p-value of 51 and 49", fit([50, 50], [51, 49])[:p_value], -Float::INFINITY)
expect("Does it reject?", fit([50, 50], [51, 49])[:alternative], true)
expect("The chance of a sum of squares up to 3.84", Distribution::ChiSquared.new(1).cumulative_function(3.84), Float::INFINITY)
expect("Is that of 100, of three classes, above 1?", Distribution::ChiSquared.new(2).cumulative_function(100) > 1.00003, true)
expect("144 where 144 are expected", Distribution::Poisson.new(144).probability_mass_function(144), Float::INFINITY)
expect("200 where 200 are expected", Distribution::Poisson.new(200).probability_mass_function(200), Float::NAN)
# The controls: four classes, and other distributions.
expect("A sum up to 3.84 of four classes", Distribution::ChiSquared.new(3).cumulative_function(3.84), 0.72074)
expect("A normal number up to -2", Distribution::StandardNormal.new.cumulative_function(-2), 0.02275)
expect("At most 3 where 1 is expected", Distribution::Poisson.new(1).cumulative_function(3), 0.98101)
END_OF_RUBY
"$(find "$scratch/usr/bin" -name ruby3.1)" "$scratch/count.rb"
echo "As described: no coin is fair."
