"""How long a curve takes: the nominal cost, against which each client's speed is measured.

One curve with default B2 on a number of 100 digits takes about 1.1 µs for each unit of B1 on one core of 2020 (GMP-ECM
7.0.7: 58 ms at 50,000, 270 ms at 250,000). The cost of a multiplication grows with the number of 64-bit limbs to the
power 1.6 or so between 1 and 30 limbs (Karatsuba and Toom-Cook).
"""

from core.factoring.curves import Bounds

_MICROSECONDS_A_UNIT = 1.1
_LIMBS_OF_100_DIGITS = 5.2
_BITS_A_DIGIT = 3.3219280948873626
_GROWTH = 1.6
_STAGE_1_SHARE = 0.6
_START_MICROSECONDS = 1_000


def nominal_microseconds(bounds: Bounds, digits: int) -> int:
    """Return about how long one curve takes on one core, in microseconds; at least 1,000."""
    limbs = max(digits * _BITS_A_DIGIT / 64, 1.0)
    whole = _MICROSECONDS_A_UNIT * bounds.b1 * (limbs / _LIMBS_OF_100_DIGITS) ** _GROWTH
    return _START_MICROSECONDS + int(whole * (_STAGE_1_SHARE if bounds.b2 == 0 else 1.0))


def speed_after(before_milli: int | None, cpu_milliseconds: int, nominal: int) -> int:
    """Return a client's speed after a report: measured over nominal time, times 1000, smoothed by halves.

    Args:
        before_milli: its speed so far, None when it was never measured.
        cpu_milliseconds: what the reported curves took.
        nominal: what they cost nominally, microseconds.
    """
    measured = max(cpu_milliseconds * 1_000_000 // max(nominal, 1), 1)
    return measured if before_milli is None else max((before_milli + measured) // 2, 1)


def curves_within(seconds: int, bounds: Bounds, digits: int, speed_milli: int) -> int:
    """Return how many curves a client of this speed runs in so many seconds, at least 1."""
    microseconds = nominal_microseconds(bounds, digits) * speed_milli // 1000
    return max(seconds * 1_000_000 // max(microseconds, 1), 1)
