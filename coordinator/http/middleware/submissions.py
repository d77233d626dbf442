"""Handing in results."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Literal

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta
from msgspec.structs import replace

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import Wish, content_of, idempotency_key, perform_wishes
from coordinator.http.factoring.results import Program, SubmitResult, submit_result
from coordinator.http.middleware.naming import known_as
from coordinator.http.middleware.resuming import Resumed, resumed
from coordinator.http.middleware.witnessing import shown_by
from coordinator.http.quick import QUICK
from coordinator.http.requests.asked import Asked
from coordinator.http.requests.parameters import CpuSeconds
from coordinator.http.requests.values import beside
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.http.shared import shared_of
from coordinator.setup.settings import Settings
from coordinator.time.turns import in_turns
from coordinator.writer.outcome import Outcome, Result, StaysWithdrawn
from core.deciding import AnswerT
from core.factoring.answers.shapes import CurvesAnswer
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import Claim, ReportAttempt, ReportCurves
from core.factoring.formats.credit.beside import NAMES as BESIDE
from core.factoring.formats.credit.beside import attempt_of
from core.factoring.formats.credit.shown import Shown, composite_of
from core.factoring.formats.gmp_ecm.foreign import is_gmp_ecm
from core.factoring.formats.middleware.submission import (
    Run,
    Told,
    claims_of,
    claims_of_curves,
    remarks_on,
    resumed_runs,
    runs_of,
    shows_what_ran,
)
from core.factoring.mathematics.curves.limits import DEFAULT_B2, MOST_CURVES
from core.factoring.mathematics.curves.parametrisation import may_choose_param_0
from core.factoring.reporting.curves import NotSubmitted
from core.refusals import BadInput, Unknown

_PLAIN_NAMES = {"siqs": "qs"}
_KINDS = {"ecm": "ECM curve"} | {name: f"run of {method}" for method, name in BESIDE.items()}
_NOTHING_SHOWN = "The output shows no {} of this number that was run to its end, so nothing was recorded."


class Parameters(msgspec.Struct, frozen=True, kw_only=True):
    """With what the program was called; `b2` null or -1 is its default, 0 is stage 1 only."""

    b1: int | None
    b2: int | None = None
    parametrization: int | None = None
    sigma: str | int | None = None


class FoundFactor(msgspec.Struct, frozen=True):
    """A factor, and the sigma of the curve that found it; the older client writes both in place of it after a stage 1."""

    factor: str | int | tuple[str | int, str | int | None]
    sigma: str | int | None = None

    @property
    def claim(self) -> Claim:
        """The claim that it makes."""
        factor, sigma = self.factor if isinstance(self.factor, tuple) else (self.factor, self.sigma)
        return Claim(str(factor).strip(), _spelled(sigma))


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """The results of a run; `factor_found` is the older way to name a factor."""

    curves_completed: Annotated[int, Meta(ge=0, le=MOST_CURVES)]
    factor_found: str | int | None = None
    factors_found: tuple[FoundFactor, ...] | None = None
    execution_time: CpuSeconds | None = None


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """Curves, or an attempt by another method, on a number that need not be known here yet.

    `siqs` and `auto` are what the client's wrapper of YAFU calls its modes; the first is recorded as `qs`. `project` is
    where a number belongs that is not known yet; one that is stays where it is, since the client names it for any number.
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
    opt=QUICK,
    guards=[needs("work")],
    summary="Hand in a result, as clients of the ECM Coordination Middleware do",
    responses=may_answer(400, 404, 409, 413, 415, 503),
)
async def submit(
    request: AnyRequest, data: JSONBody[Submission], settings: NamedDependency[Settings]
) -> Response[SubmitResult]:
    """Credit curves and record factors; when this answers, they are on disk.

    Where `raw_output` shows which curves were run, it is believed rather than the fields. A number that is not known
    is submitted on the way: work is never lost. The same content again gets the same answer again. A stage 2 of a residue
    file counts in place of the stage 1 of the same curves. `remarks` says which curves do not count, or count for less. What
    was withdrawn since it came first is 404.
    """
    node, ceiling = shared_of(request).node, settings.number_ceiling_digits
    composite = str(data.composite).strip()
    stage_1 = None
    if data.method == "ecm":
        stage_1 = await resumed(node, composite, data.client_id, data.residue_checksum, data.raw_output)
    shown = await shown_by(node, data.raw_output, composite, ceiling)
    told = _told(data, ceiling)
    senders = await known_as(node, data.client_id) if claims_of(told, shown) else ()
    content = await content_of(request)
    output = await beside((data.raw_output or "").encode(), _digest)
    commands = _commands(data, output, told, shown, composite, stage_1)
    results = await _report(request, data.client_id, senders, commands, content)
    if isinstance(results[0], NotSubmitted):
        composite = await _submitted(request, data, settings)
        commands = _commands(data, output, told, shown, composite, stage_1)
        results = await _report(request, data.client_id, senders, commands, content)
    outcomes = [_accepted(result) for result in results]
    remarks = remarks_on(told, shown) if data.method == "ecm" else []
    return answered(outcomes[-1], submit_result(_together([outcome.answer for outcome in outcomes]), remarks))


def _commands(
    data: Submission, output: str, told: Told, shown: Shown, composite: str, stage_1: Resumed | None
) -> list[ReportCurves | ReportAttempt]:
    """Return what is to be recorded, in parts that fit into an event each.

    Raises:
        BadInput: there is nothing to be recorded, or a part of it is not acceptable.
    """
    if data.method not in _KINDS or (data.method != "ecm" and not shows_what_ran(told, shown)):
        return [_attempt(data, output, composite, told, shown, method=_PLAIN_NAMES.get(data.method, data.method))]
    beside_runs = told if data.method == "ecm" else replace(told, curves=0)
    curves = [_report_of(data, output, composite, run) for run in _runs(beside_runs, shown, stage_1)]
    others = [attempt_of(other, composite, _program(data), output) for other in shown.others]
    if curves:
        return [*curves, *others]
    if others:
        claims = (*others[0].claims, *claims_of_curves(told, shown))
        first = replace(others[0], claims=claims, cpu_milliseconds=told.cpu_milliseconds)
        return [first, *others[1:]]
    if told.curves and not claims_of(told, shown):
        raise BadInput(" ".join([_NOTHING_SHOWN.format(_KINDS[data.method]), *remarks_on(told, shown)]))
    return [_attempt(data, output, composite, replace(told, curves=0), shown, method=data.method)]


def _report_of(data: Submission, output: str, composite: str, run: Run) -> ReportCurves:
    return ReportCurves(
        work="",
        value=composite,
        bounds=run.bounds,
        curves=run.curves,
        sigmas=run.sigmas,
        claims=run.claims,
        cpu_milliseconds=run.cpu_milliseconds,
        program=_program(data),
        output=output,
        if_known=run.if_known,
        assumed=run.assumed,
    )


def _attempt(data: Submission, output: str, composite: str, told: Told, shown: Shown, *, method: str) -> ReportAttempt:
    return ReportAttempt(
        value=composite,
        method=method,
        b1=told.b1 or 0,
        b2=None if told.b2 == DEFAULT_B2 else told.b2,
        runs=told.curves,
        claims=claims_of(told, shown),
        cpu_milliseconds=told.cpu_milliseconds,
        program=_program(data),
        output=output,
    )


def _program(data: Submission) -> str:
    return " ".join(filter(None, (data.program, data.program_version)))


def _digest(output: bytes) -> str:
    return sha256(output).hexdigest() if output else ""


def _runs(told: Told, shown: Shown, stage_1: Resumed | None) -> list[Run]:
    if stage_1 is None:
        return runs_of(told, shown)
    return resumed_runs(told, shown, stage_1.file.b1, stage_1.file.param, stage_1.sigmas)


def _told(data: Submission, ceiling_digits: int) -> Told:
    parameters, results = data.parameters, data.results
    number = composite_of(str(data.composite).strip(), ceiling_digits) if parameters.parametrization is None else None
    found = [one.claim for one in results.factors_found or ()]
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
        may_be_param_0=number is not None and may_choose_param_0(number),
        by_gmp_ecm=is_gmp_ecm(data.program),
    )


def _spelled(sigma: str | int | None) -> str:
    return "" if sigma is None else str(sigma).strip()


async def _report(
    request: Asked,
    client: str,
    senders: tuple[int, ...],
    commands: Sequence[ReportCurves | ReportAttempt],
    content: bytes,
) -> list[Result[CurvesAnswer]]:
    key = idempotency_key(request)
    wishes: list[Wish[CurvesAnswer]] = [
        Wish(
            command=replace(command, senders=senders),
            client=client,
            content=b"%b\n%d" % (content, index),
            key=f"{key}/{index}" if key else "",
        )
        async for index, command in in_turns(enumerate(commands))
    ]
    return await perform_wishes(request, wishes)


async def _submitted(request: Asked, data: Submission, settings: Settings) -> str:
    """Have the number on record, in the project if it is new; return it in decimal."""
    command = SubmitComposite(text=str(data.composite), ceiling_digits=settings.number_ceiling_digits)
    (result,) = await perform_wishes(request, [Wish(command=command, client=data.client_id)])
    answer = _accepted(result).answer
    if answer.outcome == "new" and data.project:
        command = replace(command, text=answer.value, project=data.project)
        _accepted((await perform_wishes(request, [Wish(command=command, client=data.client_id)]))[0])
    return answer.value


def _accepted(result: Result[AnswerT]) -> Outcome[AnswerT]:
    if isinstance(result, StaysWithdrawn):  # the newest client gives up what is 404, and sends all else again for ever
        raise Unknown(result.sentence) from result
    if isinstance(result, Exception):
        raise result
    return result


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
