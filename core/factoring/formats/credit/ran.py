"""The curves that an output shows, as far as they count, and what of them is one curve that was run in several goes."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from core.factoring.mathematics.curves.bounds import Bounds


class Ran(Struct, frozen=True, gc=False):
    """An ECM curve, as far as it counts.

    Attributes:
        bounds: how far it was run, with the polynomial that GMP-ECM takes by itself.
        sigma: in decimal.
        factor: in decimal, when it found one other than the whole number.
        if_known: whether it counts only when it is known already, with smaller bounds.
    """

    bounds: Bounds
    sigma: str
    factor: str | None = None
    if_known: bool = False

    @property
    def identity(self) -> tuple[int, str]:
        """The curve that it is a run of, on its number."""
        return self.bounds.param, self.sigma


def as_they_count(runs: Sequence[Ran | None]) -> list[Ran | None]:
    """Return each run of a text as it counts, in their order; None for one that another run of the same curve goes beyond.

    A curve that was saved may be gone on with in the same text. What counts only when it is known does so here too where the
    text shows the same curve for certain. Runs that came equally far all stay, and so does None.
    """
    furthest: dict[tuple[int, str], tuple[int, int]] = {}
    for ran in filter(None, runs):
        furthest[ran.identity] = max(ran.bounds.reach, furthest.get(ran.identity, (0, 0)))
    sure = {ran.identity for ran in runs if ran and not ran.if_known}

    def counted(ran: Ran) -> Ran | None:
        if ran.identity not in sure:
            return ran
        if ran.bounds.reach < furthest[ran.identity]:
            return None
        return replace(ran, if_known=False) if ran.if_known else ran

    return [ran and counted(ran) for ran in runs]


def in_one(curves: Sequence[Ran]) -> list[Ran]:
    """Return each curve as far as it was run, where the text shows several runs of it; equal ones stay as they are."""
    kept = as_they_count(curves)
    before = {ran.identity: ran.factor for ran, counts in zip(curves, kept, strict=True) if ran.factor and not counts}
    return [replace(ran, factor=ran.factor or before.get(ran.identity)) for ran in filter(None, kept)]
