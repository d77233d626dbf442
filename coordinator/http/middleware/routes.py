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

ROUTER = Router(
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
)
