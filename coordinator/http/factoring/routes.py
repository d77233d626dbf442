"""All of factoring's addresses."""

from litestar import Router

from coordinator.http.factoring import (
    administration,
    assignments,
    composites,
    feed,
    holdings,
    method_work,
    moved,
    projects,
    residues,
    results,
    standing,
    statistics,
    submissions,
    submitting,
    uploading,
    work,
)

ROUTER = Router(
    "/api/v1",
    route_handlers=[
        submitting.submit_bulk,
        *composites.HANDLERS,
        *work.HANDLERS,
        *results.HANDLERS,
        *submissions.HANDLERS,
        *assignments.HANDLERS,
        *method_work.HANDLERS,
        *holdings.HANDLERS,
        *standing.HANDLERS,
        *feed.HANDLERS,
        *residues.HANDLERS,
        *projects.HANDLERS,
        administration.ROUTER,
        uploading.show_upload,
        *moved.HANDLERS,
        *statistics.HANDLERS,
    ],
    tags=["Factoring"],
)
