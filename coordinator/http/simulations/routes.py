"""All addresses of simulations; they stand at the root, as those of the system replaced do."""

from typing import Any

from litestar import Router

from coordinator.http.simulations import convergence, following, lifecycle, machines

ROUTERS = (
    Router(
        "/",
        route_handlers=[
            *machines.HANDLERS,
            *lifecycle.HANDLERS,
            *convergence.HANDLERS,
            following.watch_convergence,
        ],
        tags=["Simulations"],
    ),
)
BODIES: dict[str, Any] = {"record_point": convergence.NewPoint}
"""Types from which bodies are described, by the handler's name: of some fields Litestar can not say what they hold."""
