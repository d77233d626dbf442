"""Credit for the curves of an output: how far each was really run, on which number, and what can't be known of it.

Credit follows what was run; where a text leaves that open, the lower is counted, and said so:

- Curves of other numbers don't count: `Input number is` says whose they are. A curve on a multiple of a number is one on the
  number, and so is a curve on what is left of it without primes that are known.
- Stage 1 that was told to begin somewhere was never run below. A resumed one goes on where the residue stood.
- A stage 1 that found something ended the curve: stage 2 was not run, on a GPU for all its curves.
- A stage 2 that was told to begin above B1 leaves a gap; such curves count as stage 1.
- GMP-ECM 7.0 to 7.0.5 throw a residue of parametrisation 0 away when they resume it to a larger B1 (upstream's bug 21866):
  such a curve counts as it was saved.
- A residue that GMP-ECM 7 saved without `-param` is resumed as parametrisation 0, whatever it was, and finds nothing. Such
  sigmas are below 2^32, where 7 draws 64 bits for parametrisation 0: these curves count only where they are known as such.
- P-1 and P+1 are recorded as what they are. Of curves given by a coefficient it is not known what they are worth.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from gmpy2 import mpz
from msgspec import Struct

from core.factoring.curves import STAGE_1_ONLY, Bounds, bounds_of
from core.factoring.formats.expressions import number_from
from core.factoring.formats.gmp_ecm.beside import OtherRun, run_beside, together
from core.factoring.formats.gmp_ecm.output import Curve, Output, Terms
from core.factoring.formats.gmp_ecm.ownership import Ownership
from core.factoring.formats.gmp_ecm.transcript import parse_output
from core.factoring.mathematics.other_polynomial import b2_worth_as_much
from core.factoring.mathematics.stage2 import polynomial_spelled, stage2_of
from core.refusals import BadInput

_SIGMAS_OF_32_BITS = 2**32
_RELEASE = re.compile(r"([0-9]+)\.([0-9]+)(?:\.([0-9]+))?")
_KEEPS_THE_RESIDUE = (7, 0, 6)
_MOST_NUMBERS = 1_000


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


class Shown(Struct, frozen=True, gc=False):
    """The curves and factors that an output shows of one number.

    Attributes:
        curves: that were run to their end.
        unfinished: announced, without an end in the text.
        factors: in decimal, found by no curve among these and by none of the others.
        others: the runs of P-1 and P+1 that were made, with what they found.
        left_out: why curves don't count, or count for less, each with how many.
        over: how many curves the text shows to be over, whatever they are and whosever.
        unseen: how many more were run; None when it doesn't tell.
        version: of GMP-ECM, when the text says it.
    """

    curves: tuple[Ran, ...] = ()
    unfinished: tuple[Ran, ...] = ()
    factors: tuple[str, ...] = ()
    others: tuple[OtherRun, ...] = ()
    left_out: tuple[tuple[str, int], ...] = ()
    over: int = 0
    unseen: int | None = None
    version: str | None = None


class Credit(Struct, frozen=True, gc=False):
    """The credit of curves that were run alike, whatever they found.

    Attributes:
        bounds: how far; None when they don't count.
        reasons: why they don't, or count for less.
        beside: the run of P-1 or P+1 that each of them was, if it was one.
        if_known: whether they count only where they are known already, with smaller bounds.
    """

    bounds: Bounds | None = None
    reasons: tuple[str, ...] = ()
    beside: OtherRun | None = None
    if_known: bool = False


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
    factors = [stray.factor for stray in output.strays if owner.has(stray.factor, stray.number)]
    for credit, alike in _credited(output.curves, output, owner):
        reasons.update(dict.fromkeys(credit.reasons, len(alike)))
        if credit.beside is not None:
            others.setdefault(credit.beside, []).extend(curve.factor for curve in alike)
        elif credit.bounds is not None:
            curves += _ran(credit, alike)
        else:
            factors += filter(None, (_factor(curve, owner) for curve in alike))
    unfinished = [ran for credit, alike in _credited(output.unfinished, output, owner) for ran in _ran(credit, alike)]
    return Shown(
        curves=tuple(curves),
        unfinished=tuple(unfinished),
        factors=tuple(dict.fromkeys(factors)),
        others=tuple(together(run, found) for run, found in others.items()),
        left_out=tuple(reasons.items()),
        over=len(output.curves),
        unseen=output.unseen,
        version=output.version,
    )


def verdicts_on(output: Output, number: mpz, ceiling_digits: int) -> Iterator[Verdict]:
    """Return what each curve of an output counts for on a number, in the order in which they ended."""
    owner = Ownership(output, number, ceiling_digits)
    for credit, alike in _credited(output.curves, output, owner):
        yield from (Verdict(curve.line, credit, _factor(curve, owner)) for curve in alike)


def credit_of(curve: Curve) -> Credit:
    """Return what a curve counts for on its own number."""
    return _credit(*_way(curve))


NOT_OF_THIS_NUMBER = "run on another number, or the output doesn't tell on which"
_SEVERAL_AT_ONCE = (
    "of several programs that wrote into one text at once, so that it doesn't tell on which number; the output of each by"
    " itself counts"
)
_UNTOLD = "shown without a sigma and without the line that names the method"
_BY_COEFFICIENT = "given by a coefficient instead of a sigma: what such a curve is worth is not known"
_BEGAN_LATE = "told to begin stage 1 above its beginning, below which nothing was run"
_STAGE_2_BEGAN_LATE = "told to begin stage 2 above B1, so that only stage 1 counts"
_THREW_AWAY = (
    "resumed to a larger B1 by GMP-ECM before 7.0.6, which throws the residue away, so that what was saved counts"
)
_THREW_ALL_AWAY = "resumed by GMP-ECM before 7.0.6, which throws the residue away, from where the output doesn't say"
_MAYBE_ANOTHER = (
    "resumed as parametrisation 0 with a sigma below 2^32, which makes another curve of what GMP-ECM 7 saved without -param:"
    " such count only where they are known as curves of parametrisation 0"
)
_OUT_OF_BOUNDS = "run with bounds that are not counted"
_OTHER_POLYNOMIAL = "run with another polynomial than usual, and a lower B2 that is worth as much counts"
_ENDED_BY_STAGE_1 = "ended by what stage 1 found, so that only stage 1 counts"


def _credited(curves: Sequence[Curve], output: Output, owner: Ownership) -> Iterator[tuple[Credit, list[Curve]]]:
    """Yield an output's curves in stretches of such as were run alike, each with its credit."""
    for (terms, stages, if_known), alike in groupby(curves, key=_way):
        if owner.covers(terms.number):
            credit = _credit(terms, stages, if_known)
        else:
            mixed = output.mixed and terms.number is None
            credit = Credit(reasons=(_SEVERAL_AT_ONCE if mixed else NOT_OF_THIS_NUMBER,))
        yield credit, list(alike)


def _way(curve: Curve) -> tuple[Terms, int, bool]:
    """Return all on which the credit of a curve hangs: its terms, its last stage, and whether it counts only if it is known."""
    return curve.terms, curve.stages, _maybe_another(curve)


def _factor(curve: Curve, owner: Ownership) -> str | None:
    return curve.factor if curve.factor and owner.has(curve.factor, curve.terms.number) else None


def _ran(credit: Credit, curves: Iterable[Curve]) -> Iterator[Ran]:
    """Return the curves as they are recorded; none when they don't count."""
    if credit.bounds is None:
        return
    for curve in curves:
        assert curve.sigma is not None, "it counts"
        # Of parametrisation 1 only the square matters.
        sigma = curve.sigma.removeprefix("-") if credit.bounds.param == 1 else curve.sigma
        yield Ran(credit.bounds, sigma, curve.factor, credit.if_known)


def _credit(terms: Terms, stages: int, if_known: bool) -> Credit:
    if (beside := run_beside(terms, stages)) is not None:
        return Credit(beside=beside)
    reason = _no_curve_that_counts(terms)
    if reason or terms.param is None:
        return Credit(reasons=(reason,))
    reasons: list[str] = []
    b1, b2 = _reached(terms, stages, reasons.append)
    try:
        bounds, usual = _bounds(b1, b2, terms.polynomial, terms.param), _bounds(b1, b2, "", terms.param)
    except BadInput:
        return Credit(reasons=(*reasons, _OUT_OF_BOUNDS))
    if bounds != usual:
        reasons.append(_OTHER_POLYNOMIAL)
    if if_known:
        reasons.append(_MAYBE_ANOTHER)
    return Credit(bounds, tuple(reasons), if_known=if_known)


def _no_curve_that_counts(terms: Terms) -> str:
    """Say why a curve is none that counts; nothing when it is one."""
    if terms.method != "ECM":
        return _UNTOLD
    if terms.param is None:
        return _BY_COEFFICIENT
    if terms.b1_from and terms.saved_by is None:
        return _BEGAN_LATE
    if not terms.b1_from and _throws_away(terms):
        return _THREW_ALL_AWAY
    return ""


def _reached(terms: Terms, stages: int, because: Callable[[str], None]) -> tuple[int, int]:
    """Return the B1 and B2 to which a curve was run."""
    if _throws_away(terms):
        because(_THREW_AWAY)
        return terms.b1_from, 0
    b1 = max(terms.b1, terms.b1_from)
    if terms.b2 < b1:
        return b1, 0
    if stages < 2:
        because(_ENDED_BY_STAGE_1)
        return b1, 0
    if terms.b2_from > b1:
        because(_STAGE_2_BEGAN_LATE)
        return b1, 0
    return b1, terms.b2


@lru_cache(maxsize=1024)
def _bounds(b1: int, b2: int, polynomial: str, param: int) -> Bounds:
    """Return bounds as they were asked for.

    GMP-ECM prints a B2 of its own choice as what stage 2 reaches, and one that was given as given. So the default is
    known by its value; who gives that very value asks for the same work. Above 30 machine words its choice is another,
    up to an eighth lower, which stays what was printed.
    """
    usual = bounds_of(b1, b2, param)
    told = polynomial_spelled(polynomial)
    if told is None or usual.b2 == STAGE_1_ONLY:
        return usual
    return bounds_of(b1, b2_worth_as_much(b1, usual.b2, param, told), param)


def _throws_away(terms: Terms) -> bool:
    """Tell whether a curve was resumed to a larger B1 by a GMP-ECM that throws its residue away, or may be one."""
    if terms.saved_by is None or terms.param != 0 or terms.b1 <= terms.b1_from:
        return False
    release = _RELEASE.match(terms.version or "")
    if release is None:
        return True
    numbers = int(release[1]), int(release[2]), int(release[3] or 0)
    return (7, 0, 0) <= numbers < _KEEPS_THE_RESIDUE


def _maybe_another(curve: Curve) -> bool:
    """Tell whether a resumed curve may be another than its sigma says."""
    saved_by = curve.terms.saved_by
    if saved_by is None or curve.terms.param != 0 or not 0 <= int(curve.sigma or -1) < _SIGMAS_OF_32_BITS:
        return False
    return not saved_by.startswith(("GMP-ECM 6", "GMP-ECM 5", "Prime95"))


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
