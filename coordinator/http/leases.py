"""Asking for work, showing that one is at it, and handing it back; the same for every context that leases."""

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

import msgspec
from litestar import Response, delete, put
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, QueryParameter

from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import perform, perform_in_turn
from coordinator.http.places import AT_DESK
from coordinator.http.requests.asked import Asked
from coordinator.http.requests.parameters import AnyClient, Client
from coordinator.http.responses.lines import has_gone
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import Written, answered
from coordinator.http.shared import shared_of
from coordinator.http.workers.versions import check_version
from coordinator.operations.steering import why_to_stop
from coordinator.setup.settings import Settings
from coordinator.writer.outcome import Outcome
from core.deciding import AnswerT, Command, Nothing
from core.leases.answers import LeaseAnswer
from core.leases.commands import EndLease, RenewLease
from core.timestamps import to_iso

ShownT = TypeVar("ShownT")
PAUSED_SECONDS = 60
"""After how long it is worth another try to ask for work that is paused."""
LeaseSeconds = Annotated[
    int | None,
    QueryParameter(
        ge=1,
        le=86_400,
        description="After how many seconds without a sign of life others may have the work; at most, and for those who"
        " don't say, the setting `lease_seconds`.",
    ),
]


Lives = Annotated[
    int,
    QueryParameter(
        name="lives_seconds",
        ge=0,
        le=366 * 86_400,
        description="For how many seconds the worker lives, which is given nothing that would not end by then; 0 when it does"
        " not say.",
    ),
]


def held_for(wished: int | None, settings: Settings) -> int:
    """Return for how many seconds work is held, given what its holder asked for."""
    return min(wished or settings.lease_seconds, settings.lease_seconds)


class LeaseStatus(msgspec.Struct, frozen=True):
    """How an assignment stands: `updated` while it lives, or how it ended; and why its holder is to stop, if it is."""

    status: str
    lease: str
    expires_at: str
    pause: str | None = None


async def perform_when_open(
    request: Asked, command: Command[AnswerT | Nothing], *, client: str, wait: float
) -> Outcome[AnswerT | Nothing]:
    """Have a request for work decided; while there is none, again whenever there may be some.

    Args:
        request: the request that carries it.
        command: asks for work.
        client: by what name the caller calls itself.
        wait: seconds after which the answer that there is none stands.

    Raises:
        OldWorker: the worker is too old.
        Refusal: it was turned down.
        Unavailable: nothing can be written just now.
    """
    return (await perform_several_when_open(request, [command], client=client, wait=wait))[0]


async def perform_several_when_open(
    request: Asked, commands: Sequence[Command[AnswerT | Nothing]], *, client: str, wait: float
) -> list[Outcome[AnswerT | Nothing]]:
    """Have requests for several pieces of work decided together; while there is nothing for the first, again as above.

    Raises:
        OldWorker: the worker is too old.
        Refusal: one of them was turned down.
        Unavailable: nothing can be written just now.
    """
    outcomes: list[Outcome[AnswerT | Nothing]] = []
    check_version(request)

    async def ask() -> bool:
        if outcomes and has_gone(request.scope):  # what would be handed out now, nobody would work on
            return True
        outcomes[:] = await perform_in_turn(request, commands, client=client)
        return not isinstance(outcomes[0].answer, Nothing)

    await shared_of(request).node.live.openings.first(commands[0].context, wait, ask)
    return outcomes


def handed_out(
    outcome: Outcome[AnswerT | Nothing], empty: Callable[..., ShownT], shown: Callable[[AnswerT], ShownT]
) -> Response[ShownT]:
    """Answer a request for work: with what was handed out, or that there is none.

    Args:
        outcome: of the request.
        empty: makes the answer that there is none, of a `message`.
        shown: makes the other one.
    """
    answer = outcome.answer
    if isinstance(answer, Nothing):
        again = {"Retry-After": str(PAUSED_SECONDS)} if answer.paused else {}
        return Written(empty(message=answer.message), headers=again)
    return answered(outcome, shown(answer))


def lease_routes(renew: type[RenewLease], end: type[EndLease]) -> tuple[HTTPRouteHandler, HTTPRouteHandler]:
    """Return the routes for one context's leases, given its commands."""

    @put(
        "/work/{lease:str}/progress",
        opt=AT_DESK,
        guards=[needs("work")],
        summary="Show that one is at work",
        responses=may_answer(404, 503),
    )
    async def report_progress(
        request: AnyRequest,
        settings: NamedDependency[Settings],
        lease: FromPath[str],
        client_id: FromQuery[Client],
        lease_seconds: FromQuery[LeaseSeconds] = None,
    ) -> Response[LeaseStatus]:
        """Extend the assignment; one that has ended stays ended. While it is paused, `pause` says why to stop."""
        seconds = 0 if lease_seconds is None else held_for(lease_seconds, settings)
        outcome = await perform(request, renew(lease=lease, seconds=seconds), client=client_id)
        return _shown(outcome, await why_to_stop(shared_of(request).node, renew.context, client_id))

    @delete(
        "/work/{lease:str}",
        opt=AT_DESK,
        status_code=200,
        guards=[needs("work")],
        summary="Hand an assignment back",
        responses=may_answer(404, 503),
    )
    async def hand_back(
        request: AnyRequest,
        lease: FromPath[str],
        client_id: FromQuery[AnyClient] = None,
        reason: FromQuery[Annotated[str, QueryParameter(max_length=500)]] = "",
    ) -> Response[LeaseStatus]:
        """Free the work at once."""
        command = end(lease=lease, outcome="released", reason=reason)
        return _shown(await perform(request, command, client=client_id))

    return report_progress, hand_back


def _shown(outcome: Outcome[LeaseAnswer], pause: str | None = None) -> Response[LeaseStatus]:
    answer = outcome.answer
    status = LeaseStatus(answer.outcome or "updated", answer.lease, to_iso(answer.expires_at), pause)
    return answered(outcome, status)
