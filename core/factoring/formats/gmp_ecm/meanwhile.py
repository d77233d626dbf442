"""Whether several programs wrote into one text at once, as it shows to whoever follows one curve after the other.

A step that can't be of the curve at hand shows it, and so does a number that is named again before a curve on it was announced.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from core.factoring.formats.gmp_ecm.output import Curve


class Meanwhile:
    """Other programs that wrote while one was followed; lines are counted from 1."""

    def __init__(self) -> None:
        self._now = False
        self._until = 0
        self._left_at = 0
        self._newest = ""
        self._without_curve = 0

    @property
    def seen(self) -> bool:
        """Whether several programs seem to have written at once."""
        return self._until > 0

    @property
    def begun(self) -> bool:
        """Whether a program has named its number, and announced no curve on it yet."""
        return self._without_curve > 0

    def begin_on(self, number: str, *, resumed: bool) -> None:
        """A program begins on a number; of one that is resumed it is known that it may end without a curve."""
        others = self._without_curve if number == self._newest else 0
        self._newest, self._without_curve = number, 0 if resumed else others + 1
        self._now = False

    def announce(self, line: int) -> None:
        """A curve is announced on this line."""
        if self._now or self._without_curve > 1:
            self.write_at(line, since=line)
        self._without_curve = max(self._without_curve - 1, 0)

    def leave(self, curve: Curve) -> None:
        """A curve was not over when the next one was announced."""
        self._left_at = self._left_at or curve.line

    def write_at(self, line: int, since: int) -> None:
        """Another program has written on this line; the curve at hand was announced on the line `since`."""
        self._now, self._until = True, line
        self._left_at = self._left_at or since

    def as_far_as_sure(self, curves: Sequence[Curve], *, on_one_number: bool) -> tuple[Curve, ...]:
        """Return curves without their number where that may be another's, or they may not be over.

        On one number a curve is sure before the first one that was not over when the next was announced.
        """
        since = self._left_at if on_one_number else 0
        return tuple(
            replace(curve, terms=replace(curve.terms, number=None)) if since <= curve.line <= self._until else curve
            for curve in curves
        )
