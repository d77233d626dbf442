"""All of counting's addresses: those of the system replaced, and those of its workers."""

from litestar import Router

from coordinator.http.counting import jobs, work

ROUTERS = (
    Router("/api", route_handlers=[*jobs.HANDLERS], tags=["Counting"]),
    Router("/api/v1/counting", route_handlers=[*work.HANDLERS], tags=["Counting"]),
)
RESULTS = ("/api/v1/counting/results",)
"""The routes that take results of work."""
