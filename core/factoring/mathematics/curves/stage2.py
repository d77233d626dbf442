"""The reach of stage 2 of GMP-ECM: default B2, blocks and the Brent-Suyama polynomial.

Stage 2 works in k blocks of dF multiples of a step d, so the B2 that it reaches is larger than the one asked for. The
choices made here are those of GMP-ECM 7 for numbers of up to 30 64-bit words (about 578 digits), for which it
multiplies polynomials by number-theoretic transforms. The method: Zimmermann and Dodson, "20 years of ECM" (2006).
"""

import re

from msgspec import Struct

from core.factoring.mathematics.curves.limits import DEFAULT_B2, require_b1, require_b2

_STEPS = (
    *(12, 30, 60, 120, 240, 510, 1020, 2310, 4620, 9240, 19110, 39270, 79170, 158340, 324870, 690690, 1345890),
    *(2852850, 5705700, 11741730, 23130030, 48498450, 96996900),
)
"""Steps d on offer. The n-th has at most dF = 2^n residues below d/2 that are coprime to it."""

_SECOND_STEPS = (5, 7, 11, 13, 17, 19, 23)

_MOST_BLOCKS = 6


class Polynomial(Struct, frozen=True):
    """A polynomial of Brent and Suyama: x^n, or Dickson's of degree n."""

    degree: int
    dickson: bool = True

    def __str__(self) -> str:
        """The spelling of `ecm -v`."""
        return f"Dickson({self.degree})" if self.dickson else f"x^{self.degree}"


_SPELLED = re.compile(r"x\^(1?[0-9])|Dickson\(([1-9][0-9]?)\)")


def polynomial_spelled(text: str) -> Polynomial | None:
    """Return the polynomial that GMP-ECM spells so, as `str` of it does; None when it is none."""
    spelled = _SPELLED.fullmatch(text)
    if spelled is None:
        return None
    return Polynomial(int(spelled[1]), dickson=False) if spelled[1] else Polynomial(int(spelled[2]))


_IDENTITY = Polynomial(1, dickson=False)

_POLYNOMIALS = (
    (10**7, _IDENTITY),
    (10**8, Polynomial(2, dickson=False)),
    (10**9, Polynomial(3)),
    (10**10, Polynomial(6)),
    (3 * 10**11, Polynomial(12)),
)
"""Widths of stage 2 and the polynomial that serves best below them."""

_WIDEST_POLYNOMIAL = Polynomial(30)


class Stage2(Struct, frozen=True):
    """The stage 2 that follows a stage 1 to B1.

    `b2` is the bound that enters the probability (0: stage 1 only); `d`, `d2`, `df`, `k` and `i0` are what `ecm -v`
    prints under these names.
    """

    b2: int
    d: int = 0
    d2: int = 0
    df: int = 0
    k: int = 0
    i0: int = 0
    polynomial: Polynomial = _IDENTITY

    @property
    def furthest(self) -> int:
        """Beyond B2 some primes are met by the way, none above this; 0 for stage 1 only.

        Stage 2 meets the numbers i d + j d2 with |j| < d, and up to its B2 they cover every prime.
        """
        if not self.k:
            return 0
        every = _reach(self.d, self.d2, self.i0, self.k * self.df)
        return every + 2 * self.d2 * (self.d - 1) - self.d + 1


def stage2_of(b1: int, b2: int | None) -> Stage2:
    """Stage 2 as GMP-ECM runs it after B1 for the B2 asked for (None or -1: its default; below B1: stage 1 only).

    With the default, the B2 that is really reached enters the probability; else the one asked for.

    Raises:
        BadInput: B1 or B2 is out of bounds.
    """
    require_b1(b1)
    require_b2(b2)
    if b2 is None or b2 == DEFAULT_B2:
        return _cover(b1, int((11 * b1 / 6) ** 1.43), by_default=True)
    return Stage2(b2=0) if b2 < b1 else _cover(b1, b2, by_default=False)


def _cover(b1: int, b2: int, *, by_default: bool) -> Stage2:
    """The first step that takes at most six blocks from B1 to B2, else the largest with as many as it takes."""
    for n, d in enumerate(_STEPS, start=1):
        df = 1 << n
        d2 = next((p for p in _SECOND_STEPS if d % p and p <= df + 1), 1)
        i0, k = _blocks(b1, b2, d, d2, df)
        if k <= _MOST_BLOCKS:
            break
    reached = _reach(d, d2, i0, k * df)
    return Stage2(reached if by_default else b2, d, d2, df, k, i0, _polynomial_for(reached - b1))


def _blocks(b1: int, b2: int, d: int, d2: int, df: int) -> tuple[int, int]:
    """The first multiple of d, and how many blocks of dF multiples (those of d2 left out) lead from B1 to B2."""
    overlap = (d - 1) * d2
    i0 = -((overlap - b1) // d)
    i1 = (b2 + overlap) // d
    multiples = i1 - i0 + 1 - (i1 // d2 - i0 // d2 if d2 > 1 else 0)
    return i0, -(-multiples // df)


def _reach(d: int, d2: int, i0: int, multiples: int) -> int:
    """The B2 reached by so many multiples of d from i0 on, those of d2 left out."""
    if d2 == 1:
        i1 = i0 + multiples - 1
    else:
        turns, rest = divmod(multiples + i0 + (-i0 // d2), d2 - 1)
        i1 = turns * d2 + rest
    return (i1 - d2 + 1) * d + d2 - 1


def _polynomial_for(width: int) -> Polynomial:
    return next((polynomial for limit, polynomial in _POLYNOMIALS if width < limit), _WIDEST_POLYNOMIAL)
