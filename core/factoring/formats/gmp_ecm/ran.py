"""The curves that an output shows, as far as they count, and what of them is one curve that was run in several goes."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from core.factoring.curves import Bounds


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


def furthest(curves: Iterable[Ran]) -> dict[tuple[int, str], tuple[int, int]]:
    """Return the reach of the run of each curve that counts: one that was saved may be gone on with in the same text.

    What counts only when it is known does so here too where the text shows the same curve with smaller bounds.
    """
    reaches: dict[tuple[int, str], tuple[int, int]] = {}
    sure: set[tuple[int, str]] = set()
    for ran in curves:
        reaches[ran.identity] = max(ran.bounds.reach, reaches.get(ran.identity, (0, 0)))
        if not ran.if_known:
            sure.add(ran.identity)
    return {identity: reach for identity, reach in reaches.items() if identity in sure}


def in_one(curves: Sequence[Ran]) -> list[Ran]:
    """Return each curve as far as it was run, where the text shows several runs of it; equal ones stay as they are."""
    reaches = furthest(curves)
    before: dict[tuple[int, str], str] = {}
    kept: list[Ran] = []
    for ran in curves:
        if ran.bounds.reach < reaches.get(ran.identity, ran.bounds.reach):
            if ran.factor:
                before[ran.identity] = ran.factor
        else:
            kept.append(replace(ran, if_known=False) if ran.if_known and ran.identity in reaches else ran)
    return [replace(ran, factor=ran.factor or before.get(ran.identity)) for ran in kept] if before else kept
