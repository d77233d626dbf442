"""Pages over HTTP: the pages themselves, what changes in them while somebody looks, and static files."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import parse_qsl
from weakref import WeakValueDictionary

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from coordinator.http.admission.door import PAGE_OPTION, Caller
from coordinator.http.caller import PUBLIC, AnyRequest, admit, caller_of, may_read, needs, origin_of, session_of
from coordinator.http.past import ONLY_NOW
from coordinator.http.responses.lines import line_of
from coordinator.http.responses.streamed import SSE, AdmittedLine, Following, Streamed, resumed
from coordinator.http.responses.tables import (
    MEDIA_TYPES,
    OF,
    Form,
    Table,
    as_file,
    form_of,
    header,
    in_json,
    lines,
    link,
    named,
    place_of,
)
from coordinator.http.responses.whole import ALL, give_whole
from coordinator.http.shared import shared_of
from coordinator.live.stream import Deliver, Frames, stream
from coordinator.node import Node
from coordinator.pages.rendering.site import STATIC, Address, Page, Site
from coordinator.pages.serving.following import Changes, Regions
from coordinator.pages.serving.images import image_of
from core.access.roles import Role
from core.refusals import BadInput, Unknown
from core.wording import LONGEST_PATH, shortened

_FORMS: tuple[Form, ...] = ("html", "csv", "json", "svg")
_STATIC_TYPES = {".css": "text/css", ".js": "text/javascript"}

_FOR_EVER = "public, max-age=31536000, immutable"


class Pages:
    """All pages, found by address.

    Args:
        pages: the kinds of page there are.
        site: renders them.
    """

    def __init__(self, pages: Sequence[Page], site: Site) -> None:
        self.site = site
        self._frames = Frames()
        self._regions = Regions(site)
        self._followed: WeakValueDictionary[tuple[str, str], Changes] = WeakValueDictionary()
        self._patterns = [(_pattern(page.path), page) for page in pages]

    def find(self, path: str, query: Mapping[str, str], origin: str) -> tuple[Page, Address]:
        """Return the page at an address.

        Raises:
            Unknown: there is none.
        """
        for pattern, page in self._patterns:
            match = pattern.fullmatch(path)
            if match:
                return page, Address(path, match.groupdict(), query, origin)
        raise Unknown(f"There is no page at {shortened(path, LONGEST_PATH)!r}.")

    async def show(self, node: Node, request: AnyRequest) -> Response[Any]:
        """Render the page that a request asks for, or give away its data when it asks for that.

        Raises:
            BadInput: it asks for data by what nobody understands; a page says that itself.
        """
        page, address = self.find(request.scope["path"], dict(request.query_params), origin_of(request))
        form = form_of(request, _FORMS)
        context = await self.site.context(page, node, address, session_of(request), reads=may_read(request))
        if form == "html" and context["leads_to"]:
            return Redirect(context["leads_to"], status_code=HTTP_303_SEE_OTHER)
        if form == "html":
            may = caller_of(request).may if node.moment is None else frozenset[str]()
            status_code = HTTPStatus.BAD_REQUEST if context["problem"] else HTTPStatus.OK
            return await self.site.render(page.template, context | {"may": may}, status_code)
        if context["problem"]:
            raise BadInput(context["problem"])
        if form == "svg":
            return await image_of(self.site, context, request.query_params.get(OF))
        return _data(request, form, context["tables"])

    async def show_after(
        self,
        node: Node,
        request: AnyRequest,
        target: str,
        status_code: int,
        besides: Mapping[str, object],
        *,
        caller: Caller | None = None,
    ) -> Response[str]:
        """Render the page at an address, after a form on it was sent.

        Args:
            node: what it shows.
            request: that brought the form.
            target: path and query of the page.
            status_code: of the answer.
            besides: what the page shows besides: of a form that was turned down, what it `said`, where it was `sent_to`,
                and the `problem`; not `answering` keeps it at the address that the form was sent to.
            caller: who has signed in with this request; None for who sent it.
        """
        page, address = self.at(target, origin_of(request))
        session, may = (caller.session, caller.may) if caller else (session_of(request), caller_of(request).may)
        context = await self.site.context(page, node, address, session, reads=may_read(request))
        return await self.site.render(page.template, context | {"may": may, "answering": True, **besides}, status_code)

    def at(self, target: str, origin: str) -> tuple[Page, Address]:
        """Return the page at a path with a query.

        Raises:
            Unknown: there is none.
        """
        path, _, query = target.partition("?")
        return self.find(path, dict(parse_qsl(query)), origin)

    def follow(self, node: Node, target: str, origin: str, may: frozenset[Role]) -> Changes:
        """Return the changes of the page at an address; those who look at it under the same origin share them.

        Raises:
            Unknown: there is no such page for one who has these roles.
        """
        page, address = self.at(target, origin)
        if page.role is not None and page.role not in may:
            raise Unknown(f"There is no page at {shortened(target, LONGEST_PATH)!r}.")
        changes = self._followed.get((target, origin))
        if changes is None:
            changes = self._followed[target, origin] = Changes(self._regions, self._frames, page, node, address)
        return changes


def _data(request: AnyRequest, form: Form, tables: Sequence[Table]) -> Response[bytes]:
    """Give away the table that is asked for; in JSON, all of them when none is.

    Raises:
        BadInput: the page has no such table.
        Unknown: it has none at all.
    """
    if not tables:
        raise Unknown("This page has no data to take away; /docs lists the addresses that have.")
    name = named([table.name for table in tables], request)
    chosen = [table for table in tables if name in {None, table.name}]
    first = chosen[0]
    if request.query_params.get("size") == ALL:
        if first.whole is None:
            raise BadInput(f"size is 'all'; the table {first.name} of this page is not to be had in one go.")
        return give_whole(request, first.name, first.whole)
    headers = {"Cache-Control": "no-cache", "Vary": "Accept", "X-Content-Type-Options": "nosniff"}
    if first.paging:
        headers |= place_of(request, first.paging)
    elif first.following:
        headers["Link"] = link(request, "next", first.following)
    if form == "json":
        return Response(in_json(chosen), media_type=MEDIA_TYPES[form], headers=headers)
    return Response(
        header(first.kind) + lines(first.rows), media_type=MEDIA_TYPES[form], headers=headers | as_file(first.name)
    )


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))


def pages_of(request: AnyRequest) -> Pages:
    """Return the application's pages."""
    return shared_of(request).the(Pages)


@get("/live", include_in_schema=False, guards=[needs("read")], opt={**ONLY_NOW, PAGE_OPTION: True})
async def follow_page(
    request: AnyRequest,
    node: NamedDependency[Node],
    page: FromQuery[Annotated[str, QueryParameter(max_length=2000)]],
    after: FromQuery[int] = 0,
) -> Streamed:
    """Send, as Server-Sent Events, the regions of a page whenever the log has grown."""
    changes = pages_of(request).follow(node, page, origin_of(request), caller_of(request).may)
    line = line_of(request.scope)
    following = Following(request.scope)
    attend = None if line is None else partial(changes.audience.attend, AdmittedLine(line, following))

    async def produce(deliver: Deliver) -> None:
        position = resumed(request, after)
        await stream(node.live.page_pulse, changes.frame, deliver, after=position, idle=changes.idle, attend=attend)

    return Streamed(produce, SSE, following)


@get("/static/{fingerprint:str}/{name:str}", include_in_schema=False, guards=[PUBLIC])
async def read_static(fingerprint: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """Return a style sheet or a script; the fingerprint in its address changes with it."""
    del fingerprint
    known = {path.name: path for path in STATIC.iterdir()}
    if name not in known:
        raise Unknown(f"There is no file {shortened(name)!r}.")
    path = known[name]
    headers = {"Cache-Control": _FOR_EVER, "X-Content-Type-Options": "nosniff"}
    return Response(path.read_bytes(), media_type=_STATIC_TYPES[path.suffix], headers=headers)


def _handler(page: Page) -> HTTPRouteHandler:
    """Make the route of a page."""

    async def show(request: AnyRequest, node: NamedDependency[Node]) -> Response[Any]:
        return await pages_of(request).show(node, request)

    path = re.sub(r"\{(\w+)\}", r"{\1:str}", page.path)
    name = page.template.removesuffix(".html")
    guard = PUBLIC if page.role is None else needs(page.role)
    # What administration shows is not all in the log.
    opt = {PAGE_OPTION: True} if page.role == "read" else {**ONLY_NOW, PAGE_OPTION: True}
    return get(path, include_in_schema=False, guards=[guard], name=f"page-{name}", opt={**opt, **page.place})(show)


async def show_overview(request: AnyRequest, node: Node) -> Response[Any]:
    """Return the page at `/`, which shares its address with the description in JSON.

    Raises:
        Unidentified: a key is needed.
        Forbidden: the key does not open this.
    """
    admit(request, ("read",))
    return await pages_of(request).show(node, request)


def router(pages: Sequence[Page], forms: Sequence[HTTPRouteHandler]) -> Router:
    """Return the routes of all pages but the one at `/`, and of the forms on them."""
    handlers: list[Any] = [*(_handler(page) for page in pages if page.path != "/"), *forms]
    return Router("/", route_handlers=[follow_page, read_static, *handlers])
