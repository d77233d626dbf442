"""All addresses of simulations; they stand at the root, as those of the system replaced do."""

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
