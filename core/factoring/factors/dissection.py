"""Taking numbers apart: what claimed factors make of what is left of a number."""

from collections import Counter
from collections.abc import Iterator, Mapping

import gmpy2
from gmpy2 import mpz
from msgspec import Struct

from core.bigint import abbreviate, digit_count, parse_natural
from core.factoring.commands.reports import Claim
from core.factoring.mathematics.divisibility.primality import Primality, root_of, settle
from core.refusals import BadInput

_LIGHT_DIGITS = 150
_LIGHT_CLAIMS = 2
"""Of a number of 150 digits, a claim takes 0.1 ms when it leaves a composite, and 0.7 ms when it leaves a prime."""


class Piece(Struct, frozen=True, gc=False):
    """A part as it comes out of a split: in decimal, its digits, whether it is prime, how often it divides."""

    value: str
    digits: int
    primality: Primality
    times: int


class Split(Struct, frozen=True, gc=False):
    """A composite taken apart: `of` is the product of `pieces`. `claim` is the offset of the claim that did it."""

    of: str
    pieces: tuple[Piece, ...]
    claim: int


class Verdict(Struct, frozen=True, gc=False):
    """The result of checking a claim: the factor in decimal and whether it is prime, or why it is turned down."""

    factor: str
    primality: Primality | None
    refusal: str = ""


class Elsewhere(Struct, frozen=True, gc=False):
    """Another number that shares a factor with a claim: its id, the factor in decimal, and the splits that it leads to.

    The `claim` of these splits is behind those of the claims.
    """

    number: int
    factor: str
    primality: Primality
    splits: tuple[Split, ...]


class Dissected(Struct, frozen=True, gc=False):
    """A verdict for each claim, and the splits that they lead to, in order: a later one may take a piece apart.

    Of `elsewhere`, each takes apart what nothing before it does.
    """

    verdicts: tuple[Verdict, ...]
    splits: tuple[Split, ...]
    elsewhere: tuple[Elsewhere, ...] = ()

    @property
    def all_splits(self) -> tuple[Split, ...]:
        """The splits of the number, and those of others."""
        return (*self.splits, *(split for other in self.elsewhere for split in other.splits))


class Dissection(Struct, frozen=True):
    """Claimed factors of a number, held against what is left of it.

    Attributes:
        number: of which they are claimed to be factors, in decimal.
        leaves: the composites that are left of it, in decimal; the number itself when nothing is known.
        claims: the factors.
        known: composites that may come out as pieces and are taken apart already, by value, with the composites that
            are left of each: a number is split once.
    """

    number: str
    leaves: tuple[str, ...]
    claims: tuple[Claim, ...]
    known: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def is_light(self) -> bool:
        """Whether it takes less than a millisecond: the number is short, and there is little to hold against it."""
        return len(self.number) <= _LIGHT_DIGITS and len(self.claims) <= _LIGHT_CLAIMS

    def find(self) -> Dissected:
        """Check every claim, take the leaves apart, and settle the primality of every piece."""
        number = mpz(self.number)
        verdicts: list[Verdict] = []
        splits: list[Split] = []
        leaves = [mpz(leaf) for leaf in self.leaves]
        known = dict(self.known)
        for offset, claim in enumerate(self.claims):
            verdict, factor = _judge(claim, number)
            verdicts.append(verdict)
            if factor is not None:
                splits += _take_apart(leaves, factor, offset, known)
        return Dissected(tuple(verdicts), tuple(splits))


class Dissections(Struct, frozen=True):
    """Several of them, found out together."""

    dissections: tuple[Dissection, ...]

    def find(self) -> tuple[Dissected, ...]:
        """Do one after the other."""
        return tuple(one.find() for one in self.dissections)


def _judge(claim: Claim, number: mpz) -> tuple[Verdict, mpz | None]:
    """Tell whether a claim is a proper factor."""
    shown = abbreviate(claim.factor[:12_000].strip())
    try:
        factor = parse_natural(claim.factor, digit_count(number), "The factor")
    except BadInput as refusal:
        return Verdict(shown, None, refusal.sentence), None
    if factor in {1, number}:
        what = "1" if factor == 1 else "the number itself"
        return Verdict(shown, None, f"The factor {shown} is {what}; a proper factor is accepted."), None
    if factor == 0 or not gmpy2.is_divisible(number, factor):
        number_shown = abbreviate(number.digits())
        return Verdict(shown, None, f"The factor {shown} does not divide {number_shown}; it was not recorded."), None
    return Verdict(factor.digits(), settle(factor)), factor


def _take_apart(leaves: list[mpz], factor: mpz, claim: int, known: Mapping[str, tuple[str, ...]]) -> Iterator[Split]:
    """Split the composite leaves by a factor, and by the pieces that come of it; `leaves` is kept up to date."""
    divisors = [factor]
    while divisors:
        divisor = divisors.pop()
        for leaf in list(leaves):
            shared = gmpy2.gcd(leaf, divisor)
            if not 1 < shared < leaf:
                continue
            split = Split(leaf.digits(), _pieces(shared, leaf // shared), claim)
            leaves.remove(leaf)
            divisors += [shared, leaf // shared]
            composites = [piece.value for piece in split.pieces if piece.primality == "composite"]
            leaves += [mpz(left) for piece in composites for left in known.get(piece, (piece,))]
            yield split


def _pieces(one: mpz, other: mpz) -> tuple[Piece, ...]:
    """Describe what a leaf was split into, a power by its root."""
    times: Counter[mpz] = Counter()
    for part in (one, other):
        root, exponent = root_of(part)
        times[root] += exponent
    return tuple(piece_of(part, times[part]) for part in sorted(times))


def piece_of(value: mpz, times: int) -> Piece:
    """Describe a part; its primality is settled here."""
    return Piece(value.digits(), digit_count(value), settle(value), times)
