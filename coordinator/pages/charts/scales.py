"""From values to places along an axis, and the ticks that stand there."""

from datetime import timedelta
from itertools import pairwise
from math import ceil, floor, log10
from typing import Protocol

from core import wording
from core.timestamps import EPOCH, SECOND

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_TIME_STEPS = (
    *(1, 2, 5, 10, 30),
    *(_MINUTE, 2 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE, 30 * _MINUTE),
    *(_HOUR, 2 * _HOUR, 6 * _HOUR, 12 * _HOUR),
    *(_DAY, 2 * _DAY, 7 * _DAY, 30 * _DAY, 90 * _DAY, 365 * _DAY, 3650 * _DAY, 36_500 * _DAY, 365_000 * _DAY),
)
_TICKS = 6
_FEW_DECADES = 2
_THOUSAND, _EXACT = 1000, 1e10
_LARGEST = 4e307
"""Twice of it is still a float."""
_FINEST = 1e-9
"""Of a value: what differs by less is drawn as if it did not, for floats end soon after."""
_SHORTEST = 1e-300
_DECADES = -307, 308
"""The powers of ten that floats hold in full."""
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")

Tick = tuple[float, str]
"""A value, and what stands beside it."""


class Scale(Protocol):
    """One axis of a chart."""

    def share(self, value: float) -> float:
        """Return where a value stands: 0 at the beginning of the axis, 1 at its end."""
        ...

    def ticks(self) -> list[Tick]:
        """Return the values to mark."""
        ...


class Linear:
    """Equal steps for equal differences, widened to round numbers.

    Args:
        low: the least value.
        high: the greatest value.
    """

    def __init__(self, low: float, high: float) -> None:
        low, high = (min(max(value, -_LARGEST), _LARGEST) for value in (low, high))
        if high - low <= abs(high) * _FINEST:
            around = abs(high) / 10 or 0.5
            low, high = low - around, high + around
        self._step = _round_step(high - low)
        self._low = floor(low / self._step + 1e-9) * self._step
        self._high = max(ceil(high / self._step - 1e-9) * self._step, self._low + self._step)

    def share(self, value: float) -> float:
        """Return where a value stands; one beyond the end of the axis stands there."""
        return min(max((value - self._low) / (self._high - self._low), 0), 1)

    def ticks(self) -> list[Tick]:
        """Return the multiples of the step."""
        count = round((self._high - self._low) / self._step)
        values = [self._low + self._step * i for i in range(count + 1)]
        return [(value, _written(value) if abs(value) > self._step / 2 else "0") for value in values]


class Logarithmic:
    """Equal steps for equal ratios, widened to powers of ten.

    Args:
        low: the least value, more than 0.
        high: the greatest value.
    """

    def __init__(self, low: float, high: float) -> None:
        least, most = _DECADES
        self._low = min(max(floor(log10(low) + 1e-9), least), most - 1)
        self._high = max(min(ceil(log10(high) - 1e-9), most), self._low + 1)

    def share(self, value: float) -> float:
        """Return where a value stands; one beyond an end of the axis stands there."""
        return min(max((log10(value) - self._low) / (self._high - self._low), 0), 1)

    def ticks(self) -> list[Tick]:
        """Return powers of ten, with their halves and fifths when there are few."""
        decades = self._high - self._low
        if decades <= _FEW_DECADES:
            values = [m * 10.0**e for e in range(self._low, self._high) for m in (1, 2, 5)] + [10.0**self._high]
            return [(value, f"{value:g}") for value in values]
        every = ceil(decades / _TICKS)
        return [
            (10.0**exponent, "10" + str(exponent).translate(_SUPERSCRIPT))
            for exponent in range(self._low, self._high + 1, every)
        ]


class Moments:
    """Time, in microseconds UTC; not widened, for what lies outside has not happened.

    Args:
        low: the earliest moment.
        high: the latest moment.
    """

    def __init__(self, low: int, high: int) -> None:
        self._low = low
        self._high = max(high, low + 1)

    def share(self, value: float) -> float:
        """Return where a moment stands."""
        return (value - self._low) / (self._high - self._low)

    def ticks(self) -> list[Tick]:
        """Return round times of day, or dates when it is about days."""
        length = (self._high - self._low) / SECOND
        step = next((step for step in _TIME_STEPS if length / step <= _TICKS), _TIME_STEPS[-1])
        first = -(-self._low // (step * SECOND)) * step
        style = "%H:%M:%S" if step < _MINUTE else "%H:%M" if step < _DAY else "%-d %b" if step < 30 * _DAY else "%b %Y"
        moments = range(first, self._high // SECOND + 1, step)
        labels = [(EPOCH + timedelta(seconds=moment)).strftime(style) for moment in moments]
        return _told_apart([(moment * SECOND, label) for moment, label in zip(moments, labels, strict=True)])


def _told_apart(ticks: list[Tick]) -> list[Tick]:
    """Write the date beside the first tick of each further day."""
    days = [moment // (_DAY * SECOND) for moment, _ in ticks]
    new = {i + 1 for i, (before, day) in enumerate(pairwise(days)) if day != before}
    return [
        (moment, _date(moment) if i in new and len(label) == len("00:00") else label)
        for i, (moment, label) in enumerate(ticks)
    ]


def _date(moment: float) -> str:
    return (EPOCH + timedelta(microseconds=moment)).strftime("%-d %b")


def _written(value: float) -> str:
    return wording.whole(value) if _THOUSAND <= abs(value) < _EXACT else f"{value:.10g}"


def _round_step(length: float) -> float:
    """Return the step, 1, 2 or 5 times a power of ten, that cuts a length into at most so many pieces."""
    raw = max(length, _SHORTEST) / _TICKS
    power = 10.0 ** floor(log10(raw))
    return next(power * m for m in (1, 2, 5, 10) if power * m >= raw * (1 - 1e-9))
