"""All addresses of tasks: those of the system replaced, and those of their workers."""

from typing import Any

from litestar import Router

from coordinator.http.tasks import submitting, testing, work

ROUTERS = (
    Router("/", route_handlers=[*submitting.HANDLERS, *testing.HANDLERS], tags=["Tasks"]),
    Router("/api/v1/tasks", route_handlers=[*work.HANDLERS], tags=["Tasks"]),
)
BODIES: dict[str, Any] = {"submit_task": submitting.TaskBody} | work.BODIES
"""Types from which bodies are described, by the handler's name: of some fields Litestar can not say what they hold."""
RESULTS = ("/api/v1/tasks/results",)
"""The routes that take results of work."""
