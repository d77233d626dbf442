"""Charts on pages that other sites may frame, and badges: what is put elsewhere."""

import sqlite3
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from coordinator.http.admission.door import PAGE_OPTION
from coordinator.http.caller import AnyRequest, needs, origin_of
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.tables import MEDIA_TYPES, OF
from coordinator.node import Node
from coordinator.pages.serving.asking import id_of
from coordinator.pages.serving.images import IMAGE, chart_in
from coordinator.pages.serving.pages import pages_of
from coordinator.setup.settings import Settings
from core.legibility import spelled
from core.refusals import Unknown
from core.wording import LONGEST_PATH, shortened, whole
from projections.factoring.lists import tallies
from projections.factoring.numbers import projects

_NARROW, _NARROW_WIDTH, _WIDTH, _BESIDE = " .,:;'|!()[]ijlft1", 4.2, 7.0, 10
"""Of a badge: characters that are narrow, about how wide they and others are, and the room beside a text; pixels."""
_LONGEST = 40


@get("/embed/{path:path}", include_in_schema=False, guards=[needs("read")], opt={PAGE_OPTION: True})
async def embed(
    request: AnyRequest, node: NamedDependency[Node], settings: NamedDependency[Settings], path: FromPath[str]
) -> Response[str]:
    """Return a page with one chart of another page and nothing else, which the setting `embed_origins` lets be framed."""
    site, shown = await _shown(node, request, path)
    chart = chart_in(shown, request.query_params.get(OF))
    html = await site.write(
        "elsewhere/embedded.html", {**shown, "chart": chart, "path": path}, past=node.moment is not None
    )
    framing = " ".join(settings.embed_origins) or "'none'"
    headers = {
        "Content-Security-Policy": f"default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors {framing}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "max-age=60",
        "Vary": "Cookie",
    }
    return Response(html, media_type="text/html", headers=headers)


async def _shown(node: Node, request: AnyRequest, path: str) -> tuple[Any, dict[str, Any]]:
    """Return all that a page shows to anybody.

    Raises:
        Unknown: there is no such page that everybody may read.
    """
    pages = pages_of(request)
    query = {name: value for name, value in request.query_params.items() if name != OF}
    page, address = pages.find(path, query, origin_of(request))
    if page.role != "read":
        raise Unknown(f"There is no page at {shortened(path, LONGEST_PATH)!r} of which anything is shown elsewhere.")
    return pages.site, await pages.site.context(page, node, address)


@get(
    "/badge/project/{name:str}",
    include_in_schema=False,
    guards=[needs("read")],
    opt={PAGE_OPTION: True},
    responses=may_answer(404),
)
async def badge(request: AnyRequest, node: NamedDependency[Node], name: FromPath[str]) -> Response[str]:
    """Return a badge: how far a project is, `/badge/project/1.svg`."""
    identity = id_of(name.removesuffix(".svg"))
    found = await node.readers["factoring"].query(_far, identity) if identity else None
    if found is None:
        raise Unknown(f"There is no project with the id {shortened(name.removesuffix('.svg'))!r}.")
    label, message = found
    widths = [_width(text) for text in (label, message)]
    svg = await pages_of(request).site.write(
        "elsewhere/badge.svg", {"label": label, "message": message, "widths": widths}
    )
    return Response(svg, media_type=MEDIA_TYPES["svg"], headers=IMAGE)


def _width(text: str) -> int:
    return round(sum(_NARROW_WIDTH if character in _NARROW else _WIDTH for character in text)) + _BESIDE


def _far(connection: sqlite3.Connection, identity: int) -> tuple[str, str] | None:
    """Return a project's name and how far it is, None when there is no such project."""
    project = projects.by_id(connection, identity)
    if project is None:
        return None
    count = tallies.tally_of(connection, project.name).factors
    factors = f"{whole(count)} factor{'' if count == 1 else 's'}"
    name = spelled(project.name)
    return (
        name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…",
        f"{whole(project.factored)} of {whole(project.numbers)} done, {factors}",
    )


HANDLERS = (embed, badge)
