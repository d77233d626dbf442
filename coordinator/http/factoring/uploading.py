"""Uploading long lists of numbers, and looking how far they have come."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, MultipartBody, QueryParameter
from msgspec import Meta

from coordinator.http.caller import AnyRequest, caller_of, needs
from coordinator.http.factoring.parameters import Priority, PriorityField
from coordinator.http.places import AT_WRITER
from coordinator.http.requests.forms import OF_A_FORM
from coordinator.http.requests.received import pieces_of
from coordinator.http.responses.problems import may_answer
from coordinator.http.shared import shared_of
from coordinator.intake.kept_uploads import Kind, Upload
from coordinator.intake.uploads import MAX_BYTES, Taking, Uploads


class Form(msgspec.Struct):
    """The form: one file, text with one number or expression a line, or CSV with a header.

    The other fields mean what the query parameters of the same names mean, and win over them.
    """

    file: UploadFile
    source_type: Kind | None = None
    default_priority: PriorityField | None = None
    project_name: Annotated[str, Meta(max_length=100)] | None = None


_GOES_ON = {202: ResponseSpec(Upload, generate_examples=False, description="The list is long; it is worked off")}


@post(
    "/composites/upload",
    status_code=200,
    request_max_body_size=MAX_BYTES + 1024 * 1024,
    opt=OF_A_FORM,
    summary="Upload a list of numbers",
    responses=may_answer(400, 413, 415, 503) | _GOES_ON,
)
async def upload_list(
    request: AnyRequest,
    data: MultipartBody[Form],
    source_type: FromQuery[Kind] = "auto",
    default_priority: FromQuery[Priority] = None,
    project_name: FromQuery[Annotated[str, QueryParameter(max_length=100)]] = "",
) -> Response[Upload]:
    """Take up to 1,000 lines at once; a longer list answers 202, and goes on while `/uploads/{id}` tells how far it is.

    Text holds one number or expression a line, with `#` comments. CSV has a header with the columns `number` and, if
    wanted, `target_t_level`, `priority`, `project`, `prior_t_level` and `work` (as `tallystick tlevel` reads it). The
    same file again changes nothing.
    """
    uploads = shared_of(request).the(Uploads)
    taking = Taking(
        kind=data.source_type or source_type,
        priority=default_priority if data.default_priority is None else data.default_priority,
        project=project_name if data.project_name is None else data.project_name,
    )
    upload = await uploads.receive(pieces_of(data.file), taking, caller_of(request).actor)
    long = uploads.is_long(upload)
    upload = await uploads.work_off(upload, wait=not long)
    return Response(upload, status_code=202 if upload.status in {"running", "received"} else 200)


@get(
    "/uploads/{upload_id:str}",
    opt=AT_WRITER,
    guards=[needs("read")],
    summary="Show an upload",
    responses=may_answer(404),
)
async def show_upload(request: AnyRequest, upload_id: FromPath[str]) -> Upload:
    """Say how far an upload has come, and which lines were not taken."""
    return shared_of(request).the(Uploads).status(upload_id)
