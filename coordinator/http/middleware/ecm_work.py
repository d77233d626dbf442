"""Asking for ECM and P-1 work, claiming it, and beginning with it."""

from functools import partial
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec.structs import replace

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import fresh_uuid, perform
from coordinator.http.factoring.parameters import MAX_DIGITS, Digits, Level, Priority, Project
from coordinator.http.factoring.shapes import digits_of, level_or_null
from coordinator.http.leases import handed_out
from coordinator.http.places import AT_DESK
from coordinator.http.quick import QUICK
from coordinator.http.requests.parameters import Client
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.http.shared import shared_of
from coordinator.setup.settings import Settings
from coordinator.writer.outcome import Outcome
from core.deciding import Nothing
from core.factoring.answers.shapes import WorkAnswer
from core.factoring.commands.assignment import AcknowledgeWork, P1Method, RequestP1Work, RequestWork
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.prospects.cost import work_microseconds
from core.factoring.state.numbers import Strategy, Wanted
from core.timestamps import SECOND, to_naive_iso
from projections.factoring.credit import coverage

MOST_HELD = 5
"""So many assignments one client of this kind holds; it is told to finish one before it gets another."""
_CANDIDATES = 16

_MOST_DAYS = 366

Days = Annotated[
    int | None, QueryParameter(description=f"1 to {_MOST_DAYS}; what is beyond is taken for the nearest of these.")
]


class EcmWork(msgspec.Struct, frozen=True, kw_only=True):
    """A number to take to its target, or nulls and the reason why there is none."""

    work_id: str | None = None
    composite_id: int | None = None
    composite: str | None = None
    digit_length: int | None = None
    current_t_level: float | None = None
    target_t_level: float | None = None
    prior_t_level: float | None = None
    expires_at: str | None = None
    message: str


class P1Work(EcmWork, frozen=True, kw_only=True):
    """A number to run P-1 and P+1 on, with these bounds; null for the one that was not asked for."""

    pm1_b1: int | None = None
    pp1_b1: int | None = None


class Acknowledged(msgspec.Struct, frozen=True):
    """How far the holder says to be with an assignment."""

    status: str
    work_id: str


@get(
    "/ecm-work",
    opt=QUICK,
    guards=[needs("work")],
    summary="Ask for a number to take to its target by ECM",
    responses=may_answer(400, 429, 503),
)
async def request_ecm_work(
    request: AnyRequest,
    settings: NamedDependency[Settings],
    client_id: FromQuery[Client],
    priority: FromQuery[Priority] = None,
    min_digits: FromQuery[Digits] = 0,
    max_digits: FromQuery[Digits] = MAX_DIGITS,
    timeout_days: FromQuery[Days] = None,
    work_type: FromQuery[Literal["standard", "progressive"]] = "standard",
    min_target_tlevel: FromQuery[Level] = None,
    max_target_tlevel: FromQuery[Level] = None,
    max_current_tlevel: FromQuery[Level] = None,
    project: FromQuery[Project] = "",
) -> Response[EcmWork]:
    """Be assigned the number that comes first; nobody else gets it until it is completed, handed back or `timeout_days` old.

    `standard` takes the number on which curves promise the most finds for their time (or what the setting `drop_in_strategy`
    says), `progressive` the one that had the least CPU time, both within the highest priority; `priority` is the least
    that is accepted. The t-level reached so far is below `max_current_tlevel`. Numbers whose residues wait for their stage 2 are left out, unless a setting says otherwise.
    """
    wanted = replace(
        wanted_of(
            priority,
            (min_digits, max_digits),
            (min_target_tlevel, max_target_tlevel),
            settings.drop_in_strategy if work_type == "standard" else work_type,
            project,
        ),
        below_milli=10**9 if max_current_tlevel is None else round(max_current_tlevel * 1000),
        without_residues=not settings.drop_in_beside_residues,
    )
    command = RequestWork(
        work=fresh_uuid(request),
        wanted=wanted,
        lease_seconds=lease_seconds(timeout_days, settings),
        work_seconds=settings.work_seconds,
        whole=True,
        most_held=MOST_HELD,
    )
    outcome = await perform(request, command, client=client_id)
    return handed_out(outcome, EcmWork, lambda answer: EcmWork(**_number(answer), message="ECM work assigned."))


@get(
    "/p1-work",
    opt=AT_DESK,
    guards=[needs("work")],
    summary="Ask for a number to run P-1 and P+1 on",
    responses=may_answer(400, 429, 503),
)
async def request_p1_work(
    request: AnyRequest,
    settings: NamedDependency[Settings],
    client_id: FromQuery[Client],
    method: FromQuery[P1Method] = "p1",
    priority: FromQuery[Priority] = None,
    min_digits: FromQuery[Digits] = 0,
    max_digits: FromQuery[Digits] = MAX_DIGITS,
    timeout_days: FromQuery[Days] = None,
    work_type: FromQuery[Literal["standard", "progressive"]] = "standard",
    min_target_tlevel: FromQuery[Level] = None,
    max_target_tlevel: FromQuery[Level] = None,
    project: FromQuery[Project] = "",
) -> Response[P1Work]:
    """Be assigned a number on which P-1, P+1 (or, with `p1`, either) was not run far enough, finished or not.

    Far enough is the B1 one step above the number's target in the standard ladder.
    """
    strategy = settings.drop_in_strategy if work_type == "standard" else work_type
    wanted = wanted_of(priority, (min_digits, max_digits), (min_target_tlevel, max_target_tlevel), strategy, project)
    outcome = await request_p1(request, method, wanted, client_id, lease_seconds(timeout_days, settings))
    return handed_out(outcome, P1Work, partial(_p1_work, method))


def _p1_work(method: P1Method, answer: WorkAnswer) -> P1Work:
    return P1Work(
        **_number(answer),
        pm1_b1=None if method == "pp1" else answer.b1,
        pp1_b1=None if method == "pm1" else answer.b1,
        message="P-1 and P+1 work assigned."
        if method == "p1"
        else f"{'P-1' if method == 'pm1' else 'P+1'} work assigned.",
    )


def _acknowledging(stage: Literal["claimed", "started"], path: str, summary: str) -> HTTPRouteHandler:
    """Make the route by which a holder says how far it is with its assignment."""

    async def acknowledge(
        request: AnyRequest, work: FromPath[str], client_id: FromQuery[Client]
    ) -> Response[Acknowledged]:
        """Record that the holder has its assignment, or has begun."""
        outcome = await perform(request, AcknowledgeWork(work=work, stage=stage), client=client_id)
        return answered(outcome, Acknowledged(stage, work))

    return post(
        path, status_code=200, opt=QUICK, guards=[needs("work")], summary=summary, responses=may_answer(404, 503)
    )(acknowledge)


claim_work = _acknowledging("claimed", "/work/{work:str}/claim", "Say that an assignment has arrived")
start_work = _acknowledging("started", "/work/{work:str}/start", "Say that an assignment is begun")


def wanted_of(
    priority: int | None,
    digits: tuple[int, int],
    targets: tuple[float | None, float | None],
    strategy: Strategy,
    project: str = "",
) -> Wanted:
    """Read on which numbers a client is willing to work; `digits` and `targets` are the least and the most."""
    least, most = targets
    return Wanted(
        min_digits=digits[0],
        max_digits=digits[1],
        min_priority=-(2**31) if priority is None else priority,
        strategy=strategy,
        min_target_milli=0 if least is None else round(least * 1000),
        max_target_milli=10**9 if most is None else round(most * 1000),
        project=project,
    )


def lease_seconds(timeout_days: int | None, settings: Settings) -> int:
    """Return for how long a client of this kind holds an assignment."""
    if timeout_days is None:
        return settings.drop_in_timeout_minutes * 60
    return min(max(timeout_days, 1), _MOST_DAYS) * 86_400


async def request_p1(
    request: AnyRequest, method: P1Method, wanted: Wanted, client: str, seconds: int
) -> Outcome[WorkAnswer | Nothing]:
    """Ask for a number on which a method was not run far enough, to be held for so many seconds."""
    node = shared_of(request).node
    candidates = await node.readers["factoring"].query(coverage.lacking, method, wanted, _CANDIDATES)
    command = RequestP1Work(
        work=fresh_uuid(request),
        method=method,
        candidates=candidates,
        lease_seconds=seconds,
        most_held=MOST_HELD,
    )
    return await perform(request, command, client=client)


def _number(answer: WorkAnswer) -> dict[str, Any]:
    return {
        "work_id": answer.work,
        "composite_id": answer.number,
        "composite": answer.value,
        "digit_length": answer.digits,
        "current_t_level": digits_of(answer.t_milli),
        "target_t_level": digits_of(answer.target_milli),
        "prior_t_level": level_or_null(answer.prior_milli),
        "expires_at": to_naive_iso(answer.expires_at),
    }


def minutes_for(method: str, curves: int, bounds: Bounds, digits: int) -> int:
    """Return about how many minutes an assignment takes on one core, at least 1."""
    return -(-work_microseconds(method, curves, bounds, digits) // (60 * SECOND))


HANDLERS = (request_ecm_work, request_p1_work, claim_work, start_work)
