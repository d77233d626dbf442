"""Verification over HTTP: begun, followed, and what it found."""

from typing import Annotated

import msgspec
from litestar import Response, Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from coordinator.auditing.verify import Verification
from coordinator.http.caller import needs
from coordinator.http.places import AT_WRITER
from coordinator.http.responses.problems import may_answer
from coordinator.node import Node
from coordinator.operations import verifying
from coordinator.operations.verifying import VERIFICATION
from coordinator.processes.background import BackgroundJob, JobStatus

LogOnly = Annotated[bool, QueryParameter(description="Leave tables and residue files out, and check the events only.")]


class Found(msgspec.Struct, frozen=True):
    """The findings of a verification.

    Attributes:
        holds: whether everything is as it must be.
        sentence: what was found, in words; the first difference is named.
        verification: the same in detail.
    """

    holds: bool
    sentence: str
    verification: Verification


class VerificationStatus(msgspec.Struct, frozen=True):
    """How the newest verification stands; `found` is null before its end."""

    progress: JobStatus
    found: Found | None


@post("/verification", status_code=202, summary="Verify the log and every table", responses=may_answer(409))
async def begin_verification(
    node: NamedDependency[Node], log_only: FromQuery[LogOnly] = False
) -> Response[VerificationStatus]:
    """Check every event up to the newest one of now, and that tables and residue files are what the events say.

    It goes on in child processes, beside everything else.
    """
    return Response(_shown(verifying.begin_verification(node, log_only=log_only)))


@get("/verification", opt=AT_WRITER, summary="See how far the verification is", responses=may_answer(404))
async def show_verification(node: NamedDependency[Node]) -> VerificationStatus:
    """Return how the newest verification stands, and what it found."""
    return _shown(node.background.of(VERIFICATION))


@delete("/verification", status_code=200, summary="Cancel the verification", responses=may_answer(404, 409))
async def cancel_verification(node: NamedDependency[Node]) -> VerificationStatus:
    """End the verification."""
    return _shown(await node.background.cancel(VERIFICATION))


def _shown(job: BackgroundJob) -> VerificationStatus:
    result: Verification | None = job.result
    found = None if result is None else Found(result.holds, result.sentence, result)
    return VerificationStatus(job.status, found)


ROUTER = Router(
    "/api/v1/admin",
    route_handlers=[begin_verification, show_verification, cancel_verification],
    guards=[needs("admin")],
    tags=["Administration"],
)
