"""All of factoring's addresses."""

from litestar import Router

from coordinator.http.factoring import composites, results, statistics, submitting, work

ROUTER = Router(
    "/api/v1",
    route_handlers=[
        submitting.submit_bulk,
        *composites.HANDLERS,
        *work.HANDLERS,
        *results.HANDLERS,
        *statistics.HANDLERS,
    ],
    tags=["Factoring"],
)
