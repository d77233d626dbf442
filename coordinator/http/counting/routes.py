"""All of counting's addresses: those of the system replaced, and those of its workers."""

from typing import Any

from litestar import Router

from coordinator.http.counting import jobs, work

ROUTERS = (
    Router("/api", route_handlers=[*jobs.HANDLERS], tags=["Counting"]),
    Router("/api/v1/counting", route_handlers=[*work.HANDLERS], tags=["Counting"]),
)
BODIES: dict[str, Any] = {"count_primes": jobs.CountPrimes}
"""Types from which bodies are described, by the handler's name: of some fields Litestar can not say what they hold."""
RESULTS = ("/api/v1/counting/results",)
"""The routes that take results of work."""
