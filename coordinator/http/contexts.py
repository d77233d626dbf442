"""Every context's routes, and every kind of item that the bulk address takes, one line each."""

from typing import Any

from litestar.types import ControllerRouterHandler

from coordinator.http.counting import items as counting_items
from coordinator.http.counting import routes as counting
from coordinator.http.factoring import items
from coordinator.http.factoring import routes as factoring
from coordinator.http.federation import items as federation_items
from coordinator.http.federation import routes as federation
from coordinator.http.ingest import Ingest
from coordinator.http.simulations import items as simulations_items
from coordinator.http.simulations import routes as simulations
from coordinator.http.tasks import items as tasks_items
from coordinator.http.tasks import routes as tasks

ROUTERS: tuple[ControllerRouterHandler, ...] = (
    factoring.ROUTER,
    *counting.ROUTERS,
    simulations.ROUTER,
    *federation.ROUTERS,
    *tasks.ROUTERS,
)

INGESTS: tuple[Ingest[Any], ...] = (
    *items.INGESTS,
    *counting_items.INGESTS,
    *simulations_items.INGESTS,
    *federation_items.INGESTS,
    *tasks_items.INGESTS,
)

BODIES: dict[str, Any] = tasks.BODIES
"""Types of the bodies that handlers read by themselves, by the handler's name."""
