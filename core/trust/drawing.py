"""Draws: which curves are checked. Everything in whole numbers, so that whoever draws again draws the same.

A curve of the cost c of a machine that has been credited W is drawn with the chance max(1/80, 3 c / (C0 + W)), where C0 is
ten minutes. Whoever fabricates everything after W was earned is found out before it has gained as much as it loses; and
honest machines are checked for less than a hundredth of what they compute: where they would be for more, `budget` has both
fall.
"""

from collections.abc import Iterator, Sequence
from hmac import digest

from msgspec import Struct

from core.trust.budget import USUAL, WHOLE, Rates
from core.trust.standing import PROBATION_RATE, Standing, credited

_STEEPNESS = 3
_START = 600_000_000
"""The credit that everybody is taken to have at first, in microseconds of nominal CPU time."""

CHANCE, FIRST, PROBATION, EARLIER, MISSED = "chance", "first", "probation", "earlier", "missed"
"""Why a curve is checked: its lot; it was the least of a machine's first report; it came after a mismatch, or before; it should
have found a factor."""


class Drawn(Struct, frozen=True, gc=False):
    """A curve that is to be checked: its offset among the sigmas of its report, and why."""

    offset: int
    why: str


def lot(secret: bytes, report: bytes, offset: int) -> int:
    """Return the lot of a curve, 32 bits that nobody can foresee without the secret.

    Args:
        secret: of the day on which it was reported.
        report: hash of the event that records it.
        offset: of its sigma there.
    """
    return int.from_bytes(digest(secret, report + offset.to_bytes(4, "big"), "sha256")[:4], "big")


def first_lot(secret: bytes, report: bytes) -> int:
    """Return the lot of a machine's first report: that of an offset which no curve has."""
    return lot(secret, report, WHOLE - 1)


def chance(cost: int, credit: int, *, watched: bool = False, rates: Rates = USUAL) -> int:
    """Return the chance, of 2^32, with which a curve is drawn.

    Args:
        cost: of the curve, microseconds of nominal CPU time.
        credit: of its machine before it, in the same.
        watched: whether a mismatch of the machine is not forgiven yet.
        rates: what the budget allows.
    """
    least = PROBATION_RATE * WHOLE // 100 if watched else rates.floor
    return min(WHOLE, max(least, _STEEPNESS * cost * rates.newcomers // (_START + credit)))


def draw(
    standing: Standing,
    cost: int,
    offsets: Sequence[int],
    lots: Sequence[int],
    rates: Rates = USUAL,
    first: int = 0,
) -> tuple[tuple[Drawn, ...], Standing]:
    """Draw among the curves of a report.

    Args:
        standing: of the machine, before the report.
        cost: of one curve, microseconds of nominal CPU time.
        offsets: of the curves whose checksum is known.
        lots: of the same curves.
        rates: what the budget allows.
        first: the lot of the report, should it be the machine's first.

    Returns:
        What is to be checked, and how the machine stands after it.
    """
    drawn = {offset: Drawn(offset, why) for offset, why in _one_by_one(standing, cost, offsets, lots, rates)}
    if offsets and not standing.known and first < rates.newcomers:
        least = min(zip(lots, offsets, strict=True))[1]
        drawn[least] = Drawn(least, FIRST)
    return tuple(drawn[offset] for offset in sorted(drawn)), credited(standing, cost, len(offsets))


def _one_by_one(
    standing: Standing, cost: int, offsets: Sequence[int], lots: Sequence[int], rates: Rates
) -> Iterator[tuple[int, str]]:
    """Draw curve after curve: each adds to the credit on which the chance of the next depends."""
    for before, (offset, own) in enumerate(zip(offsets, lots, strict=True)):
        if before < standing.probation:
            yield offset, PROBATION
        elif own < chance(cost, standing.credit + before * cost, watched=standing.watched, rates=rates):
            yield offset, CHANCE
