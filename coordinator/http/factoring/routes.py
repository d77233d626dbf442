"""All of factoring's addresses."""

from litestar import Router

from coordinator.http.caller import needs
from coordinator.http.factoring import (
    composites,
    corrections,
    factorization,
    feeds,
    jobs,
    prospects,
    results,
    sharing,
    statistics,
    submitting,
    uploading,
    work,
)

ROUTERS = (
    Router(
        "/api/v1",
        route_handlers=[
            submitting.submit_bulk,
            *composites.HANDLERS,
            *factorization.HANDLERS,
            *work.HANDLERS,
            *jobs.HANDLERS,
            *results.HANDLERS,
            *statistics.HANDLERS,
            *feeds.HANDLERS,
            *sharing.HANDLERS,
            *prospects.HANDLERS,
            uploading.show_upload,
            Router(
                "/admin",
                route_handlers=[uploading.upload_list, corrections.correct, *sharing.ADMINISTRATION],
                guards=[needs("admin")],
                tags=["Administration"],
            ),
        ],
        tags=["Factoring"],
    ),
)
RESULTS = ("/api/v1/results/ecm", "/api/v1/results/attempt")
"""The routes that take results of work."""
