"""Verification over HTTP: begun, followed, and what it found."""

import asyncio
from typing import Annotated

import msgspec
from litestar import Response, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from coordinator.auditing.verify import Verification
from coordinator.auditing.verifying import Verifying
from coordinator.http.caller import needs
from coordinator.http.commanding import AnyRequest
from coordinator.http.problems import may_answer
from coordinator.http.projections import undertakings_of
from coordinator.http.undertaken import Progressing, progressing
from coordinator.node import Node
from coordinator.processes.progress import Progress, Report
from coordinator.processes.undertakings import Standing

VERIFICATION = "the verification"
"""What it is called among the undertakings."""
LogOnly = Annotated[bool, QueryParameter(description="Leave tables and residue files out, and check the events only.")]


class Found(msgspec.Struct, frozen=True):
    """What a verification found.

    Attributes:
        holds: whether everything is as it must be.
        sentence: what was found, in words; the first difference is named.
        verification: the same in detail.
    """

    holds: bool
    sentence: str
    verification: Verification


class VerificationStanding(msgspec.Struct, frozen=True):
    """How the newest verification stands; `found` is null before its end."""

    progress: Progressing
    found: Found | None


@post("/verification", status_code=202, summary="Verify the log and every table", responses=may_answer(409))
async def begin_verification(
    request: AnyRequest, node: NamedDependency[Node], log_only: FromQuery[LogOnly] = False
) -> Response[VerificationStanding]:
    """Check every event up to the newest one of now, and that tables and residue files are what the events say.

    It goes on in child processes, beside everything else.
    """
    return Response(_shown(undertake_verification(request, node, log_only=log_only)))


def undertake_verification(request: AnyRequest, node: Node, *, log_only: bool) -> Standing[Verification]:
    """Begin to verify the log, and the tables unless they are left out.

    Raises:
        Conflict: a verification goes on already.
    """

    async def work(report: Report) -> Verification:
        loop = asyncio.get_running_loop()

        def pass_on(progress: Progress) -> None:
            loop.call_soon_threadsafe(report, progress)

        with Verifying(node.directory, refold=not log_only) as verifying:
            return await asyncio.to_thread(verifying.follow, pass_on)

    return undertakings_of(request).begin(VERIFICATION, work)


@get("/verification", summary="See how far the verification is", responses=may_answer(404))
async def show_verification(request: AnyRequest) -> VerificationStanding:
    """Return how the newest verification stands, and what it found."""
    return _shown(undertakings_of(request).standing(VERIFICATION))


@delete("/verification", status_code=200, summary="Cancel the verification", responses=may_answer(404, 409))
async def cancel_verification(request: AnyRequest) -> VerificationStanding:
    """End the verification."""
    return _shown(await undertakings_of(request).cancel(VERIFICATION))


def _shown(standing: Standing[Verification]) -> VerificationStanding:
    result = standing.result
    found = None if result is None else Found(result.holds, result.sentence, result)
    return VerificationStanding(progressing(standing), found)


ROUTER = Router(
    "/api/v1/admin",
    route_handlers=[begin_verification, show_verification, cancel_verification],
    guards=[needs("admin")],
    tags=["Administration"],
)
