"""Expected against found: whether a contributor finds what its curves should, measured by what others find.

The prior is a model, and numbers were chosen or worked on elsewhere: so what is expected is scaled by what all others found
of what was expected of them, for each row of B1 and each project by itself. What speaks against a contributor is a weighted mean of
likelihood ratios, an e-value, which is above 1,000 with a probability of less than 1/1,000 for an honest one, however
often it is looked at (Ville's inequality).
"""

from collections.abc import Iterable
from decimal import Context, Decimal

from msgspec import Struct

from core.factoring.mathematics.probability.exponentials import ONE

ALARM = 1_000
_ENOUGH = 20
"""Finds expected of others, without which nothing is said of a stratum; and as many are taken to be found beside theirs."""
_SHARES = {Decimal(0): 2, Decimal("0.3"): 1, Decimal("0.6"): 3}
"""Of what is reported, the shares that are taken to have been run by those who did not run all, and what each weighs in the mean.

The last weighs most, for who runs half is hardest to tell from chance: so 87 finds due are enough in 95 of 100 cases.
"""
_EXACT = Context(prec=20, Emax=10**9)
_MOST = 10**18


class Sums(Struct, frozen=True, gc=False):
    """Finds that were expected in a stratum, in 2^-32, and those that were made."""

    expected: int = 0
    found: int = 0


class Judged(Struct, frozen=True, gc=False):
    """A contributor's curves against what they found.

    Attributes:
        expected: finds, in 2^-32, as the model says.
        scaled: the same, scaled by what others found.
        found: finds.
        evidence: the e-value that speaks for fewer curves than were reported, whole; of strata where others found enough.
    """

    expected: int
    scaled: int
    found: int
    evidence: int

    @property
    def stands_out(self) -> bool:
        """Whether less was found than chance allows."""
        return self.evidence >= ALARM


def scaled(own: Sums, others: Sums) -> int:
    """Return what is expected in a stratum by what others found of what was expected of them, at most as much, in 2^-32."""
    found, due = (others.found + _ENOUGH) * ONE, others.expected + _ENOUGH * ONE
    return min(own.expected, own.expected * found // due)


def judge(strata: Iterable[tuple[Sums, Sums]]) -> Judged:
    """Judge a contributor by its own sums and those of all others, for each stratum."""
    expected = due = made = 0
    tested, found = 0, 0
    for own, others in strata:
        here = scaled(own, others)
        expected, due, made = expected + own.expected, due + here, made + own.found
        if others.expected >= _ENOUGH * ONE:
            tested, found = tested + here, found + own.found
    return Judged(expected, due, made, evidence(tested, found))


def evidence(due: int, found: int) -> int:
    """Return the e-value of so many finds where so many, in 2^-32, were due."""
    finds = _EXACT.divide(Decimal(due), Decimal(ONE))
    ratios = (
        weight
        * _EXACT.multiply(
            _EXACT.exp(_EXACT.multiply(1 - share, finds)), _EXACT.power(share, found) if found else Decimal(1)
        )
        for share, weight in _SHARES.items()
    )
    return min(int(sum(ratios) / sum(_SHARES.values())), _MOST)
