"""How long work takes: the nominal cost, against which each client's speed is measured.

Stage 1 and stage 2 are two terms, fitted to GMP-ECM 7.0.7 (param 1, one core of 2020, 12 sizes from 60 to 220 digits, B1 from
50,000 to 1,000,000) within 9 % and 13 %: they grow differently with B1 and with the number's length in 64-bit words. They are
computed with `decimal`, and so are the same whole numbers on every machine.
"""

from decimal import Context, Decimal
from functools import lru_cache
from math import isqrt

from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.mathematics.curves.stage2 import stage2_of

_EXACT = Context(prec=20)
_WORDS_A_DIGIT = Decimal("0.0519051265")
_STAGE_1 = Decimal("0.0615"), Decimal(1), Decimal("1.40")
_STAGE_2 = Decimal("0.3835"), Decimal("0.8935"), Decimal("0.892")
"""Microseconds, exponent of B1, exponent of the length."""
_BESIDE = {
    "pm1": (
        (Decimal("0.00858"), Decimal("1.032"), Decimal("1.19")),
        (Decimal("0.0255"), Decimal("0.977"), Decimal("0.98")),
    ),
    "pp1": (
        (Decimal("0.0154"), Decimal("0.995"), Decimal("1.37")),
        (Decimal("0.0117"), Decimal("1.04"), Decimal("1.13")),
    ),
}
"""The same for P-1 and P+1."""
QUADRATIC_SIEVE = "qs"
_SIEVED_IN_MICROSECONDS, _SIEVED_DIGITS, _DOUBLED_BY = 30_000_000, 70, 3
"""FLINT's quadratic sieve takes 0.5 s at 50 digits, 4 s at 60 and half a minute at 70, and twice as long for each three more."""


def work_microseconds(method: str, curves: int, bounds: Bounds, digits: int) -> int:
    """Return about how long an assignment takes on one core, in microseconds: curves, a run beside them, or a sieve."""
    if method == QUADRATIC_SIEVE:
        return sieving_microseconds(digits)
    if method in _BESIDE:
        return beside_microseconds(method, bounds.b1, digits)
    return curves * nominal_microseconds(bounds, digits)


def nominal_microseconds(bounds: Bounds, digits: int) -> int:
    """Return about how long one curve takes on one core, in microseconds; at least 1."""
    return max(sum(stage_microseconds(bounds, digits)), 1)


@lru_cache(maxsize=4096)
def stage_microseconds(bounds: Bounds, digits: int) -> tuple[int, int]:
    """Return about how long the two stages of a curve take on one core, in microseconds.

    With another B2 than the default, stage 2 grows as the square root of it: its polynomials do.
    """
    stage_1, stage_2 = (_term(bounds.b1, digits, *term) for term in (_STAGE_1, _STAGE_2))
    if bounds.b2 == DEFAULT_B2:
        return int(stage_1), int(stage_2)
    share = isqrt(max(bounds.b2 - bounds.b1, 0) * 2**32 // stage2_of(bounds.b1, None).b2)
    return int(stage_1), int(stage_2) * share >> 16


@lru_cache(maxsize=4096)
def beside_microseconds(method: str, b1: int, digits: int) -> int:
    """Return about how long a run of P-1 (`pm1`) or P+1 (`pp1`) takes on one core, with the default B2; at least 1."""
    return max(sum(int(_term(b1, digits, *term)) for term in _BESIDE[method]), 1)


def sieving_microseconds(digits: int) -> int:
    """Return about how long the quadratic sieve takes on one core, in microseconds; at least 1."""
    return max(int(_SIEVED_IN_MICROSECONDS * 2 ** ((digits - _SIEVED_DIGITS) / _DOUBLED_BY)), 1)


def _term(b1: int, digits: int, scale: Decimal, by_b1: Decimal, by_length: Decimal) -> Decimal:
    length = max(_EXACT.multiply(digits, _WORDS_A_DIGIT), Decimal(1))
    return _EXACT.multiply(scale, _EXACT.multiply(_power(Decimal(b1), by_b1), _power(length, by_length)))


@lru_cache(maxsize=4096)
def _power(base: Decimal, exponent: Decimal) -> Decimal:
    return _EXACT.exp(_EXACT.multiply(exponent, _EXACT.ln(base)))


_SLOWEST = 2**62
"""Tables keep 64 bits; a log with a slower client in it would stop them for ever."""


def speed_after(before_milli: int | None, cpu_milliseconds: int, nominal: int) -> int:
    """Return a client's speed after a report: measured over nominal time, times 1000, smoothed by halves.

    Args:
        before_milli: its speed so far, None when it was never measured.
        cpu_milliseconds: what the reported curves took.
        nominal: what they cost nominally, microseconds.
    """
    measured = min(max(cpu_milliseconds * 1_000_000 // max(nominal, 1), 1), _SLOWEST)
    return measured if before_milli is None else max((before_milli + measured) // 2, 1)


def curves_within(seconds: float, bounds: Bounds, digits: int, speed_milli: int) -> int:
    """Return how many curves a client of this speed runs in so many seconds, at least 1."""
    microseconds = nominal_microseconds(bounds, digits) * speed_milli // 1000
    return max(int(seconds * 1_000_000) // max(microseconds, 1), 1)
