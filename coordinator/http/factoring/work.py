"""Asking for work, showing that one is at it, handing it back."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec.structs import asdict, replace

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import fresh_uuid, perform
from coordinator.http.factoring.parameters import MAX_DIGITS, Digits, Priority
from coordinator.http.factoring.shapes import b2_shown, digits_of
from coordinator.http.leases import (
    LeaseSeconds,
    Lives,
    handed_out,
    held_for,
    perform_several_when_open,
    perform_when_open,
)
from coordinator.http.places import AT_DESK
from coordinator.http.quick import QUICK
from coordinator.http.requests.parameters import AnyClient, Client, Wait
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.node import Node
from coordinator.operations.steering import why_to_stop
from coordinator.setup.settings import Settings
from coordinator.writer.outcome import Outcome
from core.deciding import Nothing
from core.factoring.answers.shapes import WorkAnswer
from core.factoring.commands.assignment import EndWork, RenewWork, RequestSieving, RequestWork
from core.factoring.mathematics.prospects.cost import QUADRATIC_SIEVE
from core.factoring.state.numbers import Strategy, Wanted
from core.leases.answers import LeaseAnswer
from core.timestamps import to_iso
from core.wording import count_of

MOST_AT_ONCE = 16
"""So many short assignments at most come with one request: some seconds of work."""
_RUNS = {"pm1": "P-1", "pp1": "P+1"}


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """Curves to run, or a number to sieve; or nulls and the reason why there is nothing."""

    work_assignment_id: str | None = None
    work_id: str | None = None
    composite_id: int | None = None
    composite: str | None = None
    digit_length: int | None = None
    method: str | None = None
    b1: int | None = None
    b2: int | None = None
    curves: int | None = None
    parametrization: int | None = None
    current_t_level: float | None = None
    target_t_level: float | None = None
    expires_at: str | None = None
    message: str


class SeveralWork(Work, frozen=True, kw_only=True):
    """The work that was asked for, and where several `numbers` were, the assignments that came along."""

    further: list[Work] | msgspec.UnsetType = msgspec.UNSET


class LeaseStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How an assignment stands; `pause` says why its holder is to stop, where it is."""

    status: str
    work_id: str
    expires_at: str
    curves_completed: int | None = None
    reason: str | None = None
    pause: str | None = None


@get(
    "/work/request",
    opt=QUICK,
    guards=[needs("work")],
    summary="Ask for curves to run",
    responses=may_answer(400, 503),
)
async def request_work(
    request: AnyRequest,
    settings: NamedDependency[Settings],
    client_id: FromQuery[Client],
    min_digits: FromQuery[Digits] = 0,
    max_digits: FromQuery[Digits] = MAX_DIGITS,
    min_priority: FromQuery[Priority] = None,
    strategy: FromQuery[Literal["standard", "yield", "ladder", "progressive"]] = "yield",
    wait: FromQuery[Wait] = 0,
    cores: FromQuery[Annotated[int, QueryParameter(ge=0, le=100_000)]] = 0,
    lease_seconds: FromQuery[LeaseSeconds] = None,
    method: FromQuery[Literal["ecm", "qs"]] = "ecm",
    lives_seconds: FromQuery[Lives] = 0,
    beside: FromQuery[bool] = False,
    numbers: FromQuery[Annotated[int, QueryParameter(ge=1, le=MOST_AT_ONCE)]] = 1,
) -> Response[SeveralWork]:
    """Be assigned curves on the number that comes first; `b2` null is GMP-ECM's default.

    With the method `qs` be assigned a number of up to 70 digits that has reached its target, to be factored by the quadratic
    sieve; there are no bounds and no curves then.

    `yield` takes the number on which curves promise the most finds for their time, and now and then the one that had the
    least; `ladder` the number nearest to its target, `progressive` the one that had the least CPU time, work done elsewhere
    included; all within the highest priority. `standard` is what the setting `drop_in_strategy` says. With `beside`, a run of
    P-1 or P+1 (the method is `pm1` or `pp1`) may come instead, where it promises more.

    Up to so many `numbers` come at once where each takes a fraction of a second: those behind the first are in `further`. Each
    is an assignment of its own, with its own lease.

    With `wait`, the answer comes as soon as there is work, at the latest after so many seconds. The assignment expires unless
    progress is reported; `cores` lets reports that nobody could have computed in the time be recognised.
    """
    kind: Strategy = settings.drop_in_strategy if strategy == "standard" else strategy
    wanted = Wanted(min_digits, max_digits, -(2**31) if min_priority is None else min_priority, kind)
    work, seconds = fresh_uuid(request), held_for(lease_seconds, settings)
    if method == "qs":
        sieving = RequestSieving(work=work, wanted=wanted, lease_seconds=seconds, lives_seconds=lives_seconds)
        return handed_out(await perform_when_open(request, sieving, client=client_id, wait=wait), SeveralWork, _sieving)
    command = RequestWork(
        work=work,
        wanted=wanted,
        lease_seconds=seconds,
        work_seconds=settings.work_seconds,
        cores=cores,
        lives_seconds=lives_seconds,
        beside=beside,
    )
    commands = _several(request, command, numbers)
    return _handed_out(await perform_several_when_open(request, commands, client=client_id, wait=wait))


def _several(request: AnyRequest, command: RequestWork, numbers: int) -> list[RequestWork]:
    """Return what asks for so many numbers at once: those behind the first come while what is given is short."""
    if numbers == 1 or command.wanted.strategy != "yield":
        return [command]
    return [replace(command, work=fresh_uuid(request, place), first=command.work) for place in range(numbers)]


def _handed_out(outcomes: Sequence[Outcome[WorkAnswer | Nothing]]) -> Response[SeveralWork]:
    first, *others = outcomes
    further = [_work(one.answer) for one in others if isinstance(one.answer, WorkAnswer)]
    return handed_out(
        first,
        SeveralWork,
        lambda answer: SeveralWork(**asdict(_work(answer)), further=further or msgspec.UNSET),
    )


def _work(answer: WorkAnswer) -> Work:
    return Work(
        work_assignment_id=answer.work,
        work_id=answer.work,
        composite_id=answer.number,
        composite=answer.value,
        digit_length=answer.digits,
        method=answer.method,
        b1=answer.b1,
        b2=b2_shown(answer.b2),
        curves=answer.curves,
        parametrization=answer.param,
        current_t_level=digits_of(answer.t_milli),
        target_t_level=digits_of(answer.target_milli),
        expires_at=to_iso(answer.expires_at),
        message=f"{_RUNS.get(answer.method) or count_of(answer.curves, 'curve')} at B1={answer.b1}.",
    )


def _sieving(answer: WorkAnswer) -> SeveralWork:
    return SeveralWork(
        work_assignment_id=answer.work,
        work_id=answer.work,
        composite_id=answer.number,
        composite=answer.value,
        digit_length=answer.digits,
        method=QUADRATIC_SIEVE,
        current_t_level=digits_of(answer.t_milli),
        target_t_level=digits_of(answer.target_milli),
        expires_at=to_iso(answer.expires_at),
        message=f"The quadratic sieve on {answer.digits} digits.",
    )


@put(
    "/work/{work:str}/progress",
    opt=QUICK,
    guards=[needs("work")],
    summary="Show that one is at work",
    responses=may_answer(404, 503),
)
async def report_progress(
    request: AnyRequest,
    node: NamedDependency[Node],
    settings: NamedDependency[Settings],
    work: FromPath[str],
    client_id: FromQuery[Client],
    curves_completed: FromQuery[Annotated[int, QueryParameter(ge=0, le=10**9)]] = 0,
    lease_seconds: FromQuery[LeaseSeconds] = None,
) -> Response[LeaseStatus]:
    """Extend the assignment; credit comes with results only. An assignment that has ended stays ended.

    How many curves are run is recorded by tenths, and when the assignment is extended: when half of its time is gone.
    While the work is paused, `pause` says why to stop: the curve that runs may be finished, what is done is reported, and the
    rest handed back.
    """
    seconds = 0 if lease_seconds is None else held_for(lease_seconds, settings)
    command = RenewWork(lease=work, curves=curves_completed, seconds=seconds)
    outcome = await perform(request, command, client=client_id)
    pause = await why_to_stop(node, "factoring", client_id, work)
    return answered(outcome, replace(_lease(outcome, "updated", curves=curves_completed), pause=pause))


@post(
    "/work/{work:str}/complete",
    status_code=200,
    opt=QUICK,
    guards=[needs("work")],
    summary="Say that an assignment is finished",
    responses=may_answer(404, 503),
)
async def complete_work(
    request: AnyRequest, work: FromPath[str], client_id: FromQuery[Client]
) -> Response[LeaseStatus]:
    """End the assignment; only its holder may."""
    outcome = await perform(request, EndWork(lease=work, outcome="completed"), client=client_id)
    return answered(outcome, _lease(outcome, "completed"))


@delete(
    "/work/{work:str}",
    status_code=200,
    opt=AT_DESK,
    guards=[needs("work")],
    summary="Hand an assignment back",
    responses=may_answer(404, 503),
)
async def abandon_work(
    request: AnyRequest,
    work: FromPath[str],
    client_id: FromQuery[AnyClient] = None,
    reason: FromQuery[Annotated[str, QueryParameter(max_length=500)]] = "",
) -> Response[LeaseStatus]:
    """Free the number at once; what was reported stays credited."""
    command = EndWork(lease=work, outcome="released", reason=reason, by_holder=False)
    outcome = await perform(request, command, client=client_id)
    return answered(outcome, _lease(outcome, "abandoned", reason=reason))


def _lease(
    outcome: Outcome[LeaseAnswer], status: str, *, curves: int | None = None, reason: str | None = None
) -> LeaseStatus:
    answer = outcome.answer
    if status == "updated" and answer.outcome is not None:
        status = answer.outcome
    return LeaseStatus(
        status=status,
        work_id=answer.lease,
        expires_at=to_iso(answer.expires_at),
        curves_completed=curves,
        reason=reason,
    )


HANDLERS = (request_work, report_progress, complete_work, abandon_work)
