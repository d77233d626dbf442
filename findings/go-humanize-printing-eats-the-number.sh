#!/usr/bin/env bash
# go-humanize's BigComma leaves 1 of the 1234567 that it has just printed as 1,234,567, and 147 of 2^67 - 1.
#
# It is given a pointer to a big.Int, and divides that by 1000 until less than 1000 is left, so that whoever prints a number has
# its first three digits afterwards. Of a negative number the sign goes, too. BigCommaf, for fractions, only drops the sign: -5 is 5
# once it has been printed, and 5 is printed the next time. Below 1000 nothing happens to a positive number, and BigBytes, Comma and
# Commaf leave alone what they are given.
#
# Seen with Debian 12's golang-github-dustin-go-humanize-dev 1.0.0-3 and Go 1.19.8. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'chmod --recursive u+w "$scratch"; rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet golang-github-dustin-go-humanize-dev=1.0.0-3 golang-1.19-go=1.19.8-2 \
    golang-1.19-src=1.19.8-2 2>/dev/null
for package in *.deb; do dpkg -x "$package" .; done

cat >main.go <<'END_OF_GO'
package main

import (
	"fmt"
	"math/big"

	"github.com/dustin/go-humanize"
)

func whole(number string) *big.Int {
	n, _ := new(big.Int).SetString(number, 10)
	return n
}

func expect(number, written, left string) {
	n := whole(number)
	seen := humanize.BigComma(n)
	fmt.Println(number, "is written", seen, "and is", n, "afterwards")
	if seen != written || n.String() != left {
		panic("It is another number now.")
	}
}

func main() {
	expect("1234567", "1,234,567", "1")
	expect("147573952589676412927", "147,573,952,589,676,412,927", "147")
	expect("-1234567", "-1,234,567", "1")
	expect("-5", "-5", "5")
	n := whole("1234567")
	if first, second := humanize.BigComma(n), humanize.BigComma(n); first != "1,234,567" || second != "1" {
		panic("Written twice it is the same now.")
	}
	x := big.NewFloat(-5)
	if first, second := humanize.BigCommaf(x), humanize.BigCommaf(x); first != "-5" || second != "5" || x.Sign() != 1 {
		panic("A negative fraction stays negative now.")
	}
	// The controls: short numbers, positive fractions, and another function.
	expect("999", "999", "999")
	x = big.NewFloat(1234567.5)
	if humanize.BigCommaf(x) != "1,234,567.5" || x.Cmp(big.NewFloat(1234567.5)) != 0 {
		panic("A positive fraction is changed, too, now.")
	}
	if humanize.BigBytes(n.SetInt64(1234567)) != "1.2 MB" || n.String() != "1234567" {
		panic("BigBytes changes the number, too, now.")
	}
}
END_OF_GO
export GOROOT=$PWD/usr/lib/go-1.19 GOPATH=$PWD/usr/share/gocode GOCACHE=$PWD/cache GO111MODULE=off GOTOOLCHAIN=local
"$GOROOT/bin/go" run main.go
echo "As described: 1 is left of 1234567."
