"""Reports of what programs printed or kept that were run by hand, from a text and what was foreseen of it."""

from hashlib import sha256

from gmpy2 import mpz
from msgspec import Struct
from msgspec.structs import replace

from core.factoring.commands.reports import Claim, ReportAttempt, ReportCurves
from core.factoring.formats.credit.beside import attempt_of
from core.factoring.formats.credit.shown import shown_in
from core.factoring.formats.foreseeing import Foreseen, foresee
from core.factoring.formats.hand_run.stated import Stated
from core.factoring.formats.middleware.submission import Run, Told, claims_of_curves, runs_of

_GMP_ECM = "gmp-ecm"
_NOTHING_TOLD = Told(b1=None, b2=None, param=None, curves=0, sigma="", claims=(), cpu_milliseconds=0)


class HandedIn(Struct, frozen=True, gc=False):
    """A text as it would count, line by line, and its reports; none when nothing counts and nothing was found.

    `origins` tell reports apart that are alike, in their order.
    """

    foreseen: Foreseen
    reports: tuple[ReportCurves | ReportAttempt, ...]
    origins: tuple[str, ...]


def hand_in(text: str, number: str, ceiling_digits: int) -> HandedIn:
    """Look through a text, and make reports of it.

    Args:
        text: what a program printed or kept.
        number: for which it is handed in, in decimal.
        ceiling_digits: the most digits that a number may have.

    Raises:
        BadInput: it is of no program that is known.
    """
    foreseen = foresee(text, mpz(number), ceiling_digits)
    if not foreseen.output:
        reports = tuple(_stated(one, number) for one in foreseen.stated)
        return HandedIn(foreseen, reports, tuple(one.origin for one in foreseen.stated))
    shown = shown_in(text, number, ceiling_digits)
    digest = sha256(text.encode()).hexdigest()
    runs = [_curves(run, number, digest) for run in runs_of(_NOTHING_TOLD, shown)]
    others = [attempt_of(run, number, _GMP_ECM, digest) for run in shown.others]
    claims = claims_of_curves(_NOTHING_TOLD, shown)
    if claims and not runs:
        others[:1] = (
            [replace(others[0], claims=(*others[0].claims, *claims))]
            if others
            else [_attempt(number, "ecm", claims, _GMP_ECM, digest)]
        )
    made: tuple[ReportCurves | ReportAttempt, ...] = (*runs, *others)
    return HandedIn(foreseen, made, tuple(f"{digest}-{offset}" for offset in range(len(made))))


def _curves(run: Run, number: str, digest: str) -> ReportCurves:
    return ReportCurves(
        work="",
        value=number,
        bounds=run.bounds,
        curves=run.curves,
        sigmas=run.sigmas,
        claims=run.claims,
        cpu_milliseconds=run.cpu_milliseconds,
        program=_GMP_ECM,
        output=digest,
        if_known=run.if_known,
    )


def _stated(stated: Stated, number: str) -> ReportCurves | ReportAttempt:
    sigma = stated.sigma if stated.bounds is not None else ""
    claims = tuple(Claim(factor, sigma) for factor in stated.factors)
    if stated.beside is not None:
        return replace(attempt_of(stated.beside, number, stated.program, ""), claims=claims)
    if stated.bounds is None:
        return _attempt(number, stated.method, claims, stated.program, "")
    sigmas = (sigma,) if sigma else ()
    return ReportCurves("", number, stated.bounds, stated.curves, sigmas=sigmas, claims=claims, program=stated.program)


def _attempt(number: str, method: str, claims: tuple[Claim, ...], program: str, digest: str) -> ReportAttempt:
    return ReportAttempt(number, method, 0, None, 0, claims, program=program, output=digest)
