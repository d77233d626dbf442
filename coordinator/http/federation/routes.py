"""All of federation's addresses: those of the system replaced stand at the root."""

from typing import Any

from litestar import Router

from coordinator.http.federation import agents, pulling, pushing

ROUTERS = (
    Router("/", route_handlers=[pushing.push, pulling.pull, agents.reset], tags=["Federation"]),
    Router("/api/v1/federation", route_handlers=[agents.list_agents, agents.read_history], tags=["Federation"]),
)
BODIES: dict[str, Any] = {"push": pushing.Push}
"""Types from which bodies are described, by the handler's name: of some fields Litestar can not say what they hold."""
