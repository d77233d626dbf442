"""Administration of residue files: taking them back, removing them, and clearing up what nobody needs."""

import asyncio
from functools import partial

import msgspec
from litestar import Response, delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from coordinator.http.caller import AnyRequest
from coordinator.http.commanding import perform
from coordinator.http.factoring.parameters import Reason
from coordinator.http.middleware.residue_shapes import ReleasedResidue
from coordinator.http.parameters import Id
from coordinator.http.problems import may_answer
from coordinator.http.receipts import answered
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.operations.clock import expire_due
from coordinator.operations.health import require_following
from coordinator.operations.removing import remove, remove_done
from coordinator.residues.auditing import needed
from coordinator.residues.store import ResidueStore
from core.factoring.decide import FACTORING
from core.factoring.residues.commands import ReleaseResidue, RemoveResidue
from projections.factoring.residue_status import kept_contents


class RemovedResidue(msgspec.Struct, frozen=True):
    """A residue file that is kept no longer."""

    status: str
    residue_id: int
    message: str


class CleanedUp(msgspec.Struct, frozen=True):
    """How many claims had run out, and which residue files were removed."""

    status: str
    expired_claims: int
    removed: list[int]
    message: str


class OrphansRemoved(msgspec.Struct, frozen=True):
    """Which files belonged to no record, and which records miss their file."""

    status: str
    deleted_files: list[str]
    missing_residues: list[int]
    message: str


@delete("/{residue:int}", status_code=200, summary="Remove a residue file", responses=may_answer(400, 404, 503))
async def remove_residues(
    request: AnyRequest, node: NamedDependency[Node], residue: FromPath[Id], reason: FromQuery[Reason] = ""
) -> Response[RemovedResidue]:
    """Remove a file, its stage 2 done or not; whoever holds it loses it. What was credited stays, and so does its record."""
    command = RemoveResidue(residue=residue, reason=reason)
    outcome = await remove(node, shared_of(request).the(ResidueStore), command, partial(perform, request))
    return answered(outcome, RemovedResidue("success", residue, "The residue file was removed; its record stays."))


@post(
    "/{residue:int}/release",
    status_code=200,
    summary="Take a residue file back from its holder",
    responses=may_answer(400, 404, 503),
)
async def take_back(
    request: AnyRequest, residue: FromPath[Id], reason: FromQuery[Reason] = ""
) -> Response[ReleasedResidue]:
    """Have others claim a file that somebody holds."""
    outcome = await perform(request, ReleaseResidue(residue=residue, by_holder=False, reason=reason))
    return answered(outcome, ReleasedResidue(residue, "available", "The residue file can be claimed by others."))


@post("/cleanup", status_code=200, summary="Clear up residue files that are done", responses=may_answer(503))
async def clean_up_residues(request: AnyRequest, node: NamedDependency[Node]) -> CleanedUp:
    """Remove files whose stage 2 is done, or whose number is factored, once they were kept as long as was asked for.

    A file that waits for its stage 2 stays. Claims that have run out end by themselves every second, and files that are
    done go by themselves every minute; both happen now.
    """
    expired = await expire_due(node, FACTORING)
    removed = await remove_done(node, shared_of(request).the(ResidueStore), partial(perform, request))
    return CleanedUp("success", expired, removed, f"{len(removed)} residue files were removed.")


@post("/cleanup-orphaned", status_code=200, summary="Remove residue files without a record")
async def remove_orphans(request: AnyRequest, node: NamedDependency[Node]) -> OrphansRemoved:
    """Remove files that an upload left behind which was never recorded, and name the records whose file is missing.

    A file stays that the tables or the log itself need; while the tables do not follow the log, nothing is removed.
    """
    store = shared_of(request).the(ResidueStore)
    await require_following(node, "factoring")
    async with store.settling:
        known = await node.log_readers.query(needed) | await node.readers["factoring"].query(kept_contents)
        orphans = await asyncio.to_thread(store.orphans, known)
        for sha256 in orphans:
            await asyncio.to_thread(store.discard, sha256)
        missing = sorted(residue for sha256, residue in known.items() if not store.path(sha256).exists())
    return OrphansRemoved("success", orphans, missing, f"{len(orphans)} files without a record were removed.")


HANDLERS = (remove_residues, take_back, clean_up_residues, remove_orphans)
"""Below `/admin/residues`."""
