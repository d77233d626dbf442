"""The curves and factors of one number that an output shows.

Curves of other numbers don't count: `Input number is` says whose they are. A curve on a multiple of a number is one on the
number, and so is a curve on what is left of it without primes that are known.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from gmpy2 import mpz
from msgspec import Struct
from msgspec.structs import replace

from core.factoring.formats.credit.beside import OtherRun, together
from core.factoring.formats.credit.crediting import Credit, credit_of, way_of
from core.factoring.formats.credit.ownership import Ownership
from core.factoring.formats.credit.ran import Ran, as_they_count, in_one
from core.factoring.formats.gmp_ecm.output import Curve, Output
from core.factoring.formats.gmp_ecm.transcript import parse_output
from core.factoring.mathematics.curves.bounds import bounds_of
from core.factoring.mathematics.curves.stage2 import polynomial_spelled, stage2_of
from core.factoring.notation.expressions import number_from
from core.refusals import BadInput

NOT_OF_THIS_NUMBER = "run on another number, or the output doesn't tell on which"
_AT_ONCE = "of several programs that wrote into one text at once, so that it doesn't tell {}; the output of each by itself counts"
_AT_ONCE_ON_ONE, _AT_ONCE_ON_SEVERAL = _AT_ONCE.format("which came to their end"), _AT_ONCE.format("on which number")
_SHOWN_ELSEWHERE = "a run of a curve that counts on another line, which shows it run as far or further"


class Shown(Struct, frozen=True, gc=False):
    """The curves and factors that an output shows of one number.

    Attributes:
        curves: that were run to their end, each as far as it came.
        unfinished: announced, without an end in the text.
        factors: in decimal, found by no curve among these and by none of the others.
        others: the runs of P-1 and P+1 that were made, with what they found.
        left_out: why curves don't count, or count for less, each with how many.
        over: how many curves the text shows to be over, whatever they are and whosever.
        unseen: how many more were run; None when it doesn't tell.
        version: of GMP-ECM, when the text says it.
        param: of the first curve that is named, be it one that counts or not; None where none is.
        foreign: whether GMP-ECM printed nothing of it.
    """

    curves: tuple[Ran, ...] = ()
    unfinished: tuple[Ran, ...] = ()
    factors: tuple[str, ...] = ()
    others: tuple[OtherRun, ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()
    over: int = 0
    unseen: int | None = None
    version: str | None = None
    param: int | None = None
    foreign: bool = False


class Verdict(Struct, frozen=True, gc=False):
    """The credit of one curve of an output.

    Attributes:
        line: where it begins.
        credit: what it counts for.
        factor: in decimal, when it found one of the number.
    """

    line: int
    credit: Credit
    factor: str | None


def shown_of(output: Output, number: mpz | None, ceiling_digits: int, primes: Sequence[str] = ()) -> Shown:
    """Return what an output shows of a number.

    Args:
        output: what was printed.
        number: whose curves are asked for; None when that is not known, and all are taken.
        ceiling_digits: the most digits that a number may have.
        primes: of which the number is known to be a multiple, in decimal.
    """
    owner = Ownership(output, number, ceiling_digits, primes)
    reasons: Counter[str] = Counter()
    others: dict[OtherRun, list[str | None]] = {}
    curves: list[Ran] = []
    ways: set[Credit] = set()
    factors = [stray.factor for stray in output.strays if owner.has(stray.factor, stray.number)]
    for credit, alike in _credited(output.curves, output, owner):
        for reason in credit.reasons:
            reasons[reason] += len(alike)
        if credit.beside is not None:
            others.setdefault(credit.beside, []).extend(_factor(curve, owner) for curve in alike)
        elif credit.bounds is not None:
            ways.add(credit)
            curves += _ran(credit, alike, owner)
        else:
            factors += filter(None, (_factor(curve, owner) for curve in alike))
    unfinished = [
        ran for credit, alike in _credited(output.unfinished, output, owner) for ran in _ran(credit, alike, owner)
    ]
    return Shown(
        curves=tuple(in_one(curves) if len(ways) > 1 else curves),
        unfinished=tuple(unfinished),
        factors=tuple(dict.fromkeys(factors)),
        others=tuple(together(run, found) for run, found in others.items()),
        left_out=tuple(reasons.items()),
        over=len(output.curves),
        unseen=output.unseen,
        version=output.version,
        param=next(_params((*output.curves, *output.unfinished), owner), None),
        foreign=output.foreign,
    )


def verdicts_on(output: Output, number: mpz, ceiling_digits: int) -> Iterator[Verdict]:
    """Return what each curve of an output counts for on a number, in the order in which they ended."""
    owner = Ownership(output, number, ceiling_digits)
    runs = [
        (credit, curve, next(iter(_ran(credit, (curve,), owner)), None))
        for credit, alike in _credited(output.curves, output, owner)
        for curve in alike
    ]
    counted: set[tuple[int, str]] = set()
    for (credit, curve, ran), counts in zip(runs, as_they_count([ran for _, _, ran in runs]), strict=True):
        if ran is None:
            told = credit
        elif counts is None or counts.identity in counted:
            told = Credit(reasons=(_SHOWN_ELSEWHERE,))
        else:
            told = replace(credit, if_known=counts.if_known)
            if not counts.if_known:
                counted.add(counts.identity)
        yield Verdict(curve.line, told, _factor(curve, owner))


def _credited(curves: Sequence[Curve], output: Output, owner: Ownership) -> Iterator[tuple[Credit, list[Curve]]]:
    """Yield an output's curves in stretches of such as were run alike, each with its credit."""
    for (terms, *_), alike in groupby(curves, key=way_of):
        some = list(alike)
        if owner.covers(terms.number):
            credit = credit_of(some[0])
        else:
            credit = Credit(reasons=(_whose_it_may_be(terms.number, output),))
        yield credit, some


def _whose_it_may_be(number: str | None, output: Output) -> str:
    """Say why a curve counts for no number that is asked for."""
    if number is not None or not output.mixed:
        return NOT_OF_THIS_NUMBER
    return _AT_ONCE_ON_ONE if len(output.numbers) == 1 else _AT_ONCE_ON_SEVERAL


def _params(curves: Sequence[Curve], owner: Ownership) -> Iterator[int]:
    """Yield the parametrisations of a number's curves, but of those that may be others than they say."""
    for (terms, _, if_known), _ in groupby(curves, key=way_of):
        if terms.param is not None and not if_known and owner.covers(terms.number):
            yield terms.param


def _factor(curve: Curve, owner: Ownership) -> str | None:
    return curve.factor if curve.factor and owner.has(curve.factor, curve.terms.number) else None


def _ran(credit: Credit, curves: Iterable[Curve], owner: Ownership) -> Iterator[Ran]:
    """Return the curves as they are recorded; none when they don't count."""
    if credit.bounds is None:
        return
    for curve in curves:
        assert curve.sigma is not None, "it counts"
        # Of parametrisation 1 only the square matters.
        sigma = curve.sigma.removeprefix("-") if credit.bounds.param == 1 else curve.sigma
        yield Ran(credit.bounds, sigma, _factor(curve, owner), credit.if_known)


def in_words(left_out: Iterable[tuple[str, int]]) -> list[str]:
    """Return a sentence for each reason why curves don't count, or count for less."""
    return [f"{count} {'curve was' if count == 1 else 'curves were'} {reason}." for reason, count in left_out]


def shown_in(text: str, composite: str, ceiling_digits: int, primes: Sequence[str] = ()) -> Shown:
    """Return what a text shows of a number as people write it; when that can't be read, all curves are taken."""
    return shown_of(parse_output(text), composite_of(composite, ceiling_digits), ceiling_digits, primes)


def composite_of(text: str, ceiling_digits: int) -> mpz | None:
    """Return the number that is meant, None when it can't be read."""
    try:
        return number_from(text, ceiling_digits)
    except BadInput:
        return None


def has_other_polynomials(output: Output) -> bool:
    """Tell whether curves had another polynomial than usual, what they are worth takes a while to find out."""
    ways = (terms for terms, _ in groupby(curve.terms for curve in output.curves))
    return any(_is_other(terms.b1, terms.b2, terms.polynomial) for terms in ways)


@lru_cache(maxsize=1024)
def _is_other(b1: int, b2: int, polynomial: str) -> bool:
    told = polynomial_spelled(polynomial)
    if told is None or b2 < b1:
        return False
    try:
        usual = stage2_of(b1, bounds_of(b1, b2, 0).b2).polynomial
    except BadInput:
        return False
    return usual != told
