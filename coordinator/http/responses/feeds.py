"""Atom feeds (RFC 4287) of what is found, for feed readers."""

import hashlib
import re
import uuid
from collections.abc import Sequence
from xml.etree import ElementTree as ET

import msgspec
from litestar import Response

from coordinator.http.caller import AnyRequest, origin_of
from coordinator.http.responses.revalidating import has
from coordinator.log.queries import opening
from coordinator.node import Node
from core.timestamps import to_iso

MEDIA_TYPE = "application/atom+xml"
_ATOM = "http://www.w3.org/2005/Atom"
_TAG = 16
_FOREIGN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML has no place for."""


class Entry(msgspec.Struct, frozen=True):
    """Something that a feed tells of.

    Attributes:
        name: by which it is known for ever, unique in the log.
        title: in plain text.
        text: more of it, in plain text.
        path: of the page that shows it.
        author: who did it.
        at: when it happened, microseconds UTC.
    """

    name: str
    title: str
    text: str
    path: str
    author: str
    at: int


async def feed(request: AnyRequest, node: Node, title: str, page: str, entries: Sequence[Entry]) -> Response[bytes]:
    """Answer with a feed, or with 304 to who has it as it is.

    Args:
        request: for it; its path is the feed's own.
        node: whose it is.
        title: of the feed.
        page: path of the page that shows the same.
        entries: the newest first.
    """
    origin, path = origin_of(request), request.scope["path"]
    log, opened_at = await node.log_readers.query(opening)
    root = ET.Element("feed", xmlns=_ATOM)
    _say(root, "id", _identity(log, path))
    _say(root, "title", title)
    _say(root, "updated", to_iso(entries[0].at if entries else opened_at))
    ET.SubElement(root, "link", rel="self", type=MEDIA_TYPE, href=f"{origin}{path}")
    ET.SubElement(root, "link", rel="alternate", type="text/html", href=f"{origin}{page}")
    for one in entries:
        entry = ET.SubElement(root, "entry")
        _say(entry, "id", _identity(log, one.name))
        _say(entry, "title", one.title)
        _say(entry, "updated", to_iso(one.at))
        _say(ET.SubElement(entry, "author"), "name", one.author)
        _say(entry, "summary", one.text)
        ET.SubElement(entry, "link", rel="alternate", type="text/html", href=f"{origin}{one.path}")
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    tag = f'"{hashlib.sha256(body).hexdigest()[:_TAG]}"'
    if has(request.headers.get("if-none-match", ""), tag):
        return Response(b"", status_code=304, headers={"ETag": tag})
    return Response(body, media_type=MEDIA_TYPE, headers={"ETag": tag, "Cache-Control": "no-cache"})


def _say(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _FOREIGN.sub(" ", text)


def _identity(log: str, name: str) -> str:
    """Return an id that nothing of another log has, and that stays when the coordinator moves."""
    return uuid.uuid5(uuid.UUID(log), name).urn
