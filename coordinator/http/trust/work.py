"""Routes for workers that check: asking for a curve to run again, and reporting its checksum."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody
from msgspec import Meta

from coordinator.http.caller import AnyRequest, caller_of, needs
from coordinator.http.commanding import fresh_uuid, perform
from coordinator.http.leases import LeaseSeconds, Lives, handed_out, held_for, lease_routes, perform_when_open
from coordinator.http.places import AT_DESK
from coordinator.http.quick import QUICK
from coordinator.http.requests.parameters import Client, CpuSeconds, Wait
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.node import Node
from coordinator.operations.checks.secrets import begin
from coordinator.operations.people import users_of
from coordinator.setup.settings import Settings
from core.access.users import LOCAL_WORKER
from core.timestamps import to_iso
from core.trust.answers import CheckWork
from core.trust.commands import AnswerCheck, EndCheck, RenewCheck, RequestCheck


class CurveToCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A curve whose stage 1 is to be run again; its checksum is wanted. Nulls, and the reason, when there is none.

    Attributes:
        check: its number.
        composite: the number as it was when the curve was run.
        b1: bound of stage 1.
        parametrization: of the curve.
        sigma: of the curve.
        lease: by which it is held.
        lease_seconds: how long, without a sign of life.
        expires_at: ISO 8601.
        message: in words.
    """

    check: int | None = None
    composite: str | None = None
    b1: int | None = None
    parametrization: int | None = None
    sigma: str | None = None
    lease: str | None = None
    lease_seconds: int | None = None
    expires_at: str | None = None
    message: str


class CheckedCurve(msgspec.Struct, frozen=True, kw_only=True):
    """The checksum of a curve's state after stage 1, as GMP-ECM writes it into a save file."""

    client_id: Annotated[str, Meta(min_length=1, max_length=128)]
    lease: str
    checksum: int
    cpu_seconds: CpuSeconds | None = None
    program: Annotated[str, Meta(max_length=200)] = ""


class TakenCheck(msgspec.Struct, frozen=True):
    """A check that was answered: `recorded`, or `known` when it was not needed any more."""

    check: int
    status: str


@get("/work", opt=QUICK, guards=[needs("work")], summary="Ask for a curve to check", responses=may_answer(400, 503))
async def request_check(
    request: AnyRequest,
    node: NamedDependency[Node],
    settings: NamedDependency[Settings],
    client_id: FromQuery[Client],
    wait: FromQuery[Wait] = 0,
    lease_seconds: FromQuery[LeaseSeconds] = None,
    lives_seconds: FromQuery[Lives] = 0,
) -> Response[CurveToCheck]:
    """Be given a curve that a machine of another user has run; with `wait`, as soon as there is one.

    Nobody is told which checksum was reported. When another one is found, a machine of a third user is asked.
    """
    await begin(node)
    command = RequestCheck(
        work=fresh_uuid(request),
        users=await users_of(node, caller_of(request).actor, client_id),
        decides=_decides(request),
        lease_seconds=held_for(lease_seconds, settings),
        lives_seconds=lives_seconds,
    )
    return handed_out(await perform_when_open(request, command, client=client_id, wait=wait), CurveToCheck, _work)


def _decides(request: AnyRequest) -> bool:
    """Tell whether a machine is the operator's."""
    caller = caller_of(request)
    return caller.actor == LOCAL_WORKER or "admin" in caller.may


def _work(answer: CheckWork) -> CurveToCheck:
    return CurveToCheck(
        check=answer.check,
        composite=answer.value,
        b1=answer.b1,
        parametrization=answer.param,
        sigma=answer.sigma,
        lease=answer.work,
        lease_seconds=answer.lease_seconds,
        expires_at=to_iso(answer.expires_at),
        message=f"Run stage 1 to {answer.b1} of the curve {answer.param}:{answer.sigma}, and report its checksum.",
    )


@post(
    "/results",
    status_code=200,
    guards=[needs("work")],
    opt=AT_DESK,
    summary="Hand in the checksum of a curve",
    responses=may_answer(400, 403, 404, 409, 415, 503),
)
async def report_check(
    request: AnyRequest, node: NamedDependency[Node], data: JSONBody[CheckedCurve]
) -> Response[TakenCheck]:
    """Record the checksum; when this answers, it is on disk. Whether it agrees is not said."""
    command = AnswerCheck(
        work=data.lease,
        checksum=data.checksum,
        users=await users_of(node, caller_of(request).actor, data.client_id),
        decides=_decides(request),
        cpu_milliseconds=round((data.cpu_seconds or 0) * 1000),
        program=data.program,
    )
    outcome = await perform(request, command, client=data.client_id)
    answer = outcome.answer
    return answered(outcome, TakenCheck(answer.check, "known" if answer.known else "recorded"))


HANDLERS = (request_check, *lease_routes(RenewCheck, EndCheck), report_check)
