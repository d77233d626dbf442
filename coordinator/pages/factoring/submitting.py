"""Submitting numbers on a page, for whoever may: first what would happen, then, when it is confirmed, how far it has come."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import msgspec
from litestar.datastructures import UploadFile

from coordinator.http.caller import caller_of
from coordinator.http.factoring.shapes import milli_of
from coordinator.http.places import AT_WRITER
from coordinator.http.requests.received import pieces_of
from coordinator.http.shared import shared_of
from coordinator.intake.kept_uploads import Kind, read_upload
from coordinator.intake.previewing import look_at, read_preview
from coordinator.intake.uploads import MAX_BYTES, Taking, Uploads
from coordinator.node import Node
from coordinator.pages.forms.posting import Form, Sent
from coordinator.pages.rendering.site import Address, Page
from core.factoring.numbers.submitting import check_wanted
from core.refusals import BadInput

SUBMIT = "/submit"
_ONE = f"{SUBMIT}/{{upload}}"
_MAX_FORM_BYTES = MAX_BYTES + 1024 * 1024


class _Wanted(msgspec.Struct, frozen=True):
    """How a list is to be taken."""

    kind: Kind = "auto"
    priority: int | None = None
    target: float | None = None
    project: Annotated[str, msgspec.Meta(max_length=100)] = ""
    text: str = ""


async def _form(_: Node, address: Address) -> dict[str, Any]:
    """Return what the form is filled with: what its address says, `?project=NAME&text=2^1277-1`."""
    return {"said": dict(address.query), "max_bytes": MAX_BYTES}


async def _upload(node: Node, address: Address) -> dict[str, Any]:
    """Return how far a list has come, and what was found when it was looked at.

    Raises:
        Unknown: there is no such list.
    """
    found = read_upload(node.directory, address.values["upload"])
    return {"upload": found, "preview": read_preview(node.directory, found.upload_id)}


async def _receive(sent: Sent) -> str:
    """Keep a list until it is confirmed, and look at it."""
    filled = {name: value for name, value in sent.fields.items() if name != "file"}
    wanted = msgspec.structs.replace(sent, fields=filled).read(_Wanted)
    check_wanted(milli_of(wanted.target, "target"), wanted.priority)
    file = sent.fields.get("file")
    chosen = isinstance(file, UploadFile) and bool(file.filename)
    if chosen == bool(wanted.text.strip()):
        raise BadInput("Choose a file, or write numbers into the field: one of the two is accepted.")
    content = pieces_of(file) if isinstance(file, UploadFile) and chosen else _once(wanted.text)
    shared = shared_of(sent.request)
    taking = Taking(wanted.kind, wanted.priority, wanted.project, wanted.target)
    kept = await shared.the(Uploads).receive(content, taking, caller_of(sent.request).actor, hold=True)
    if kept.status == "held":
        await look_at(sent.node, kept, shared.settings.number_ceiling_digits)
    return f"{SUBMIT}/{kept.upload_id}"


async def _confirm(sent: Sent) -> str:
    """Take a list that was looked at."""
    uploads = shared_of(sent.request).the(Uploads)
    kept = uploads.status(sent.values["upload"])
    await uploads.work_off(kept, wait=not uploads.is_long(kept))
    return f"{SUBMIT}/{kept.upload_id}"


async def _once(text: str) -> AsyncIterator[bytes]:
    yield text.encode()


PAGES = (
    Page(SUBMIT, "factoring/submit.html", _form, "/composites", "submit"),
    Page(_ONE, "factoring/submitted.html", _upload, "/composites", "submit", place=AT_WRITER),
)
FORMS = (
    Form(SUBMIT, SUBMIT, _receive, "submit", _MAX_FORM_BYTES),
    Form(_ONE, _ONE, _confirm, "submit"),
)
