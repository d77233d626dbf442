"""Choices that GMP-ECM makes when it isn't told: the parametrisation, which depends on the number and on how it was built."""

from gmpy2 import mpz

from core.bigint import digit_count

USUAL_PARAM = 1
"""What GMP-ECM chooses itself on 64-bit machines for most numbers."""
_LARGER, _LITTLE_LARGER = 1.4, 1.05
_LEAST_BITS = 500
_LEAST_DIGITS = 151
"""Fewer are less than so many bits."""
_MOST_STEPS = 2 * 10**7
"""Over the length in bits; each takes a time that grows with the length."""
_CERTAIN_DIGITS = 380
"""Up to here every build on a 64-bit machine takes parametrisation 1; from 386 digits on Debian's takes 0, others later."""


def may_choose_param_0(number: mpz) -> bool:
    """Tell whether GMP-ECM may take parametrisation 0 by itself.

    It does for what divides 2^n - 1 or 2^n + 1 with n at most 1.4 times as long as the number, for which it has a special
    arithmetic, and for long numbers.
    """
    if digit_count(number) > _CERTAIN_DIGITS:
        return True
    return _divides_near_power_of_2(number, _LARGER)


def fastest_param(number: str) -> int:
    """Return the parametrisation with which GMP-ECM finds factors of a number, in decimal, the soonest.

    That is 0 for 2^n - 1, 2^n + 1 and what is little shorter and divides one of them, from 500 bits on: a curve of it takes as
    long as one of 1 or less, by the special arithmetic, and 0.82 times as many are needed. Measured with both builds at
    B1 = 50,000 and 11,000, the time for the same chance is 0.75 to 0.78 of that of 1 at 523 bits, 0.66 at 1061, 0.53 at 2039 and
    0.46 at 4099; below 500 bits 1 is as fast or faster. Of a very long number only the nearest powers are tried: it is asked
    for whenever a number comes.
    """
    if len(number) < _LEAST_DIGITS:
        return USUAL_PARAM
    value = mpz(number)
    bits = value.bit_length()
    times = min(_LITTLE_LARGER, 1 + max(_MOST_STEPS // bits, 2) / bits)
    return 0 if bits >= _LEAST_BITS and _divides_near_power_of_2(value, times) else USUAL_PARAM


def _divides_near_power_of_2(number: mpz, times: float) -> bool:
    """Tell whether a number divides 2^n - 1 or 2^n + 1 with n at most so many times as long as it is."""
    if number % 2 == 0 or number < 3:
        return False
    bits = number.bit_length() - 1
    power, least = mpz(1) << bits, number - 1
    for _ in range(bits, int(times * bits) + 1):
        if power == 1 or power == least:  # noqa: PLR1714 - a set would have to compute hashes of long numbers
            return True
        power <<= 1
        if power > number:
            power -= number
    return False
