"""Credit for a curve of an output: how far it was really run, and what can't be known of it.

Credit follows what was run; where a text leaves that open, the lower is counted, and said so:

- Stage 1 that was told to begin somewhere was never run below. A resumed one goes on where the residue stood.
- A stage 1 that was interrupted counts up to the prime that the text names.
- A stage 1 that found something ended the curve: stage 2 was not run, on a GPU for all its curves.
- A stage 2 that was told to begin above B1 leaves a gap; such curves count as stage 1.
- GMP-ECM 7.0 to 7.0.5 throw a residue of parametrisation 0 away when they resume it to a larger B1 (upstream's bug 21866):
  such a curve counts as it was saved.
- A residue that GMP-ECM 7 saved without `-param` is resumed as parametrisation 0, whatever it was, and finds nothing. Such
  sigmas are below 2^32, where 7 draws 64 bits for parametrisation 0: these curves count only where they are known as such.
- P-1 and P+1 are recorded as what they are. Of curves given by a coefficient it is not known what they are worth.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from msgspec import Struct

from core.factoring.formats.credit.beside import OtherRun, run_beside
from core.factoring.formats.gmp_ecm.output import Curve, Terms
from core.factoring.mathematics.curves.bounds import STAGE_1_ONLY, Bounds, bounds_of
from core.factoring.mathematics.curves.stage2 import polynomial_spelled
from core.factoring.mathematics.probability.other_polynomial import b2_worth_as_much
from core.refusals import BadInput

_SIGMAS_OF_32_BITS = 2**32
_RELEASE = re.compile(r"([0-9]+)\.([0-9]+)(?:\.([0-9]+))?")
_KEEPS_THE_RESIDUE = (7, 0, 6)


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


def credit_of(curve: Curve) -> Credit:
    """Return what a curve counts for on its own number."""
    return _credit(*way_of(curve))


def way_of(curve: Curve) -> tuple[Terms, int, bool]:
    """Return all on which the credit of a curve hangs: its terms, its last stage, and whether it counts only if it is known."""
    return curve.terms, curve.stages, _maybe_another(curve)


_UNTOLD = "shown without a sigma and without the line that names the method"
_BY_COEFFICIENT = "given by a coefficient instead of a sigma: what such a curve is worth is not known"
_BEGAN_LATE = "told to begin stage 1 above its beginning, below which nothing was run"
_STAGE_2_BEGAN_LATE = "told to begin stage 2 above B1, so that only stage 1 counts"
_INTERRUPTED = "interrupted in stage 1, so that only stage 1 counts, up to there"
_INTERRUPTED_SOMEWHERE = "interrupted in stage 1, and the output doesn't say where (the save file does)"
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
_ENDED_BY_STAGE_1 = "ended by what stage 1 found, or may have been, so that only stage 1 counts"


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
    if terms.b1_run == 0:
        return _INTERRUPTED_SOMEWHERE
    return ""


def _reached(terms: Terms, stages: int, because: Callable[[str], None]) -> tuple[int, int]:
    """Return the B1 and B2 to which a curve was run."""
    if _throws_away(terms):
        because(_THREW_AWAY)
        return terms.b1_from, 0
    b1 = terms.b1_run
    if terms.interrupted_at is not None:
        because(_INTERRUPTED)
        return b1, 0
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
