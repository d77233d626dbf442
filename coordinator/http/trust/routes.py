"""All of trust's addresses: for workers who check, for whoever looks, and for administrators."""

from litestar import Router

from coordinator.http.caller import needs
from coordinator.http.trust import doubts, shares, work

ROUTERS = (
    Router("/api/v1/checks", route_handlers=[*work.HANDLERS], tags=["Checks"]),
    Router("/api/v1/checks", route_handlers=[*shares.HANDLERS], guards=[needs("read")], tags=["Checks"]),
    Router("/api/v1/admin/doubts", route_handlers=[*doubts.HANDLERS], guards=[needs("admin")], tags=["Administration"]),
)
