"""How much has been done to find a factor of each size, as exact integers.

One curve that finds a d-digit factor with probability P counts -ln(1 - P) towards d, in units of 2^-40: after work that
adds up to the effort E, such a factor has been missed with probability exp(-E). An effort holds these counts for
d = 10..100 in one Python integer, a lane of 128 bits each, so that efforts are added, taken away and multiplied by a
number of curves with +, - and *, exactly and in any order. No work is 0.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import exp, log1p

from core.factoring.mathematics.probability.success import CurveOdds

DIGITS = range(10, 101)
"""The sizes of factors that have a lane."""

UNIT = 2**40

_LANE_BITS = 128
_LANE_BYTES = _LANE_BITS // 8
_LANE_MASK = (1 << _LANE_BITS) - 1
_EVERY_LANE = sum(1 << lane * _LANE_BITS for lane in range(len(DIGITS)))
_TOP_BITS = _EVERY_LANE << _LANE_BITS - 1
_UNITS_TO_TOP_BITS = _TOP_BITS - _EVERY_LANE * UNIT

_MOST_CERTAIN = 1 - 1 / UNIT
_GOAL = exp(-1)


@lru_cache(maxsize=1024)  # 1.5 kB each
def curve_effort(b1: int, b2: int | None, param: int) -> int:
    """The effort of one curve. It takes up to 50 ms the first time.

    Sizes are counted up to the first for which a curve is worth less than half a unit.

    Raises:
        BadInput: B1, B2 or param is out of bounds.
    """
    odds = CurveOdds(b1, b2, param)
    counts: list[int] = []
    for digits in DIGITS:
        count = round(-log1p(-min(odds.success_probability(digits), _MOST_CERTAIN)) * UNIT)
        if not count:
            break
        counts.append(count)
    return from_lanes(counts)


def lanes(effort: int) -> list[int]:
    """The count of each size 10..100 in units of 2^-40."""
    packed = effort.to_bytes(len(DIGITS) * _LANE_BYTES, "little")
    return [int.from_bytes(packed[i : i + _LANE_BYTES], "little") for i in range(0, len(packed), _LANE_BYTES)]


def from_lanes(counts: Sequence[int]) -> int:
    """The effort with these counts, of sizes from 10 on; sizes left out count 0."""
    return int.from_bytes(b"".join(count.to_bytes(_LANE_BYTES, "little") for count in counts), "little")


def to_bytes(effort: int) -> bytes:
    """The effort as bytes, as few as possible: little-endian, 16 a lane, without the zeros at the end."""
    return effort.to_bytes((effort.bit_length() + 7) // 8, "little")


def from_bytes(packed: bytes) -> int:
    """The effort that `to_bytes` packed."""
    return int.from_bytes(packed, "little")


def t_level(effort: int) -> float:
    """The size t of a factor that has been missed with probability 1/e: the t-level, 0 to 100.

    With F(d) the probability to have missed a factor of d digits: F is interpolated linearly between the first d with
    F(d) > 1/e and d - 1. Below 10 digits, t grows linearly with the probability of success at 10, from 0 for no work.
    More work never gives less.
    """
    # A lane of at least one unit carries into its top bit: one addition compares all 91 lanes.
    unreached = ((effort + _UNITS_TO_TOP_BITS) & _TOP_BITS) ^ _TOP_BITS
    if not unreached:
        return float(DIGITS[-1])
    lane = (unreached & -unreached).bit_length() // _LANE_BITS - 1
    missed_here = _missed_in_lane(effort, lane)
    if lane == 0:
        return DIGITS[0] * (1 - missed_here) / (1 - _GOAL)
    missed_before = _missed_in_lane(effort, lane - 1)
    return DIGITS[lane - 1] + (_GOAL - missed_before) / (missed_here - missed_before)


def t_level_milli(effort: int) -> int:
    """The t-level in thousandths of a digit, rounded."""
    return round(t_level(effort) * 1000)


def missed(effort: int) -> dict[int, float]:
    """For each size 10..100 of a factor, the probability that the work has missed it."""
    return {digits: exp(-count / UNIT) for digits, count in zip(DIGITS, lanes(effort), strict=True)}


def _missed_in_lane(effort: int, lane: int) -> float:
    return exp(-(effort >> lane * _LANE_BITS & _LANE_MASK) / UNIT)
