"""Choices that GMP-ECM makes when it isn't told: the parametrisation, which depends on the number and on how it was built."""

import gmpy2
from gmpy2 import mpz

from core.bigint import digit_count

_LARGER = 1.4
_CERTAIN_DIGITS = 380
"""Up to here every build on a 64-bit machine takes parametrisation 1; from 386 digits on Debian's takes 0, others later."""


def may_choose_param_0(number: mpz) -> bool:
    """Tell whether GMP-ECM may take parametrisation 0 by itself.

    It does for what divides 2^n - 1 or 2^n + 1 with n at most 1.4 times as long as the number, for which it has a special
    arithmetic, and for long numbers.
    """
    if digit_count(number) > _CERTAIN_DIGITS:
        return True
    if number % 2 == 0 or number < 3:
        return False
    bits = number.bit_length() - 1
    power = gmpy2.powmod(2, bits, number)
    for _ in range(bits, int(_LARGER * bits) + 1):
        if power in {1, number - 1}:
            return True
        power = 2 * power % number
    return False
