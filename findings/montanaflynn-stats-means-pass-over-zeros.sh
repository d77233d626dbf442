#!/usr/bin/env bash
# In the Go module stats of montanaflynn the geometric mean of 0 and 9 is 3, and that of 9 and 0 is 0.
#
# The mean is the root of the product, and a product with a 0 in it is 0. GeometricMean starts with a product of 0, and takes a 0
# that it finds there for the beginning: the zeros in front of the first other value are passed over, though they are counted for
# the root. So the order of the values matters, 0, 0 and 8 have a mean of 2, and a 0 between others starts the product anew: of 4,
# 0 and 8, whose product is 0, it makes 2 as well, by forgetting the 4.
#
# Seen with Debian 12's golang-github-montanaflynn-stats-dev 0.6.4-2 and Go 1.19.8. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'chmod --recursive u+w "$scratch"; rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet golang-github-montanaflynn-stats-dev=0.6.4-2 golang-1.19-go=1.19.8-2 \
    golang-1.19-src=1.19.8-2 2>/dev/null
for package in *.deb; do dpkg -x "$package" .; done

cat >main.go <<'END_OF_GO'
package main

import (
	"fmt"
	"math"

	"github.com/montanaflynn/stats"
)

func expect(expected float64, values ...float64) {
	seen, err := stats.GeometricMean(values)
	fmt.Println("The geometric mean of", values, "is", seen)
	if err != nil || math.Abs(seen-expected) > 1e-12 {
		panic("It is another mean now.")
	}
}

func main() {
	expect(3, 0, 9)
	expect(2, 0, 0, 8)
	expect(2, 4, 0, 8)
	// The controls: zeros at the end, and none.
	expect(0, 9, 0)
	expect(0, 8, 0, 0)
	expect(0, 0, 0)
	expect(6, 4, 9)
	expect(2, 1, 8, 1)
}
END_OF_GO
export GOROOT=$PWD/usr/lib/go-1.19 GOPATH=$PWD/usr/share/gocode GOCACHE=$PWD/cache GO111MODULE=off GOTOOLCHAIN=local
"$GOROOT/bin/go" run main.go
echo "As described: the mean of 0 and 9 is 3."
