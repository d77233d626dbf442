"""All addresses of the system replaced."""

from litestar import Router

from coordinator.http.middleware import (
    client_work,
    ecm_work,
    factors,
    method_work,
    projects,
    redirects,
    residues,
    standing,
    submissions,
)
from coordinator.http.middleware.administration import routes as administration

ROUTERS = (
    Router(
        "/api/v1",
        route_handlers=[
            *submissions.HANDLERS,
            *ecm_work.HANDLERS,
            *method_work.HANDLERS,
            *client_work.HANDLERS,
            *standing.HANDLERS,
            *factors.HANDLERS,
            *residues.HANDLERS,
            *projects.HANDLERS,
            *redirects.HANDLERS,
            administration.ROUTER,
        ],
        tags=["Factoring"],
    ),
)
RESULTS = ("/api/v1/submit_result", "/api/v1/residues/upload", "/api/v1/residues/{residue}/complete")
"""The routes that take results of work."""
