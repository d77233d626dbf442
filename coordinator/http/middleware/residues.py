"""Residue files: handed in after stage 1, claimed, fetched and completed by whoever runs stage 2."""

from typing import Annotated

import msgspec
from litestar import Response, delete, get, post
from litestar.background_tasks import BackgroundTask
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, MultipartBody, QueryParameter
from litestar.response import File

from coordinator.clients.names import client_names
from coordinator.http.caller import AnyRequest, caller_of, needs
from coordinator.http.commanding import fresh_uuid, perform
from coordinator.http.factoring.parameters import MAX_DIGITS, Digits, Level, Priority, Project
from coordinator.http.leases import handed_out
from coordinator.http.middleware.reports import reported, was_of_part
from coordinator.http.middleware.residue_shapes import (
    CompletedResidue,
    ReleasedResidue,
    ResidueDetail,
    ResidueSummary,
    ResidueWork,
    Stage2Done,
    UploadedResidues,
    completed,
    detail_of,
    uploaded,
    work_of,
)
from coordinator.http.requests.forms import OF_A_FORM
from coordinator.http.requests.parameters import MAX_INTEGER, Id
from coordinator.http.requests.received import pieces_of
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import answered
from coordinator.http.shared import shared_of
from coordinator.node import Node
from coordinator.operations.people import check_bearer
from coordinator.operations.residues.taking_in import take_in
from coordinator.residues.reducing import reduce
from coordinator.residues.store import MAX_BYTES, ResidueStore
from coordinator.setup.settings import Settings
from coordinator.writer.outcome import Outcome
from core.factoring.answers.residues import ResidueAnswer
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.residues import (
    ClaimResidue,
    CompleteResidue,
    Contents,
    ReleaseResidue,
    Uncounted,
    UploadResidues,
)
from core.factoring.residues.claiming import TooFewCurves
from core.factoring.residues.keeping import NotOnRecord
from core.factoring.state.residues import WantedResidue
from core.refusals import BadInput, Forbidden, Unknown
from core.wording import shortened
from projections.clients.state import number_named
from projections.factoring.residues.files import skipped_of
from projections.factoring.residues.status import residue_counts, standing_of
from projections.factoring.wholes.standing import left_of

Holder = Annotated[
    str, HeaderParameter(name="X-Client-ID", min_length=1, max_length=128, description="By what name the client goes.")
]
Bound = Annotated[int, QueryParameter(ge=0, le=MAX_INTEGER)]


class Form(msgspec.Struct):
    """The form: one file, as GMP-ECM or Prime95 saved it."""

    file: UploadFile


@post(
    "/residues/upload",
    status_code=200,
    request_max_body_size=MAX_BYTES + 1024 * 1024,
    opt=OF_A_FORM,
    guards=[needs("work")],
    summary="Hand in the residues of stage 1",
    responses=may_answer(400, 413, 415, 503),
)
async def upload_residues(
    request: AnyRequest,
    data: MultipartBody[Form],
    node: NamedDependency[Node],
    settings: NamedDependency[Settings],
    client: Holder,
    stage1_attempt_id: FromQuery[Annotated[int | None, QueryParameter(ge=1, le=MAX_INTEGER)]] = None,
    expiry_days: FromQuery[Annotated[int, QueryParameter(ge=1, le=30)]] = 7,
    b1: FromQuery[Annotated[int | None, QueryParameter(ge=1, le=10**13)]] = None,
) -> Response[UploadedResidues]:
    """Keep a file of residues of one number for whoever runs their stage 2; the same file again is the first one.

    The checksum of every line is verified. A bad line is named in `message`, and the others are kept. Where PARAM is
    missing it is put in. `stage1_attempt_id` is the report of the curves, which from then on count by their sigmas; it may be
    said later, with the same file. Another one than that of these curves costs nobody the file: `message` says so. A part
    that vanished with its factor is submitted again on the way, where that report was made on it.
    `b1` is for files of Prime95, which do not say it. The file stays until its stage 2 is done, and `expiry_days` at least.
    """
    attempt = stage1_attempt_id or 0
    store, ceiling = shared_of(request).the(ResidueStore), settings.number_ceiling_digits

    async def record(sha256: str, contents: Contents) -> Outcome[ResidueAnswer]:
        stage_1 = (await reported(node, attempt) or Uncounted(attempt)) if attempt else None
        command = UploadResidues(sha256=sha256, contents=contents, stage_1=stage_1, keep_seconds=expiry_days * 86_400)
        try:
            return await perform(request, command, client=client, content=sha256.encode())
        except NotOnRecord:
            if not await was_of_part(node, stage_1, contents.value):
                raise
            await perform(
                request, SubmitComposite(text=contents.value, ceiling_digits=ceiling), client=client, content=b""
            )
            return await perform(request, command, client=client, content=sha256.encode())

    outcome = await take_in(node, store, pieces_of(data.file), ceiling, b1, record)
    return answered(outcome, uploaded(outcome.answer, attempt))


@get(
    "/residues/work",
    guards=[needs("work")],
    summary="Ask for residues to run stage 2 of",
    responses=may_answer(400, 503),
)
async def request_residues(
    request: AnyRequest,
    client: Holder,
    min_digits: FromQuery[Digits] = 0,
    max_digits: FromQuery[Digits] = MAX_DIGITS,
    min_priority: FromQuery[Priority] = None,
    min_target_tlevel: FromQuery[Level] = None,
    max_target_tlevel: FromQuery[Level] = None,
    min_b1: FromQuery[Bound] = 0,
    max_b1: FromQuery[Bound] = MAX_INTEGER,
    claim_timeout_hours: FromQuery[Annotated[int, QueryParameter(ge=1, le=336)]] = 24,
    project: FromQuery[Project] = "",
) -> Response[ResidueWork]:
    """Claim the residue file that comes first, by the priority of its number and then by age; nobody else gets it meanwhile.

    `suggested_b2` is what the middleware suggested; the default B2 of GMP-ECM needs fewer curves from 40 digits on.
    """
    wanted = WantedResidue(
        min_digits=min_digits,
        max_digits=max_digits,
        min_priority=-(2**31) if min_priority is None else min_priority,
        min_target_milli=round((min_target_tlevel or 0) * 1000),
        max_target_milli=10**9 if max_target_tlevel is None else round(max_target_tlevel * 1000),
        min_b1=min_b1,
        max_b1=max_b1,
        project=project,
    )
    command = ClaimResidue(claim=fresh_uuid(request), wanted=wanted, lease_seconds=claim_timeout_hours * 3600)
    outcome = await perform(request, command, client=client)
    return handed_out(outcome, ResidueWork, work_of)


@get(
    "/residues/{residue:int}/download",
    guards=[needs("work")],
    media_type="text/plain",
    summary="Fetch a claimed residue file",
    responses=may_answer(403, 404, 503),
)
async def download_residues(
    request: AnyRequest,
    node: NamedDependency[Node],
    settings: NamedDependency[Settings],
    residue: FromPath[Id],
    client: Holder,
) -> File:
    """Return the file, for GMP-ECM's `-resume`; only to the client that holds it.

    Curves whose stage 2 was done when it was claimed are left out. When factors of the number were found since, the others
    come modulo what is left: they would only find them again.
    """
    found = await node.readers["factoring"].query(standing_of, residue)
    if found is None or found.file.removed:
        raise Unknown(f"There is no residue file with the id {residue}, or it is kept no longer.")
    asking = await node.readers["clients"].query(number_named, client)
    if asking is None or not found.file.claim or found.taker != asking:
        raise Forbidden(
            f"The residue file {residue} is not held by {shortened(client)!r}; claim it at /residues/work first."
        )
    await check_bearer(node, caller_of(request).actor, asking, client)
    store = shared_of(request).the(ResidueStore)
    path, name = store.path(found.file.served_sha256), f"residue_{residue}.txt"
    if not await store.has(found.file.served_sha256):
        raise Unknown(f"The file of residue {residue} is missing here; it can be handed in again.")
    left = await node.readers["factoring"].query(left_of, found.file.number)
    skipped = frozenset(await node.readers["factoring"].query(skipped_of, found.file.claim))
    if not skipped and left in {found.value, "1"}:
        return File(path, filename=name, media_type="text/plain")
    passing = store.passing()
    try:
        await node.preparation.run(reduce, path, passing, left, settings.number_ceiling_digits, skipped)
    except BaseException:
        passing.unlink(missing_ok=True)
        raise
    return File(passing, filename=name, media_type="text/plain", background=BackgroundTask(passing.unlink))


@post(
    "/residues/{residue:int}/complete",
    status_code=200,
    guards=[needs("work")],
    summary="Say that the stage 2 of a residue file is done",
    responses=may_answer(400, 403, 404, 413, 415, 503),
)
async def complete_residues(
    request: AnyRequest,
    node: NamedDependency[Node],
    residue: FromPath[Id],
    client: Holder,
    data: JSONBody[Stage2Done],
) -> Response[CompletedResidue]:
    """End the claim; the report of the stage 2, which is named here, credited its curves when it was submitted.

    The file waits for others to run the curves that are left undone, of which there may be a quarter, or any number after a
    factor. With fewer done it is 400, and the claim ends as well.
    """
    command = CompleteResidue(residue=residue, stage_2=await reported(node, data.stage2_attempt_id))
    try:
        outcome = await perform(request, command, client=client)
    except TooFewCurves:
        await perform(request, ReleaseResidue(residue=residue, reason="too few curves"), client=client)
        raise
    return answered(outcome, completed(outcome.answer, data.stage2_attempt_id))


@delete(
    "/residues/{residue:int}/claim",
    status_code=200,
    guards=[needs("work")],
    summary="Hand a residue file back",
    responses=may_answer(400, 503),
)
async def release_residues(
    request: AnyRequest, node: NamedDependency[Node], residue: FromPath[Id], client: Holder
) -> Response[ReleasedResidue]:
    """Have others claim the file; what was reported from it stays credited. Who held it once may say so again."""
    try:
        outcome = await perform(request, ReleaseResidue(residue=residue), client=client)
    except Unknown as unknown:  # the clients of this address are told so with 400
        raise BadInput(unknown.sentence) from unknown
    found = await node.readers["factoring"].query(standing_of, residue)
    standing = found.standing if found else "expired"
    free = "can be claimed by others" if standing == "available" else f"is held by you no longer: it is {standing}"
    return answered(outcome, ReleasedResidue(residue, standing, f"The residue file {free}."))


@get("/residues/{residue:int}", guards=[needs("read")], summary="Show a residue file", responses=may_answer(404))
async def show_residues(node: NamedDependency[Node], residue: FromPath[Id]) -> ResidueDetail:
    """Say what a residue file holds, who holds it, and whether its stage 2 is done."""
    found = await node.readers["factoring"].query(standing_of, residue)
    if found is None:
        raise Unknown(f"There is no residue file with the id {residue}.")
    return detail_of(found, await client_names(node.readers["clients"]))


@get("/residues/stats/summary", guards=[needs("read")], summary="Count the residue files")
async def count_residues(node: NamedDependency[Node]) -> ResidueSummary:
    """Count the residue files by how they stand."""
    counts = await node.readers["factoring"].query(residue_counts)
    return ResidueSummary(counts.available, counts.claimed, counts.completed, counts.expired, counts.curves_pending)


HANDLERS = (
    upload_residues,
    request_residues,
    download_residues,
    complete_residues,
    release_residues,
    show_residues,
    count_residues,
)
