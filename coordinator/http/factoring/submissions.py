"""Handing in results in the shape of the ECM Coordination Middleware."""

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from coordinator.http.caller import needs
from coordinator.http.commanding import AnyRequest, Wish, content_of, idempotency_key, node_of, perform_all
from coordinator.http.factoring.results import Program, SubmitResult, submit_result
from coordinator.http.factoring.resuming import Resumed, resumed
from coordinator.http.parameters import CpuSeconds
from coordinator.http.problems import may_answer
from coordinator.http.receipts import answered
from coordinator.settings import Settings
from coordinator.writer.batch import Outcome
from core.factoring.answers import CompositeAnswer, CurvesAnswer
from core.factoring.attempting import check_attempt
from core.factoring.bounds import DEFAULT_B2
from core.factoring.commands import Claim, ReportAttempt, ReportCurves, SubmitComposite
from core.factoring.formats.gmp_ecm.transcript import Output, parse_output
from core.factoring.formats.submission import Run, Told, claims_of, resumed_runs, runs_of
from core.factoring.reporting import NotSubmitted, check_report

_LONG_OUTPUT = 64 * 1024
"""Reading more than this takes longer than a request may keep others waiting."""
_NO_OUTPUT = Output(None, None, (), ())
_PLAIN_NAMES = {"siqs": "qs"}


class Parameters(msgspec.Struct, frozen=True, kw_only=True):
    """With what the program was called; `b2` null or -1 is its default, 0 is stage 1 only."""

    b1: int | None
    b2: int | None = None
    parametrization: int | None = None
    sigma: str | int | None = None


class SubmittedFactor(msgspec.Struct, frozen=True):
    """A factor, and the sigma of the curve that found it, `3:123` or `123`."""

    factor: str | int
    sigma: str | int | None = None


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it; `factor_found` is the older way to name a factor."""

    curves_completed: int
    factor_found: str | int | None = None
    factors_found: tuple[SubmittedFactor, ...] | None = None
    execution_time: CpuSeconds | None = None


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """Curves, or an attempt by another method, on a number that need not be known here yet.

    `siqs` and `auto` are what the client's wrapper of YAFU calls its modes; the first is recorded as `qs`.
    `residue_checksum` is the SHA-256 of the residue file that a stage 2 came from.
    """

    composite: str | int
    client_id: str
    method: Literal["ecm", "pm1", "pp1", "qs", "siqs", "nfs", "auto"]
    program: Program
    parameters: Parameters
    results: Results
    project: str | None = None
    program_version: Program | None = None
    raw_output: str | None = None
    residue_checksum: Annotated[str, Meta(max_length=100)] | None = None


@post(
    "/submit_result",
    status_code=200,
    guards=[needs("work")],
    summary="Hand in a result, as clients of the ECM Coordination Middleware do",
    responses=may_answer(400, 409, 413, 415, 503),
)
async def submit(
    request: AnyRequest, data: JSONBody[Submission], settings: NamedDependency[Settings]
) -> Response[SubmitResult]:
    """Credit curves and record factors; when this answers, they are on disk.

    Where `raw_output` shows which curves were run, it is believed rather than the fields. A number that is not known
    is submitted on the way: work is never lost. The same content again gets the same answer again. A stage 2 of a residue
    file counts in place of the stage 1 of the same curves.
    """
    output = await _read(data.raw_output)
    composite = str(data.composite).strip()
    stage_1 = None
    if data.method == "ecm":
        stage_1 = await resumed(node_of(request), composite, data.client_id, data.residue_checksum, data.raw_output)
    commands = _commands(data, output, composite, stage_1)
    content = await content_of(request)
    if data.project:
        _check(commands)  # before the number is on record for a result that is refused
        composite = await _submitted(request, data, settings)
        commands = _commands(data, output, composite, stage_1)
    results = await _report(request, data.client_id, commands, content)
    if isinstance(results[0], NotSubmitted):
        composite = await _submitted(request, data, settings)
        results = await _report(request, data.client_id, _commands(data, output, composite, stage_1), content)
    outcomes = [_accepted(result) for result in results]
    return answered(outcomes[-1], submit_result(_together([_answer(outcome) for outcome in outcomes])))


async def _read(text: str | None) -> Output:
    if not text:
        return _NO_OUTPUT
    if len(text) <= _LONG_OUTPUT:
        return parse_output(text, excerpt=True)
    return await asyncio.to_thread(parse_output, text, excerpt=True)


def _commands(
    data: Submission, output: Output, composite: str, stage_1: Resumed | None
) -> list[ReportCurves | ReportAttempt]:
    """Return what is to be recorded, in parts that fit into an event each."""
    told = _told(data)
    program = " ".join(filter(None, (data.program, data.program_version)))
    digest = sha256(data.raw_output.encode()).hexdigest() if data.raw_output else ""
    if data.method == "ecm" and (told.curves or output.curves):
        return [
            ReportCurves(
                work="",
                value=composite,
                bounds=run.bounds,
                curves=run.curves,
                sigmas=run.sigmas,
                claims=run.claims,
                cpu_milliseconds=run.cpu_milliseconds,
                program=program,
                output=digest,
            )
            for run in _runs(told, output, stage_1)
        ]
    attempt = ReportAttempt(
        value=composite,
        method=_PLAIN_NAMES.get(data.method, data.method),
        b1=told.b1 or 0,
        b2=None if told.b2 == DEFAULT_B2 else told.b2,
        runs=told.curves,
        claims=claims_of(told, output),
        cpu_milliseconds=told.cpu_milliseconds,
        program=program,
        output=digest,
    )
    return [attempt]


def _runs(told: Told, output: Output, stage_1: Resumed | None) -> list[Run]:
    if stage_1 is None:
        return runs_of(told, output)
    return resumed_runs(told, output, stage_1.file.b1, stage_1.file.param, stage_1.sigmas)


def _told(data: Submission) -> Told:
    parameters, results = data.parameters, data.results
    found = [Claim(str(one.factor).strip(), _spelled(one.sigma)) for one in results.factors_found or ()]
    if results.factor_found:
        found.append(Claim(str(results.factor_found).strip(), _spelled(parameters.sigma)))
    return Told(
        b1=parameters.b1,
        b2=parameters.b2,
        param=parameters.parametrization,
        curves=results.curves_completed,
        sigma=_spelled(parameters.sigma) if data.method == "ecm" else "",
        claims=tuple(found) if data.method == "ecm" else tuple(Claim(claim.factor) for claim in found),
        cpu_milliseconds=round((results.execution_time or 0) * 1000),
    )


def _spelled(sigma: str | int | None) -> str:
    return "" if sigma is None else str(sigma).strip()


def _check(commands: Sequence[ReportCurves | ReportAttempt]) -> None:
    for command in commands:
        if isinstance(command, ReportCurves):
            check_report(command)
        else:
            check_attempt(command)


async def _report(
    request: AnyRequest, client: str, commands: Sequence[ReportCurves | ReportAttempt], content: bytes
) -> Sequence[Any]:
    key = idempotency_key(request)
    wishes = [
        Wish(
            command=command,
            client=client,
            content=b"%b\n%d" % (content, index),
            key=f"{key}/{index}" if key else "",
        )
        for index, command in enumerate(commands)
    ]
    return await perform_all(request, wishes)


async def _submitted(request: AnyRequest, data: Submission, settings: Settings) -> str:
    """Have the number on record, in its project; return it in decimal."""
    command = SubmitComposite(
        text=str(data.composite),
        ceiling_digits=settings.number_ceiling_digits,
        project=data.project or "",
    )
    (result,) = await perform_all(request, [Wish(command=command, client=data.client_id)])
    answer = _accepted(result).answer
    assert isinstance(answer, CompositeAnswer)
    return answer.value


def _accepted(result: Any) -> Outcome:
    if isinstance(result, BaseException):
        raise result
    assert isinstance(result, Outcome)
    return result


def _answer(outcome: Outcome) -> CurvesAnswer:
    assert isinstance(outcome.answer, CurvesAnswer)
    return outcome.answer


def _together(answers: Sequence[CurvesAnswer]) -> CurvesAnswer:
    """Return one answer for all parts of a submission; it goes by the number of the first attempt."""
    statuses = {answer.factor_status for answer in answers}
    last = answers[-1]
    return CurvesAnswer(
        attempt=answers[0].attempt,
        number=answers[0].number,
        credited=sum(answer.credited for answer in answers),
        factor_status=next(s for s in ("new_factor", "known_factor", "no_factor", "duplicate") if s in statuses),
        factors=tuple(factor for answer in answers for factor in answer.factors),
        refused=tuple(sentence for answer in answers for sentence in answer.refused),
        t_milli=last.t_milli,
        target_milli=last.target_milli,
        status=last.status,
    )


HANDLERS = (submit,)
