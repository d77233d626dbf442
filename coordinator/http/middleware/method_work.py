"""Asking for something to run by whatever method."""

from typing import Any, Literal

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import fresh_uuid, perform
from coordinator.http.factoring.parameters import MAX_DIGITS, Digits
from coordinator.http.factoring.shapes import b2_shown, digits_of, level_or_null
from coordinator.http.leases import handed_out
from coordinator.http.middleware.ecm_work import MOST_HELD, lease_seconds, minutes_for, request_p1, wanted_of
from coordinator.http.places import AT_DESK
from coordinator.http.requests.parameters import Client
from coordinator.http.requests.reading import parse_json
from coordinator.http.responses.problems import may_answer
from coordinator.node import Node
from coordinator.setup.settings import Settings
from core.factoring.answers.shapes import WorkAnswer
from core.factoring.commands.assignment import RequestWork
from core.factoring.mathematics.curves.bounds import Bounds
from core.refusals import BadInput
from core.timestamps import to_naive_iso
from projections.factoring.lists import catalogue

_WORKABLE: tuple[Literal["ecm", "pm1", "pp1"], ...] = ("ecm", "pm1", "pp1")


class WorkParameters(msgspec.Struct, frozen=True):
    """The parameters of a run."""

    b1: int
    b2: int | None
    curves: int
    target_t_level: float
    current_t_level: float


class MethodWork(msgspec.Struct, frozen=True, kw_only=True):
    """A run on a number, which is spelled as it was submitted; or nulls and the reason why there is none."""

    work_id: str | None = None
    composite: str | None = None
    method: str | None = None
    parameters: WorkParameters | None = None
    prior_t_level: float | None = None
    estimated_time_minutes: int | None = None
    expires_at: str | None = None
    message: str


@get(
    "/work",
    opt=AT_DESK,
    guards=[needs("work")],
    summary="Ask for something to run, by any method",
    responses=may_answer(400, 429, 503),
)
async def request_any_work(
    request: AnyRequest,
    node: NamedDependency[Node],
    settings: NamedDependency[Settings],
    client_id: FromQuery[Client],
    methods: FromQuery[list[str] | None] = None,
    min_digits: FromQuery[Digits] = 0,
    max_digits: FromQuery[Digits] = MAX_DIGITS,
) -> Response[MethodWork]:
    """Be assigned curves, or a run of P-1 or P+1 when `methods` names one of those first.

    `methods` may also be a JSON list in the body, as the system replaced had it by accident.
    """
    wanted = wanted_of(None, (min_digits, max_digits), (None, None), settings.drop_in_strategy)
    seconds = lease_seconds(None, settings)
    method = _method(methods, parse_json(await request.body() or b"null"))
    if method == "ecm":
        command = RequestWork(
            work=fresh_uuid(request),
            wanted=wanted,
            lease_seconds=seconds,
            work_seconds=settings.work_seconds,
            most_held=MOST_HELD,
        )
        outcome = await perform(request, command, client=client_id)
    else:
        outcome = await request_p1(request, method, wanted, client_id, seconds)
    expression = ""
    if isinstance(outcome.answer, WorkAnswer):
        number = await node.readers["factoring"].query(catalogue.number_by_id, outcome.answer.number)
        expression = number.expression if number else ""
    return handed_out(outcome, MethodWork, lambda answer: _method_work(method, answer, expression))


def _method(asked: list[str] | None, body: Any) -> Literal["ecm", "pm1", "pp1"]:
    """Return the first method that is asked for and can be assigned."""
    if body is not None and not isinstance(body, list):
        raise BadInput("The body is not an array; a JSON array of methods, or no body, is accepted.")
    named = (asked or []) if body is None else body
    for method in named:
        if method in _WORKABLE:
            workable: Literal["ecm", "pm1", "pp1"] = method
            return workable
    if body is None:
        return "ecm"  # unknown methods in the query were never looked at, and clients send them
    raise BadInput(f"No valid methods specified; {', '.join(_WORKABLE)} can be assigned.")


def _method_work(method: str, answer: WorkAnswer, expression: str) -> MethodWork:
    bounds = Bounds(answer.b1, answer.b2, answer.param)
    return MethodWork(
        work_id=answer.work,
        composite=expression or answer.value,
        method=method,
        parameters=WorkParameters(
            b1=answer.b1,
            b2=b2_shown(answer.b2),
            curves=answer.curves,
            target_t_level=digits_of(answer.target_milli),
            current_t_level=digits_of(answer.t_milli),
        ),
        prior_t_level=level_or_null(answer.prior_milli),
        estimated_time_minutes=minutes_for(method, answer.curves, bounds, answer.digits),
        expires_at=to_naive_iso(answer.expires_at),
        message="Work assigned.",
    )


HANDLERS = (request_any_work,)
