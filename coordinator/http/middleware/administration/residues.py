"""Administration of residue files: taking them back, removing them, and clearing up what nobody needs."""

import asyncio
from functools import partial

import msgspec
from litestar import Response, delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from coordinator.clients.names import client_names
from coordinator.http.caller import AnyRequest
from coordinator.http.commanding import perform
from coordinator.http.factoring.parameters import Reason
from coordinator.http.requests.parameters import Id
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.operations.projections.health import require_following
from coordinator.operations.residues.removing import remove, remove_done
from coordinator.operations.upkeep.clock import expire_due
from coordinator.residues.auditing import needed
from coordinator.residues.store import ResidueStore
from core.clients.naming import client_name
from core.factoring.commands.residues import ReleaseResidue, RemoveResidue
from core.factoring.decide import FACTORING
from core.refusals import Unknown
from core.wording import count_of
from projections.factoring.residues.status import ListedResidue, ResidueStanding, kept_contents, standing_of


class RemovedResidue(msgspec.Struct, frozen=True, kw_only=True):
    """A residue file that is kept no longer, and how it stood before."""

    success: bool
    residue_id: int
    composite_id: int
    previous_status: ResidueStanding
    message: str


class TakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """A residue file that nobody holds any more; without `success` nobody held it, and `status` says how it stands."""

    success: bool
    residue_id: int
    previous_claimer: str | None
    status: ResidueStanding
    message: str


class CleanedUp(msgspec.Struct, frozen=True, kw_only=True):
    """How many claims had run out, and which residue files were removed."""

    success: bool
    claims_released: int
    factored_composites_cleaned: int
    total_cleaned: int
    expired_claims: int
    removed: list[int]
    message: str


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """A residue file that is on record, and not there."""

    id: int
    composite_id: int
    old_status: ResidueStanding
    curve_count: int
    b1: int


class OrphansRemoved(msgspec.Struct, frozen=True, kw_only=True):
    """Which files belonged to no record, and which records miss their file, of how many."""

    status: str
    cleaned_up: int
    total_checked: int
    orphaned_residues: list[Missing]
    deleted_files: list[str]
    missing_residues: list[int]
    message: str


@delete("/{residue:int}", status_code=200, summary="Remove a residue file", responses=may_answer(400, 404, 503))
async def remove_residues(
    request: AnyRequest, node: NamedDependency[Node], residue: FromPath[Id], reason: FromQuery[Reason] = ""
) -> Response[RemovedResidue]:
    """Remove a file, its stage 2 done or not; whoever holds it loses it. What was credited stays, and so does its record."""
    before = await _sure(node, residue)
    command = RemoveResidue(residue=residue, reason=reason)
    outcome = await remove(node, shared_of(request).the(ResidueStore), command, partial(perform, request))
    removed = RemovedResidue(
        success=True,
        residue_id=residue,
        composite_id=before.file.number,
        previous_status=before.standing,
        message=f"The residue file {residue} was removed; its record stays.",
    )
    return answered(outcome, removed)


@post(
    "/{residue:int}/release",
    status_code=200,
    summary="Take a residue file back from its holder",
    responses=may_answer(400, 404, 503),
)
async def take_back(
    request: AnyRequest, node: NamedDependency[Node], residue: FromPath[Id], reason: FromQuery[Reason] = ""
) -> Response[TakenBack]:
    """Have others claim a file that somebody holds."""
    return await _take_back(request, residue, reason, await _sure(node, residue))


@delete(
    "/{residue:int}/release",
    status_code=200,
    summary="Take a residue file back from its holder, if it has one",
    responses=may_answer(404, 503),
)
async def take_back_if_held(
    request: AnyRequest, node: NamedDependency[Node], residue: FromPath[Id], reason: FromQuery[Reason] = ""
) -> Response[TakenBack]:
    """Have others claim a file; that nobody holds it is no error here."""
    before = await _sure(node, residue)
    if before.standing != "claimed":
        message = f"Nobody holds the residue file {residue}: it is {before.standing}."
        return Response(
            TakenBack(success=False, residue_id=residue, previous_claimer=None, status=before.standing, message=message)
        )
    return await _take_back(request, residue, reason, before)


async def _take_back(request: AnyRequest, residue: int, reason: str, before: ListedResidue) -> Response[TakenBack]:
    outcome = await perform(request, ReleaseResidue(residue=residue, by_holder=False, reason=reason))
    known = await client_names(shared_of(request).node.readers["clients"])
    taken_back = TakenBack(
        success=True,
        residue_id=residue,
        previous_claimer=client_name(before.taker or 0, known),
        status="available",
        message="The residue file can be claimed by others.",
    )
    return answered(outcome, taken_back)


async def _sure(node: Node, residue: int) -> ListedResidue:
    found = await node.readers["factoring"].query(standing_of, residue)
    if found is None:
        raise Unknown(f"There is no residue file with the id {residue}.")
    return found


@post("/cleanup", status_code=200, summary="Clear up residue files that are done", responses=may_answer(503))
async def clean_up_residues(request: AnyRequest, node: NamedDependency[Node]) -> CleanedUp:
    """Remove files whose stage 2 is done, or whose number is factored, once they were kept as long as was asked for.

    A file that waits for its stage 2 stays. Claims that have run out end by themselves every second, and files that are
    done go by themselves every minute; both happen now.
    """
    expired = await expire_due(node, FACTORING)
    removed = await remove_done(node, shared_of(request).the(ResidueStore), partial(perform, request))
    return CleanedUp(
        success=True,
        claims_released=expired,
        factored_composites_cleaned=len(removed),
        total_cleaned=expired + len(removed),
        expired_claims=expired,
        removed=removed,
        message=f"{expired} claims had run out, and {len(removed)} residue files were removed.",
    )


@post(
    "/cleanup-orphaned",
    status_code=200,
    summary="Remove residue files without a record",
    responses=may_answer(503),
)
async def remove_orphans(request: AnyRequest, node: NamedDependency[Node]) -> OrphansRemoved:
    """Remove files that an upload left behind which was never recorded, and name the records whose file is missing.

    A file stays that the tables or the log itself need; while the tables do not follow the log, nothing is removed.
    """
    store = shared_of(request).the(ResidueStore)
    await require_following(node, "factoring")
    async with store.settling:
        known = await node.log_readers.query(needed) | await node.readers["factoring"].query(kept_contents)
        kept = await asyncio.to_thread(store.contents)
        orphans = sorted(kept - known.keys())
        for sha256 in orphans:
            await store.discard_for_all(sha256)
        missing = sorted(residue for sha256, residue in known.items() if sha256 not in kept)
    return OrphansRemoved(
        status="success",
        cleaned_up=len(orphans),
        total_checked=len(known),
        orphaned_residues=[_missing(await _sure(node, residue)) for residue in missing],
        deleted_files=orphans,
        missing_residues=missing,
        message=f"Removed without a record: {count_of(len(orphans), 'file')}; of {count_of(len(known), 'record')} {len(missing)} lack theirs.",
    )


def _missing(found: ListedResidue) -> Missing:
    file = found.file
    return Missing(
        id=file.residue, composite_id=file.number, old_status=found.standing, curve_count=file.curves, b1=file.b1
    )


HANDLERS = (remove_residues, take_back, take_back_if_held, clean_up_residues, remove_orphans)
"""Below `/admin/residues`."""
