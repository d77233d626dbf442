"""An agent hands in its summary."""

from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.exceptions import HTTPException
from litestar.params import JSONBody
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import perform
from coordinator.http.requests.values import beside
from coordinator.http.responses.problems import Problem, may_answer, problem
from coordinator.http.responses.receipts import answered
from core.federation.commands import PushSummary
from core.federation.summary import MAX_BYTES, StatedSummary, name_of, summary_of
from core.timestamps import to_iso


class Push(msgspec.Struct, frozen=True):
    """A summary of all that an agent knows."""

    summary: StatedSummary


class _Fields(msgspec.Struct, frozen=True):
    """The same, as it was sent."""

    summary: dict[str, msgspec.Raw]


class Pushed(msgspec.Struct, frozen=True):
    """The summary is on record."""

    status: str
    agent_id: str
    timestamp: str
    message: str


_decode_fields = msgspec.json.Decoder(_Fields).decode


def _too_large(_: Request[Any, Any, Any], __: HTTPException) -> Response[Problem]:
    return problem("bad-input", f"The summary takes more than {MAX_BYTES} bytes; at most so many are accepted.")


@post(
    "/push",
    status_code=200,
    guards=[needs("submit")],
    summary="Hand in what an agent knows",
    responses=may_answer(400, 403, 415, 503),
    request_max_body_size=MAX_BYTES,
    exception_handlers={HTTP_413_REQUEST_ENTITY_TOO_LARGE: _too_large},
)
async def push(request: AnyRequest, data: JSONBody[Push]) -> Response[Pushed]:
    """Take a summary: all that the agent knows, in the place of what it handed in before.

    The agent's id belongs to the user whose key hands in under it first. The same summary sent again is answered as the first
    time. Fields beside those listed are kept.
    """
    fields = await beside(await request.body(), _decode_fields)
    summary = summary_of(data.summary, fields.summary)
    command, name = PushSummary(summary), name_of(summary.agent_id)
    outcome = await perform(request, command, client=name, occurred_at=summary.stated_at)
    answer = outcome.answer
    pushed = Pushed(
        status="accepted",
        agent_id=answer.agent_id,
        timestamp=to_iso(answer.recorded_at),
        message=f"Summary from {answer.agent_id} stored successfully",
    )
    return answered(outcome, pushed)
