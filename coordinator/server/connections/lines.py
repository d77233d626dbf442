"""Connections that offer streams a line: a way to be written to at once."""

from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from coordinator.http.responses.lines import EXTENSION
from coordinator.server.connections.bounded import BoundedProtocol


class LineProtocol(BoundedProtocol):
    """The protocol of a connection, which offers a line to whoever answers a request."""

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Begin with a request."""
        offer_line(cycle)
        super()._start_asgi_task(cycle, app)


def offer_line(cycle: RequestResponseCycle) -> None:
    """Let whoever answers a request write to its sender at once, and see whether they have hung up."""
    offered: dict[object, object] = {"open": partial(CycleLine, cycle), "gone": lambda: cycle.disconnected}
    cycle.scope["extensions"] = {EXTENSION: offered}


class CycleLine:
    """A line to whoever sent a request; uvicorn's own way to write to them may be used when nobody writes by this one.

    Args:
        cycle: the request, and how far its answer is.
    """

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle = cycle

    def write(self, encoded: bytes) -> bool:
        """Write a chunk of the body, unless what came before has not left yet, or nobody is there any more."""
        cycle = self._cycle
        if cycle.disconnected or cycle.flow.write_paused or not cycle.chunked_encoding or cycle.transport.is_closing():
            return False
        cycle.transport.write(encoded)
        return True
