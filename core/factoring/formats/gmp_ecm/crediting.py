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

from gmpy2 import mpz
from msgspec import Struct

from core.factoring.curves import STAGE_1_ONLY, Bounds, bounds_of
from core.factoring.formats.expressions import number_from
from core.factoring.formats.gmp_ecm.beside import OtherRun, run_beside, together
from core.factoring.formats.gmp_ecm.ownership import Ownership
from core.factoring.formats.gmp_ecm.transcript import Curve, Output, parse_output
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
    for curve in output.curves:
        if not owner.covers(curve.number):
            reasons[_not_of_this_number(output, curve)] += 1
            if curve.factor and owner.has(curve.factor, curve.number):
                factors.append(curve.factor)
            continue
        if (beside := run_beside(curve)) is not None:
            others.setdefault(beside, []).append(curve.factor)
            continue
        ran = _ran(curve, lambda reason: reasons.update([reason]))
        if ran is not None:
            curves.append(ran)
        elif curve.factor:
            factors.append(curve.factor)
    unfinished = (_ran(curve, lambda _: None) for curve in output.unfinished if owner.covers(curve.number))
    return Shown(
        curves=tuple(curves),
        unfinished=tuple(filter(None, unfinished)),
        factors=tuple(dict.fromkeys(factors)),
        others=tuple(together(run, found) for run, found in others.items()),
        left_out=tuple(reasons.items()),
        over=len(output.curves),
        unseen=output.unseen,
        version=output.version,
    )


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


class Verdict(Struct, frozen=True, gc=False):
    """The credit of one curve of an output.

    Attributes:
        line: where it begins.
        ran: how far it counts; None when it doesn't.
        reasons: why it doesn't, or counts for less.
        beside: the run of P-1 or P+1 that it was, if it was one.
        factor: in decimal, when it found one of the number.
    """

    line: int
    ran: Ran | None
    reasons: tuple[str, ...]
    beside: OtherRun | None = None
    factor: str | None = None


def verdicts_on(output: Output, number: mpz, ceiling_digits: int) -> Iterator[Verdict]:
    """Return what each curve of an output counts for on a number, in the order in which they ended."""
    owner = Ownership(output, number, ceiling_digits)
    for curve in output.curves:
        if not owner.covers(curve.number):
            factor = curve.factor if curve.factor and owner.has(curve.factor, curve.number) else None
            yield Verdict(curve.line, None, (_not_of_this_number(output, curve),), factor=factor)
            continue
        reasons: list[str] = []
        beside = run_beside(curve)
        ran = None if beside else _ran(curve, reasons.append)
        yield Verdict(curve.line, ran, tuple(reasons), beside, curve.factor)


def _not_of_this_number(output: Output, curve: Curve) -> str:
    return _SEVERAL_AT_ONCE if output.mixed and curve.number is None else NOT_OF_THIS_NUMBER


def bounds_reached(curve: Curve) -> Bounds | None:
    """Return how far a curve counts; None when it doesn't."""
    ran = _ran(curve, lambda _: None)
    return ran.bounds if ran else None


def _ran(curve: Curve, because: Callable[[str], None]) -> Ran | None:
    """Return how far a curve counts; None when it doesn't."""
    reason = _no_curve_that_counts(curve)
    if reason or curve.sigma is None or curve.param is None:
        because(reason)
        return None
    b1, b2 = _reached(curve, because)
    try:
        bounds, usual = _bounds(b1, b2, curve.polynomial, curve.param), _bounds(b1, b2, "", curve.param)
    except BadInput:
        because(_OUT_OF_BOUNDS)
        return None
    if bounds != usual:
        because(_OTHER_POLYNOMIAL)
    if_known = _maybe_another(curve)
    if if_known:
        because(_MAYBE_ANOTHER)
    sigma = curve.sigma.removeprefix("-") if curve.param == 1 else curve.sigma  # of which only the square matters
    return Ran(bounds, sigma, curve.factor, if_known)


def _no_curve_that_counts(curve: Curve) -> str:
    """Say why a curve is none that counts; nothing when it is one."""
    if curve.method != "ECM":
        return _UNTOLD
    if curve.sigma is None or curve.param is None:
        return _BY_COEFFICIENT
    if curve.b1_from and curve.saved_by is None:
        return _BEGAN_LATE
    if not curve.b1_from and _throws_away(curve):
        return _THREW_ALL_AWAY
    return ""


def _reached(curve: Curve, because: Callable[[str], None]) -> tuple[int, int]:
    """Return the B1 and B2 to which a curve was run."""
    if _throws_away(curve):
        because(_THREW_AWAY)
        return curve.b1_from, 0
    b1 = max(curve.b1, curve.b1_from)
    if curve.b2 < b1:
        return b1, 0
    if curve.stages < 2:
        because(_ENDED_BY_STAGE_1)
        return b1, 0
    if curve.b2_from > b1:
        because(_STAGE_2_BEGAN_LATE)
        return b1, 0
    return b1, curve.b2


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


def _throws_away(curve: Curve) -> bool:
    """Tell whether a curve was resumed to a larger B1 by a GMP-ECM that throws its residue away, or may be one."""
    if curve.saved_by is None or curve.param != 0 or curve.b1 <= curve.b1_from:
        return False
    release = _RELEASE.match(curve.version or "")
    if release is None:
        return True
    numbers = int(release[1]), int(release[2]), int(release[3] or 0)
    return (7, 0, 0) <= numbers < _KEEPS_THE_RESIDUE


def _maybe_another(curve: Curve) -> bool:
    """Tell whether a resumed curve may be another than its sigma says."""
    if curve.saved_by is None or curve.param != 0 or not 0 <= int(curve.sigma or -1) < _SIGMAS_OF_32_BITS:
        return False
    return not curve.saved_by.startswith(("GMP-ECM 6", "GMP-ECM 5", "Prime95"))


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
    return any(_is_other(curve.b1, curve.b2, curve.polynomial) for curve in output.curves)


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
