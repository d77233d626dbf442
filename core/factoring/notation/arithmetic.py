"""Exact arithmetic that refuses, before it begins, a result that nobody asked for: `9^9^9` costs nothing."""

import math
from collections.abc import Callable

import gmpy2
from gmpy2 import mpz

from core.bigint import abbreviate
from core.refusals import BadInput

_BITS_PER_DIGIT = math.log2(10)
_LARGEST_INDEX = 1_000_000
_MOST_BY_THE_WAY = 64
"""So many times longer than a result may be what it is computed from."""


class BoundedArithmetic:
    """Exact operations that refuse, before they begin, a result of clearly more than `most_digits` digits.

    Each raises BadInput when its result would be too large, or there is none.
    """

    def __init__(self, most_digits: int) -> None:
        self._most_digits = most_digits
        self._most_bits = most_digits * _BITS_PER_DIGIT

    def literal(self, digits: str) -> mpz:
        """Digits as a number."""
        self._refuse_beyond(_BITS_PER_DIGIT * (len(digits) - 1), abbreviate(digits))
        return mpz(digits)

    def multiply(self, left: mpz, right: mpz) -> mpz:
        """Left * right."""
        self._refuse_beyond(left.bit_length() + right.bit_length() - 2, f"{shown(left)} * {shown(right)}")
        return left * right

    def divide(self, left: mpz, right: mpz) -> mpz:
        """Left / right, which must leave no remainder."""
        if right == 0:
            raise BadInput("An expression may not divide by zero.")
        quotient, remainder = gmpy2.t_divmod(left, right)
        if remainder:
            raise BadInput(
                f"{shown(left)} is not divisible by {shown(right)}; only divisions without a remainder are accepted."
            )
        return quotient

    def remainder(self, left: mpz, right: mpz) -> mpz:
        """The remainder of left / right, with the sign of left."""
        if right == 0:
            raise BadInput("An expression may not divide by zero.")
        return gmpy2.t_mod(left, right)

    def power(self, base: mpz, exponent: mpz) -> mpz:
        """Base ^ exponent."""
        if exponent < 0:
            raise BadInput(f"The exponent {shown(exponent)} is negative; a whole number from 0 on is accepted.")
        if abs(base) <= 1:
            return mpz(1) if exponent == 0 else base if exponent % 2 else base * base
        # The result has at least as many bits as the exponent says, which may be too large for a float.
        bits = float(exponent) * float(gmpy2.log2(abs(base))) if exponent < self._most_bits else math.inf
        self._refuse_beyond(bits, f"{shown(base)}^{shown(exponent)}")
        return base ** int(exponent)

    def factorial(self, n: mpz) -> mpz:
        """The factorial n! = 1 * 2 * … * n."""
        self._require_argument(n, "!")
        self._refuse_beyond(math.lgamma(int(n) + 1) / math.log(2) if n < self._most_bits else math.inf, f"{shown(n)}!")
        return gmpy2.fac(int(n))

    def multifactorial(self, n: mpz, step: mpz) -> mpz:
        """The product n * (n - step) * (n - 2 step) * …, as far as it is positive."""
        self._require_argument(n, "!")
        if step < 1:
            raise BadInput(f"{shown(n)}!{shown(step)} has no end; a step of at least 1 is accepted.")
        if step >= n:
            return max(n, mpz(1))
        bits = math.lgamma(int(n) + 1) / math.log(2) / int(step) if n < min(self._most_bits * step, 2**40) else math.inf
        self._refuse_beyond(bits, f"{shown(n)}!{shown(step)}")
        return mpz(gmpy2.multi_fac(int(n), int(step)))

    def primorial(self, n: mpz) -> mpz:
        """n# = the product of the primes up to n.

        Sized by Rosser and Schoenfeld (1962), theorem 10: the logarithm of n# is above 0.84 n from n = 101 on.
        """
        self._require_argument(n, "#")
        self._refuse_beyond(0.84 * int(n) / math.log(2) if n < 2 * self._most_bits else math.inf, f"{shown(n)}#")
        return gmpy2.primorial(int(n))

    def reduced_primorial(self, n: mpz, start: mpz) -> mpz:
        """The product of the primes from `start` to n."""
        return self.divide(self.primorial(n), self.primorial(max(start - 1, mpz(0))))

    def fibonacci(self, n: mpz) -> mpz:
        """F_n: 0, 1, and on with the sum of the last two."""
        return self.lucas(mpz(1), mpz(-1), n)

    def lucas_number(self, n: mpz) -> mpz:
        """L_n: 2, 1, and on with the sum of the last two."""
        self.fibonacci(n)  # refuses what is too large
        return gmpy2.lucas(int(n))

    def cyclotomic(self, n: mpz, x: mpz) -> mpz:
        """Phi_n(x): the product of (x^d - 1)^mu(n/d) over the divisors d of n, whose degree phi(n) bounds its size."""
        if not 1 <= n <= _LARGEST_INDEX:
            raise BadInput(
                f"Phi({shown(n)},{shown(x)}) is not computed; an index from 1 to {_LARGEST_INDEX} is accepted."
            )
        if abs(x) < 2:
            raise BadInput(
                f"Phi({shown(n)},{shown(x)}) is not computed; a number from 2 on is accepted behind the comma."
            )
        degree = int(n)
        for prime in _primes_of(int(n)):
            degree -= degree // prime
        self._refuse_beyond(degree * float(gmpy2.log2(abs(x))) - 1, f"Phi({shown(n)},{shown(x)})")
        self._refuse_beyond(int(n) * float(gmpy2.log2(abs(x))) / _MOST_BY_THE_WAY, f"{shown(x)}^{shown(n)}")
        return _moebius_product(int(n), lambda divisor: x**divisor - 1)

    def lucas(self, p: mpz, q: mpz, n: mpz) -> mpz:
        """U_n(p, q) of Lucas: 0, 1, and on with p times the last less q times the one before it."""
        what = f"U({shown(p)},{shown(q)},{shown(n)})"
        if not 0 <= n <= _LARGEST_INDEX:
            raise BadInput(f"{what} is not computed; an index from 0 to {_LARGEST_INDEX} is accepted.")
        if not p or p * p == 4 * q:
            raise BadInput(
                f"{what} is not computed; p and q with p^2 - 4 q other than 0, and p other than 0, are accepted."
            )
        self._refuse_beyond(int(n) * math.log2(float((abs(p) + gmpy2.isqrt(p * p + 4 * abs(q)) + 1) / 2)) - 1, what)
        return gmpy2.lucasu(p, q, int(n))

    def primitive_lucas(self, p: mpz, q: mpz, n: mpz) -> mpz:
        """The part of U_n(p, q) that no U_d with d < n has, in general: the product of U_d^mu(n/d)."""
        if not 1 <= n <= _LARGEST_INDEX:
            raise BadInput(
                f"primU({shown(p)},{shown(q)},{shown(n)}) is not computed; 1 to {_LARGEST_INDEX} is accepted."
            )
        return _moebius_product(int(n), lambda divisor: self.lucas(p, q, mpz(divisor)))

    def _require_argument(self, n: mpz, sign: str) -> None:
        if n < 0:
            raise BadInput(f"{shown(n)} stands before {sign}; a whole number from 0 on is accepted there.")

    def _refuse_beyond(self, bits: float, what: str) -> None:
        if bits > self._most_bits:
            raise BadInput(
                f"{what} is too large; the parts of an expression may have at most {self._most_digits} digits."
            )


def shown(number: mpz) -> str:
    """A number for a sentence."""
    return abbreviate(number.digits())


def _moebius_product(n: int, term: Callable[[int], mpz]) -> mpz:
    """Return the product of term(d)^mu(n/d) over the divisors d of n, which is whole."""
    primes = _primes_of(n)
    above, below = mpz(1), mpz(1)
    for chosen in range(1 << len(primes)):
        divisor, odd = n, False
        for offset, prime in enumerate(primes):
            if chosen >> offset & 1:
                divisor, odd = divisor // prime, not odd
        if odd:
            below *= term(divisor)
        else:
            above *= term(divisor)
    return gmpy2.divexact(above, below)


def _primes_of(n: int) -> list[int]:
    """Return the primes that divide a small number."""
    primes = []
    divisor = 2
    while divisor * divisor <= n:
        if n % divisor == 0:
            primes.append(divisor)
            while n % divisor == 0:
                n //= divisor
        divisor += 1
    return [*primes, n] if n > 1 else primes
