#!/usr/bin/env bash
# The Go module decimal of shopspring says that 10^18 - 1 modulo 10^18 is -1, and so of every large modulus less one.
#
# Mod divides, cuts the quotient to a whole number, and subtracts. The division keeps 16 places and rounds, so that a quotient just
# below a whole number has become that number before it is cut, and the remainder is the one below zero. It concerns numbers from 17
# digits on, most of all those next to a multiple, as in p - 1 modulo p. QuoRem, beside it, is exact. Div(...).Truncate(0), the
# quotient as one would write it, has 1 there, too.
#
# Seen with Debian 12's golang-github-shopspring-decimal-dev 1.2.0-2 and Go 1.19.8. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'chmod --recursive u+w "$scratch"; rm -rf "$scratch"' EXIT
cd "$scratch"
apt-get download --quiet --quiet golang-github-shopspring-decimal-dev=1.2.0-2 golang-1.19-go=1.19.8-2 \
    golang-1.19-src=1.19.8-2 2>/dev/null
for package in *.deb; do dpkg -x "$package" .; done

cat >main.go <<'END_OF_GO'
package main

import (
	"fmt"
	"math/big"

	"github.com/shopspring/decimal"
)

func expect(number, modulus, expected string) {
	n, _ := new(big.Int).SetString(number, 10)
	m, _ := new(big.Int).SetString(modulus, 10)
	a, b := decimal.NewFromBigInt(n, 0), decimal.NewFromBigInt(m, 0)
	seen := a.Mod(b).String()
	fmt.Println(number, "modulo", modulus, "is", seen)
	if seen != expected {
		panic("It is another remainder now.")
	}
	quotient, remainder := a.QuoRem(b, 0)
	if quotient.String() != new(big.Int).Quo(n, m).String() || remainder.String() != new(big.Int).Rem(n, m).String() {
		panic("QuoRem is wrong, too, now.")
	}
}

func main() {
	expect("99999999999999999", "100000000000000000", "-1")
	expect("999999999999999999", "1000000000000000000", "-1")
	expect("147573952589676412926", "147573952589676412927", "-1")
	expect("-999999999999999999", "1000000000000000000", "1")
	one := decimal.New(1, 0)
	modulus := decimal.New(1, 18)
	if !modulus.Sub(one).Div(modulus).Truncate(0).Equal(one) {
		panic("The quotient is another one now.")
	}
	// The controls: short numbers, and a long one far from a multiple.
	expect("7", "3", "1")
	expect("-7", "3", "-1")
	expect("999999999999999", "1000000000000000", "999999999999999")
	expect("10000000000000000000000000000000000000000", "99999999999999999999", "1")
}
END_OF_GO
export GOROOT=$PWD/usr/lib/go-1.19 GOPATH=$PWD/usr/share/gocode GOCACHE=$PWD/cache GO111MODULE=off GOTOOLCHAIN=local
"$GOROOT/bin/go" run main.go
echo "As described: 10^18 - 1 modulo 10^18 is -1."
