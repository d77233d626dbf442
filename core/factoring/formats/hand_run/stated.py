"""A piece of work as a program keeps it, and whether its bounds count."""

from msgspec import Struct
from msgspec.structs import replace

from core.factoring.formats.credit.beside import OtherRun, runs_to
from core.factoring.formats.gmp_ecm.sentences import Method
from core.factoring.mathematics.curves.bounds import STAGE_1_ONLY, Bounds, bounds_of
from core.factoring.mathematics.curves.limits import require_b1, require_curves
from core.factoring.mathematics.curves.stage2 import Polynomial
from core.factoring.mathematics.probability.other_polynomial import b2_worth_as_much
from core.refusals import BadInput

USUAL_PARAM = 1
SUYAMA = 0
NO_POLYNOMIAL = "without a polynomial a stage 2 is worth less"
_WITHOUT_POLYNOMIAL = Polynomial(1, dickson=False)


class Stated(Struct, frozen=True, gc=False):
    """A piece of work as a program keeps it.

    Attributes:
        line: where it stands in its file, from 1.
        program: that kept it.
        bounds: how far the curves are counted; None when they don't count.
        curves: how many.
        factors: in decimal, that it found.
        number: the number as the program says it; empty when it doesn't.
        why: why they don't count, or count for less; empty when they count as they are.
        beside: the runs of P-1 or P+1 that it was instead of curves.
        sigma: of the curve that found the factors, in decimal; empty when it is not said.
        digits: of the number on which the curves were run, a part of `number` maybe; 0 when that is not said.
        method: by which factors without curves were found.
        origin: tells it from every other piece of work that a file states, also where they are alike; the same when a file that
            has grown since comes again.
    """

    line: int
    program: str
    bounds: Bounds | None = None
    curves: int = 0
    factors: tuple[str, ...] = ()
    number: str = ""
    why: str = ""
    beside: OtherRun | None = None
    sigma: str = ""
    digits: int = 0
    method: str = "auto"
    origin: str = ""


def counted(
    stated: Stated, b1: int, b2: int | None, curves: int, *, param: int = USUAL_PARAM, polynomial: bool = True
) -> Stated:
    """Return it as curves with the bounds that count: without a polynomial in stage 2 those with a lower B2.

    Args:
        stated: where it stands, of which number, and why its curves count for less.
        b1: as it is said.
        b2: likewise; None for GMP-ECM's default.
        curves: how many; 0 where the program doesn't say.
        param: parametrisation.
        polynomial: whether stage 2 had the one that is usual.
    """
    if not curves:
        return replace(stated, why="it tells of no curves")
    why = stated.why
    try:
        require_b1(b1)
        require_curves(curves)
        bounds = bounds_of(b1, b2, param)
        if not polynomial and bounds.b2 != STAGE_1_ONLY:
            lower = bounds_of(b1, b2_worth_as_much(b1, b2, param, _WITHOUT_POLYNOMIAL), param)
            why, bounds = why if lower == bounds else NO_POLYNOMIAL, lower
    except BadInput as refusal:
        return replace(stated, curves=curves, why=refusal.sentence)
    return replace(stated, bounds=bounds, curves=curves, why=why if bounds.b2 != STAGE_1_ONLY else "")


def made_beside(stated: Stated, method: Method, b1: int, b2: int, runs: int) -> Stated:
    """Return it as runs of P-1 or P+1 to these bounds."""
    try:
        require_b1(b1)
        require_curves(runs)
    except BadInput as refusal:
        return replace(stated, why=refusal.sentence)
    return replace(stated, beside=runs_to(method, b1, b2, runs))
