"""The program that answers: its version, its addresses, its metrics."""

from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Any

import msgspec
from litestar import Litestar, Response, Router, get
from litestar.di import NamedDependency
from litestar.routes import HTTPRoute

from coordinator.http.browsers import AS, FORMAT, wants_page
from coordinator.http.caller import PUBLIC, AnyRequest, needs
from coordinator.http.past import ONLY_NOW
from coordinator.http.places import AT_OFFICE
from coordinator.http.shared import shared_of
from coordinator.node import Node

SERVICE = "tallystick"
VERSION = version("tallystick")

FAVICON = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#7a4a21"/>\
<path d="M5 12h22v8H5z" fill="#f3dfc1"/><path d="M9 12v4M13 12v4M17 12v4M21 12v4M8 20l15-8" stroke="#7a4a21" stroke-width="2"/></svg>"""
"""Four notches and a stroke across them: a tally of five."""


class Service(msgspec.Struct, frozen=True):
    """The program that answers here, and its addresses."""

    service: str
    version: str
    docs: str
    health: str
    endpoints: dict[str, list[str]]


Page = Callable[[AnyRequest, Node], Awaitable[Response[Any]]]
"""Makes a page for a browser."""


@get(
    "/metrics",
    summary="Metrics for Prometheus",
    media_type="text/plain; version=0.0.4",
    guards=[needs("read")],
    opt={**ONLY_NOW, **AT_OFFICE},
)
async def read_metrics(request: AnyRequest, node: NamedDependency[Node]) -> bytes:
    """Return what is measured."""
    return await shared_of(request).metrics.render(node)


@get("/", summary="What answers here", media_type="application/json")
async def read_root(
    request: AnyRequest, node: NamedDependency[Node], overview: NamedDependency[Page]
) -> Response[Service]:
    """Return the overview page, or what its address gives away of it, to a browser; else what there is."""
    if wants_page(request) or not {AS, FORMAT}.isdisjoint(request.query_params):
        return await overview(request, node)
    return Response(
        Service(SERVICE, VERSION, docs="/docs", health="/health", endpoints=endpoints_of(request.app)),
        headers={"Vary": "Accept"},
    )


def endpoints_of(app: Litestar) -> dict[str, list[str]]:
    """Return every address that the description lists, with its methods."""
    return {
        route.path_format: sorted(route.methods - {"OPTIONS"})
        for route in sorted(app.routes, key=lambda route: route.path_format)
        if isinstance(route, HTTPRoute) and any(h.resolve_include_in_schema() for h in route.route_handlers)
    }


@get("/favicon.ico", media_type="image/svg+xml", include_in_schema=False)
async def read_favicon() -> bytes:
    """Return the little picture."""
    return FAVICON


ROUTER = Router(
    "/",
    route_handlers=[read_root, read_metrics, read_favicon],
    guards=[PUBLIC],
    tags=["System"],
)
