"""The ladder: one axis of digits for how far ECM has searched, what is handed out, the target, and the factors found."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

_FROM, _TO, _STEP = 10, 65, 5
"""Of the axis that all rows of a list share, and between its gaps; digits."""
_NARROWEST = 0.6
"""Per cent of the axis: what is narrower is not seen."""
_APART = 4.0
"""Per cent between labels that do not touch, of which the larger factor's wins."""


class Span(Struct, frozen=True):
    """A stretch of the axis, in per cent of its length."""

    at: float
    width: float


class Dot(Struct, frozen=True):
    """A factor that was found; `label` is empty where a neighbour's stands."""

    at: float
    label: str


class Tick(Struct, frozen=True):
    """A mark on the axis."""

    at: float
    label: str


class Ladder(Struct, frozen=True):
    """A ladder, ready for the template; places are per cent of the axis.

    Attributes:
        rail: what is planned, from the beginning of the axis.
        done: what is searched, likewise.
        held: what is handed out; None for nothing.
        goal: where the target stands; None when there is no more to do.
        gaps: where a t-level of 15, 20, … lies on the rail.
        found: the factors, by their digits.
        ticks: for the axis below or above it.
        sieve: where a sieve is faster from; None where that is beyond the axis, or not told.
        factored: whether nothing is left to be searched.
        words: the ladder in words.
    """

    rail: float
    done: float
    held: Span | None
    goal: float | None
    gaps: list[float]
    found: list[Dot]
    ticks: tuple[Tick, ...]
    sieve: float | None
    factored: bool
    words: str


class Axis(Struct, frozen=True):
    """From how many digits to how many an axis goes."""

    low: float = _FROM
    high: float = _TO

    def place(self, digits: float) -> float:
        """Return where a number of digits stands, in per cent."""
        share = (digits - self.low) / (self.high - self.low)
        return round(100 * min(max(share, 0), 1), 2)

    def ticks(self, every: int = 2 * _STEP) -> tuple[Tick, ...]:
        """Return marks at each so many digits, without the ends, where labels would stand out."""
        return _ticks(self, every)


@lru_cache(maxsize=16)
def _ticks(axis: Axis, every: int) -> tuple[Tick, ...]:
    """Return marks on an axis; a list's rows all stand on one."""
    first = int(axis.low // every + 1) * every
    return tuple(Tick(axis.place(t), f"t{t}") for t in range(first, int(axis.high), every))


LIST_AXIS = Axis()


def ladder(
    t: float,
    goal: float | None,
    held: float = 0,
    found: Iterable[int] = (),
    axis: Axis = LIST_AXIS,
    sieve: float | None = None,
) -> Ladder:
    """Lay out a ladder.

    Args:
        t: the t-level, digits.
        goal: the target; None for a number of which nothing is left.
        held: the t-level when what is handed out has come back; 0 for nothing handed out.
        found: the digits of the prime factors.
        axis: what it stands on.
        sieve: the t-level up to which ECM is worth its work; None not to tell it.
    """
    done = axis.place(t)
    ends = done if goal is None else max(done, axis.place(goal))
    running = Span(done, max(axis.place(held) - done, _NARROWEST)) if held and held >= t else None
    beyond = max(ends, running.at + running.width if running else 0)
    ticks = axis.ticks(_STEP)
    return Ladder(
        rail=0 if goal is None else axis.place(goal),
        done=done,
        held=running,
        goal=None if goal is None else axis.place(goal),
        gaps=[tick.at for tick in ticks if tick.at < beyond],
        found=_dots(found, axis),
        ticks=ticks,
        sieve=None if sieve is None or not axis.low < sieve < axis.high else axis.place(sieve),
        factored=goal is None,
        words=_words(t, goal, held, sieve),
    )


def _dots(found: Iterable[int], axis: Axis) -> list[Dot]:
    """Place the factors that lie on the axis; of those close to each other the largest is labelled."""
    digits = sorted(size for size in found if axis.low <= size <= axis.high)
    places = [axis.place(size) for size in digits]
    crowded = {left for left, (at, following) in enumerate(pairwise(places)) if following - at < _APART}
    return [Dot(at, "" if i in crowded else f"p{digits[i]}") for i, at in enumerate(places)]


def _words(t: float, goal: float | None, held: float, sieve: float | None) -> str:
    if goal is None:
        return f"Factored at t{t:.1f}"
    being_run = f", being run to t{held:.1f}" if held and held >= t else ""
    beyond = f", beyond t{sieve:.1f}, from where a sieve is faster" if sieve and goal > sieve else ""
    return f"Searched to t{t:.1f} of t{goal:.1f}{being_run}{beyond}"
