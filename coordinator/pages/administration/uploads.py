"""Uploading a list of numbers: first what would happen, then, when it is confirmed, how far it has come."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from litestar.datastructures import UploadFile

from coordinator.http.caller import caller_of
from coordinator.http.received import pieces_of
from coordinator.http.shared import shared_of
from coordinator.intake.kept_uploads import Kind, read_upload, recent_uploads
from coordinator.intake.previewing import look_at, read_preview
from coordinator.intake.uploads import MAX_BYTES, Uploads
from coordinator.node import Node
from coordinator.pages.forms import Sent
from coordinator.pages.site import Address
from core.refusals import BadInput

MAX_FORM_BYTES = MAX_BYTES + 1024 * 1024
_PAGE = "/admin/uploads"
_SHOWN = 30


class _Wanted(msgspec.Struct, frozen=True):
    """How a list is to be taken."""

    kind: Kind = "auto"
    priority: int | None = None
    project: str = ""
    text: str = ""


async def uploads(node: Node, _: Address) -> dict[str, Any]:
    """Return the uploads whose state changed last."""
    return {"uploads": recent_uploads(node.directory, _SHOWN), "max_bytes": MAX_BYTES}


async def upload(node: Node, address: Address) -> dict[str, Any]:
    """Return how far an upload has come, and what was found when it was looked at.

    Raises:
        Unknown: there is no such upload.
    """
    found = read_upload(node.directory, address.values["upload"])
    return {"upload": found, "preview": read_preview(node.directory, found.upload_id)}


async def receive_upload(sent: Sent) -> str:
    """Keep a list until it is confirmed, and look at it."""
    filled = {name: value for name, value in sent.fields.items() if name != "file"}
    wanted = msgspec.structs.replace(sent, fields=filled).read(_Wanted)
    file = sent.fields.get("file")
    chosen = isinstance(file, UploadFile) and bool(file.filename)
    if chosen == bool(wanted.text.strip()):
        raise BadInput("Choose a file, or write numbers into the field below it: one of the two is accepted.")
    content = pieces_of(file) if isinstance(file, UploadFile) and chosen else _once(wanted.text)
    settings = shared_of(sent.request).settings
    kept = (
        await shared_of(sent.request)
        .the(Uploads)
        .receive(content, wanted.kind, caller_of(sent.request).actor, wanted.priority, wanted.project, hold=True)
    )
    if kept.status == "held":
        await look_at(sent.node, kept, settings.number_ceiling_digits)
    return f"{_PAGE}/{kept.upload_id}"


async def confirm_upload(sent: Sent) -> str:
    """Take a list that was looked at."""
    uploads = shared_of(sent.request).the(Uploads)
    kept = uploads.status(sent.values["upload"])
    await uploads.work_off(kept, wait=not uploads.is_long(kept))
    return f"{_PAGE}/{kept.upload_id}"


async def _once(text: str) -> AsyncIterator[bytes]:
    yield text.encode()
