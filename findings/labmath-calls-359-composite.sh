#!/usr/bin/env bash
# labmath's proof of primality by n + 1 says of the primes 359 and 367 that they are composite.
#
# isprime_np1 promises, for odd n > 214, to "determine without error whether n is prime". Of all primes from 214 to 20,000 it is
# wrong about these two, whose n + 1 is 2^3 * 3^2 * 5 and 2^4 * 23; isprime_nm1 and isprime are right about both. Given 2^3 as the
# known part of 360 it is wrong, given 3^2 it is right, so that "composite" hangs on which factors of n + 1 it is handed.
#
# Seen with the wheel labmath 2.2.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" labmath==2.2.0

PYTHONPATH="$scratch" python3 - <<'END'
from labmath import isprime, isprime_nm1, isprime_np1

assert "without error" in isprime_np1.__doc__
primes = [n for n in range(215, 20_000) if all(n % d for d in range(2, int(n**0.5) + 1))]
assert all(map(isprime, primes)) and all(map(isprime_nm1, primes))
wrong = [p for p in primes if not isprime_np1(p)]
print("primes that are composite to isprime_np1:", wrong)
assert wrong == [359, 367], "It is wrong about others, or about none, now."
print("359 with 2^3:", isprime_np1(359, {2: 3}), "and with 3^2:", isprime_np1(359, {3: 2}))
assert not isprime_np1(359, {2: 3}) and isprime_np1(359, {3: 2}), "It behaves otherwise now."
END
echo "As described: 359 is composite by its n + 1."
