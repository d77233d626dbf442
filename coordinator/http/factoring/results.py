"""Handing in curves that were run."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from litestar import Response, post
from litestar.params import JSONBody
from msgspec import Meta

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import check_key, perform
from coordinator.http.factoring.shapes import ClaimedFactor, claim_of, digits_of
from coordinator.http.places import AT_DESK
from coordinator.http.quick import QUICK
from coordinator.http.requests.parameters import CpuSeconds
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.http.shared import shared_of
from coordinator.setup.settings import Settings
from core.factoring.answers.shapes import CurvesAnswer
from core.factoring.commands.reports import ReportAttempt, ReportCurves
from core.factoring.formats.middleware.submission import param_of
from core.factoring.mathematics.curves.bounds import bounds_of
from core.factoring.mathematics.curves.limits import MOST_CURVES, PARAMS
from core.factoring.mathematics.curves.parametrisation import USUAL_PARAM
from core.factoring.notation.expressions import number_from
from core.wording import count_of

Program = Annotated[str, Meta(max_length=200)]


class EcmResult(msgspec.Struct, frozen=True, kw_only=True):
    """Curves run under an assignment; a report adds to those before it.

    `b2` null or -1 is GMP-ECM's default, 0 is stage 1 only. `composite` is what the curves were run on: the assignment's number,
    a multiple of it, or what is left of it without known primes. Where the log was restored from a backup and has lost the
    assignment, they count for it all the same. `id`, when given, is unique among the client's reports and makes a resend
    recognisable; without it, equal content under one assignment is a resend.
    """

    work_assignment_id: str
    curves_completed: Annotated[int, Meta(ge=1, le=MOST_CURVES)]
    composite: str | int | None = None
    b1: int | None = None
    b2: int | None = None
    parametrization: Annotated[int, Meta(ge=0, le=PARAMS[-1])] | None = None
    client_id: str | None = None
    id: str | None = None
    sigmas: tuple[str | int, ...] | None = None
    checksums: tuple[int | None, ...] | None = None
    factors_found: tuple[str | int | ClaimedFactor, ...] | None = None
    execution_time: CpuSeconds | None = None
    program: Program | None = None
    program_version: Program | None = None


class SubmitResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result for a report.

    `factor_status` is `new_factor`, `known_factor`, `no_factor`, or `duplicate` when every curve of it was known.
    `errors` names the factors that were refused; the curves count all the same. `remarks` says which curves do not count, or
    count for less, and why.
    """

    status: str
    attempt_id: int
    composite_id: int
    message: str
    factor_status: str
    errors: list[str] | None
    current_t_level: float
    credited_curves: int
    composite_status: str
    remarks: list[str] = []


@post(
    "/results/ecm",
    status_code=200,
    opt=QUICK,
    guards=[needs("work")],
    summary="Hand in curves that were run",
    responses=may_answer(400, 404, 409, 413, 415, 503),
)
async def submit_ecm_result(request: AnyRequest, data: JSONBody[EcmResult]) -> Response[SubmitResult]:
    """Credit curves and record factors; when this answers, they are on disk.

    A late result of an assignment that has expired or was handed on is credited all the same.
    """
    bounds = None if data.b1 is None else bounds_of(data.b1, data.b2, _parametrisation(data))
    command = ReportCurves(
        work=data.work_assignment_id,
        value=value_of(data.composite, shared_of(request).settings),
        bounds=bounds,
        curves=data.curves_completed,
        sigmas=tuple(map(str, data.sigmas or ())),
        checksums=data.checksums or (),
        claims=tuple(map(claim_of, data.factors_found or ())),
        cpu_milliseconds=round((data.execution_time or 0) * 1000),
        program=" ".join(filter(None, (data.program, data.program_version))),
    )
    key = None if data.id is None else check_key(data.id, "id")
    outcome = await perform(request, command, client=data.client_id, key=key)
    return answered(outcome, submit_result(outcome.answer))


class AttemptResult(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt by another method than curves, under an assignment, which is done with it.

    `composite` and `id` are as of `EcmResult`.

    `qs` is the quadratic sieve, `nfs` the number field sieve, `auto` whatever the program chose. P-1 and P+1 have a `b1`, and a
    `b2` unless it was the program's default.
    """

    work_assignment_id: str
    method: Literal["pm1", "pp1", "qs", "nfs", "auto"]
    composite: str | int | None = None
    client_id: str | None = None
    id: str | None = None
    b1: int = 0
    b2: int | None = None
    factors_found: tuple[str | int | ClaimedFactor, ...] = ()
    execution_time: CpuSeconds | None = None
    program: Program | None = None
    program_version: Program | None = None


@post(
    "/results/attempt",
    opt=AT_DESK,
    status_code=200,
    guards=[needs("work")],
    summary="Hand in what another method than curves found",
    responses=may_answer(400, 404, 409, 413, 415, 503),
)
async def submit_attempt_result(request: AnyRequest, data: JSONBody[AttemptResult]) -> Response[SubmitResult]:
    """Record an attempt and the factors that it found; when this answers, they are on disk."""
    command = ReportAttempt(
        value=value_of(data.composite, shared_of(request).settings),
        method=data.method,
        b1=data.b1,
        b2=data.b2,
        runs=1,
        claims=tuple(map(claim_of, data.factors_found)),
        cpu_milliseconds=round((data.execution_time or 0) * 1000),
        program=" ".join(filter(None, (data.program, data.program_version))),
        work=data.work_assignment_id,
    )
    key = None if data.id is None else check_key(data.id, "id")
    outcome = await perform(request, command, client=data.client_id, key=key)
    return answered(outcome, submit_result(outcome.answer))


def value_of(composite: str | int | None, settings: Settings) -> str:
    """Return the value of a number, written as it may be submitted, in decimal; empty where none is named.

    Raises:
        BadInput: that can't be read.
    """
    written = "" if composite is None else str(composite).strip()
    if not written or (written.isascii() and written.isdigit()):
        return written
    return str(number_from(written, settings.number_ceiling_digits))


def _parametrisation(data: EcmResult) -> int:
    """Return what is said, or else what the sigmas tell: from 2^32 on parametrisation 1 has none."""
    if data.parametrization is not None:
        return data.parametrization
    return param_of(max((str(sigma) for sigma in data.sigmas or ()), key=len, default=""), USUAL_PARAM)


def submit_result(answer: CurvesAnswer, remarks: Sequence[str] = ()) -> SubmitResult:
    """Describe what became of a report; `remarks` are on what was not credited."""
    return SubmitResult(
        status="success",
        attempt_id=answer.attempt,
        composite_id=answer.number,
        message=_message(answer),
        factor_status=answer.factor_status,
        errors=list(answer.refused) or None,
        current_t_level=digits_of(answer.t_milli),
        credited_curves=answer.credited,
        composite_status=answer.status,
        remarks=list(remarks),
    )


def _message(answer: CurvesAnswer) -> str:
    if answer.factor_status == "duplicate":
        return "All of these curves were known; nothing was added."
    done = f"{count_of(answer.credited, 'curve')} credited" if answer.credited else "Recorded"
    return f"{done}; a new factor was found." if answer.factor_status == "new_factor" else f"{done}."


HANDLERS = (submit_ecm_result, submit_attempt_result)
