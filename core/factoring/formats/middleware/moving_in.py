"""From rows of the system replaced to what is asked for them."""

from collections.abc import Sequence
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace

from core.factoring.commands.imports import ImportAttempt, ImportComposite, ImportCurves
from core.factoring.commands.numbers import Shelf
from core.factoring.commands.reports import Claim, ReportAttempt, ReportCurves
from core.factoring.formats.credit.beside import NAMES
from core.factoring.formats.credit.shown import Shown, shown_in
from core.factoring.formats.gmp_ecm.foreign import is_gmp_ecm
from core.factoring.formats.middleware.dumps import ATTEMPTS, COMPOSITES, Row
from core.factoring.formats.middleware.submission import Run, Told, claims_of, runs_of
from core.factoring.reporting.attempts import METHODS
from core.refusals import BadInput
from core.wording import shortened

_FINGERPRINT_DIGITS = 32
_LONGEST_PROGRAM = 200
_CEILING_DIGITS = 100_000
"""Larger numbers were in no such table."""


class OldComposite(Struct, frozen=True, gc=False):
    """A number as it was.

    Attributes:
        row: its id.
        line: on which it stands.
        number: as it was written first.
        left: what was left of it, in digits; empty when that is not said.
        factored: whether it was called fully factored.
        at: when it came, microseconds UTC.
        prior_milli: the t-level of work from before, 0 for none.
        level_milli: the t-level of all work.
        wanted: what is asked for it.
    """

    row: int
    line: int
    number: str
    left: str
    factored: bool
    at: int | None
    prior_milli: int
    level_milli: int
    wanted: ImportComposite


class OldFactor(Struct, frozen=True, gc=False):
    """A factor as it was: its row, line and composite, the attempt that found it (0: none), and the sigma."""

    row: int
    line: int
    composite: int
    attempt: int
    factor: str
    sigma: str
    at: int | None


class OldAttempt(Struct, frozen=True, gc=False):
    """An attempt as it was; `wanted` lacks the number, which only the table of composites tells."""

    row: int
    line: int
    composite: int
    client: str
    at: int | None
    wanted: tuple[ImportCurves | ImportAttempt, ...]


def composite_of(row: Row) -> OldComposite:
    """Read a row of `composites`.

    Raises:
        BadInput: a cell does not hold what it should.
    """
    number, left = row.text("number"), row.text("current_composite")
    if not number:
        raise BadInput("number is empty; digits or an expression are needed.")
    target, id_ = row.milli("target_t_level") or 0, row.needed("id")
    priority, difficulty = row.integer("priority") or 0, row.integer("snfs_difficulty") or 0
    if not id_ >= 1:
        raise BadInput(f"id {id_} is out of bounds; a whole number from 1 is needed.")
    return OldComposite(
        row=id_,
        line=row.line,
        number=number,
        left=left,
        factored=bool(row.truth("is_fully_factored")),
        at=row.time("created_at"),
        prior_milli=row.milli("prior_t_level") or 0,
        level_milli=row.milli("current_t_level") or 0,
        wanted=ImportComposite(
            row=id_,
            origin=_origin(COMPOSITES.name, id_, number),
            text=number,
            target_milli=target if target > 0 else None,
            priority=priority,
            snfs_difficulty=difficulty if row.truth("has_snfs_form") is not False else 0,
            shelf=_shelf(row),
        ),
    )


def _shelf(row: Row) -> Shelf | None:
    if row.truth("is_complete"):
        return "complete"
    return "inactive" if row.truth("is_active") is False else None


def factor_of(row: Row) -> OldFactor:
    """Read a row of `factors`.

    Raises:
        BadInput: a cell does not hold what it should.
    """
    if not row.text("factor"):
        raise BadInput("factor is empty; digits are needed.")
    return OldFactor(
        row=row.needed("id"),
        line=row.line,
        composite=row.needed("composite_id"),
        attempt=row.integer("found_by_attempt_id") or 0,
        factor=row.text("factor"),
        sigma=row.text("sigma"),
        at=row.time("created_at"),
    )


def attempt_of(row: Row, found: Sequence[OldFactor], number: str = "") -> OldAttempt:
    """Read a row of `ecm_attempts`.

    Args:
        row: with whatever was kept of the program's output, which tells which curves were run.
        found: the factors that the attempt found.
        number: on which it was made, as it was written; when that can't be read, all curves of the output are taken.

    Raises:
        BadInput: a cell does not hold what it should, or nothing was done.
    """
    id_, method = row.needed("id"), row.text("method").lower()
    if method not in METHODS:
        raise BadInput(f"method {shortened(method)!r} is not known; {', '.join(METHODS)} are.")
    told, shown = _told(row, found), shown_in(row.text("raw_output"), number, _CEILING_DIGITS)
    runs = runs_of(told, _with_every_find(shown)) if method == "ecm" else []
    wanted: tuple[ImportCurves | ImportAttempt, ...] = tuple(
        _curves(row, index, run, found) for index, run in enumerate(runs)
    )
    if not wanted:
        if method == "ecm" and shown.others:
            method = NAMES[shown.others[0].method]
        wanted = (_other(row, method, told, shown, found),)
    at, client = row.time("created_at"), row.text("client_id")
    return OldAttempt(id_, row.line, row.needed("composite_id"), client, at, wanted)


def _with_every_find(shown: Shown) -> Shown:
    """Leave what P-1 or P+1 found to the curves: a row is one attempt, and is brought in as such."""
    found = (factor for run in shown.others for factor in run.found)
    return replace(shown, factors=(*shown.factors, *found), others=())


def _curves(row: Row, index: int, run: Run, found: Sequence[OldFactor]) -> ImportCurves:
    id_ = row.needed("id")
    return ImportCurves(
        row=id_,
        origin=_origin(ATTEMPTS.name, id_, row.text("created_at"), index),
        report=ReportCurves(
            work="",
            value="",
            bounds=run.bounds,
            curves=run.curves,
            sigmas=run.sigmas,
            claims=run.claims,
            cpu_milliseconds=run.cpu_milliseconds,
            program=_program(row),
            output=_digest(row),
            if_known=run.if_known,
        ),
        factor_rows=_rows_of(run.claims, found),
        superseded_by=row.integer("superseded_by") or 0,
    )


def _other(row: Row, method: str, told: Told, shown: Shown, found: Sequence[OldFactor]) -> ImportAttempt:
    claims = claims_of(told, shown)
    if method == "ecm" and not claims:
        raise BadInput("No curve was completed, and no factor found.")
    id_ = row.needed("id")
    return ImportAttempt(
        row=id_,
        origin=_origin(ATTEMPTS.name, id_, row.text("created_at"), 0),
        report=ReportAttempt(
            value="",
            method=method,
            b1=told.b1 or 0,
            b2=told.b2,
            runs=told.curves,
            claims=claims,
            cpu_milliseconds=told.cpu_milliseconds,
            program=_program(row),
            output=_digest(row),
        ),
        factor_rows=_rows_of(claims, found),
    )


def _program(row: Row) -> str:
    return " ".join(filter(None, (row.text("program"), row.text("program_version"))))[:_LONGEST_PROGRAM]


def _digest(row: Row) -> str:
    output = row.text("raw_output")
    return sha256(output.encode()).hexdigest() if output else ""


def _rows_of(claims: Sequence[Claim], found: Sequence[OldFactor]) -> tuple[int, ...]:
    rows = {one.factor: one.row for one in found}
    return tuple(rows.get(claim.factor, 0) for claim in claims)


def _told(row: Row, found: Sequence[OldFactor]) -> Told:
    ecm = row.text("method").lower() == "ecm"
    claims = [Claim(one.factor, one.sigma if ecm else "") for one in found]
    if row.text("factor_found") and row.text("factor_found") not in {claim.factor for claim in claims}:
        claims.append(Claim(row.text("factor_found")))
    b2 = row.integer("b2")
    return Told(
        b1=row.integer("b1"),
        b2=None if b2 == -1 else b2,
        param=row.integer("parametrization"),
        curves=row.needed("curves_completed"),
        sigma=row.text("sigma") if ecm else "",
        claims=tuple(claims),
        cpu_milliseconds=max(row.milli("execution_time_seconds") or 0, 0),
        by_gmp_ecm=is_gmp_ecm(row.text("program")),
    )


def _origin(*told: object) -> str:
    """Return what a row is known by when it comes again, also when other cells of it have changed since."""
    return sha256("\n".join(map(str, told)).encode()).hexdigest()[:_FINGERPRINT_DIGITS]
