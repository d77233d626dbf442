"""The routes of administrators, put together."""

from litestar import Router

from coordinator.http.caller import needs
from coordinator.http.middleware.administration import (
    assignments,
    details,
    imports,
    many_numbers,
    numbers,
    overview,
    residues,
    t_levels,
    undoing,
)

ROUTER = Router(
    "/admin",
    route_handlers=[
        *overview.HANDLERS,
        *imports.HANDLERS,
        Router(
            "/composites",
            route_handlers=[*details.HANDLERS, *numbers.HANDLERS, *many_numbers.HANDLERS, *t_levels.HANDLERS],
        ),
        Router("/work", route_handlers=assignments.HANDLERS),
        Router("/residues", route_handlers=residues.HANDLERS),
        *undoing.HANDLERS,
    ],
    guards=[needs("admin")],
    tags=["Administration"],
)
